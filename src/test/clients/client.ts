// Promotes, predicts, rolls back and predicts again, with the types that openapi-typescript generates:
//   node client.ts URL OBJECT     OBJECT: a file with a business object of customer-churn, as JSON
// Two versions of customer-churn are published, the first one in production.
import { readFileSync } from "node:fs";
import createClient from "openapi-fetch";
import type { components, paths } from "./api.d.ts";

const [url, file] = process.argv.slice(2);
if (!url || !file) {
  throw new Error("usage: client.ts URL OBJECT");
}
const api = createClient<paths>({ baseUrl: url });
const customer: components["schemas"]["PredictionObject"] = JSON.parse(readFileSync(file, "utf8"));
const model = { model: "customer-churn" };
const production = { ...model, stage: "production" };

function expect(holds: boolean, what: unknown): void {
  if (!holds) {
    throw new Error(`not as the document says: ${JSON.stringify(what)}`);
  }
}

async function predicted(expected: number): Promise<void> {
  const { data, error } = await api.POST("/models/{model}/predict", {
    params: { path: model },
    body: customer,
  });
  expect(typeof data === "object" && data.version === expected, data ?? error);
}

await predicted(1);
const moved = await api.PUT("/api/v1/models/{model}/stages/{stage}", {
  params: { path: production },
  body: { version: 2, reason: "generated client" },
});
expect(moved.data?.version === 2 && moved.data.previous === 1, moved.data ?? moved.error);
await predicted(2);
const back = await api.POST("/api/v1/models/{model}/stages/{stage}/rollback", {
  params: { path: production, header: { "If-Match": moved.response.headers.get("ETag") ?? "" } },
  body: { reason: "it was a try" },
});
expect(back.data?.version === 1, back.data ?? back.error);
await predicted(1);
const none = await api.GET("/api/v1/models/{model}", { params: { path: { model: "nobody" } } });
expect(none.error?.type === "urn:slipway:problem:not-found" && none.error.status === 404, none);
