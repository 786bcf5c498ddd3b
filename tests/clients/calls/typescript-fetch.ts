// Asks through the client that openapi-generator makes for TypeScript, and prints what arrived.
import {
  AgreementPageToJSON,
  AgreementsApi,
  AgreementToJSON,
  Configuration,
  ObservationsApi,
  ObservationToJSON,
  ProblemFromJSON,
  ProblemToJSON,
  ResponseError,
  type Problem,
} from "./client";

const configuration = new Configuration({ basePath: process.argv[2] });
const agreements = new AgreementsApi(configuration);

async function problem(asked: Promise<unknown>): Promise<Problem> {
  try {
    await asked;
  } catch (error) {
    if (error instanceof ResponseError) return ProblemFromJSON(await error.response.json());
  }
  throw new Error("Not refused.");
}

async function main() {
  const cursor = new URL((await agreements.listAgreements({ limit: 3 })).next!).searchParams.get("cursor")!;
  const observation = await new ObservationsApi(configuration).getObservation({ id: "vn-investment-kr" });
  const value: number | null = observation.value;
  const bad = await problem(agreements.listAgreements({ country: ["Vietnam"] }));
  if (value !== 70_000_000_000 || bad.errors![0].suggestion !== "VN") throw new Error("Not what was sent.");
  const answers = {
    country: AgreementPageToJSON(await agreements.listAgreements({ country: ["VN"] })),
    countries: AgreementPageToJSON(await agreements.listAgreements({ country: ["VN", "KR"] })),
    agreement: AgreementToJSON(await agreements.getAgreement({ id: "daegu--bac-ninh" })),
    observation: ObservationToJSON(observation),
    second_page: AgreementPageToJSON(await agreements.listAgreements({ limit: 3, cursor })),
    unknown: ProblemToJSON(await problem(agreements.getAgreement({ id: "daegu--danang" }))),
    bad: ProblemToJSON(bad),
  };
  console.log(JSON.stringify(answers));
}

void main();
