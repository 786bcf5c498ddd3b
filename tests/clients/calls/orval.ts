// Asks through the client that Orval makes, and prints what arrived.
import { getAgreement, getObservation, listAgreements, type ListAgreementsParams, type Problem } from "./client";

const base = process.argv[2];
const ask = globalThis.fetch;
// Orval's addresses are relative unless it is configured otherwise, as in a page of the same host.
globalThis.fetch = (address, options) => ask(`${base}${String(address)}`, options);

async function page(params: ListAgreementsParams) {
  const answer = await listAgreements(params);
  if (answer.status !== 200) throw new Error(answer.data.detail);
  return answer.data;
}

async function main() {
  const cursor = new URL((await page({ limit: 3 })).next!).searchParams.get("cursor")!;
  const observation = await getObservation("vn-investment-kr");
  const agreement = await getAgreement("daegu--bac-ninh");
  const unknown = await getAgreement("daegu--danang");
  const bad = await listAgreements({ country: ["Vietnam"] });
  if (observation.status !== 200 || observation.data.value !== 70_000_000_000) throw new Error("Not what was sent.");
  if (unknown.status !== 404 || bad.status !== 400) throw new Error("Not refused.");
  const problem: Problem = bad.data;
  if (problem.errors![0].suggestion !== "VN") throw new Error("Not typed.");
  const answers = {
    country: await page({ country: ["VN"] }),
    countries: await page({ country: ["VN", "KR"] }),
    agreement: agreement.data,
    observation: observation.data,
    second_page: await page({ limit: 3, cursor }),
    unknown: unknown.data,
    bad: problem,
  };
  console.log(JSON.stringify(answers));
}

void main();
