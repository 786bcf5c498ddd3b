// Asks through openapi-fetch with the types that openapi-typescript makes, and prints what arrived.
import createClient from "openapi-fetch";
import type { components, paths } from "./schema";

type Problem = components["schemas"]["Problem"];

const client = createClient<paths>({ baseUrl: process.argv[2] });
type Asked = NonNullable<paths["/agreements"]["get"]["parameters"]["query"]>;

const page = (query: Asked) => client.GET("/agreements", { params: { query } });
const item = (id: string) => client.GET("/agreements/{id}", { params: { path: { id } } });

async function main() {
  const first = await page({ limit: 3 });
  const cursor = new URL(first.data!.next!).searchParams.get("cursor")!;
  const observation = await client.GET("/observations/{id}", { params: { path: { id: "vn-investment-kr" } } });
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
