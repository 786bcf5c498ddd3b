// Asks through the client that Hey API makes, and prints what arrived.
import { getAgreement, getObservation, listAgreements, type ListAgreementsData, type Problem } from "./client";
import { client } from "./client/client.gen";

client.setConfig({ baseUrl: process.argv[2] as never });

const page = (query: ListAgreementsData["query"]) => listAgreements({ query });
const item = (id: string) => getAgreement({ path: { id } });

async function main() {
  const first = await page({ limit: 3 });
  const cursor = new URL(first.data!.next!).searchParams.get("cursor")!;
  const observation = await getObservation({ path: { id: "vn-investment-kr" } });
  const value: number | null = observation.data!.value;
  const unknown: Problem = (await item("daegu--danang")).error!;
  const bad: Problem = (await page({ country: ["Vietnam"] })).error!;
  if (value !== 70_000_000_000 || bad.errors![0].suggestion !== "VN") throw new Error("Not what was sent.");
  const answers = {
    country: (await page({ country: ["VN"] })).data,
    countries: (await page({ country: ["VN", "KR"] })).data,
    agreement: (await item("daegu--bac-ninh")).data,
    observation: observation.data,
    second_page: (await page({ limit: 3, cursor })).data,
    unknown,
    bad,
  };
  console.log(JSON.stringify(answers));
}

void main();
