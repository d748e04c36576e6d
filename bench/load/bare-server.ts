// What the relayer is measured against: Fastify, and one transaction a request that inserts the same columns under the same
// indexes. Nothing is checked, signed or grouped.
import Fastify from "fastify";
import type { Deployment, Hex, SignedReading } from "../../src/protocol/index.ts";
import { openStore } from "../../src/relayer/store/open.ts";
import { columnsOf } from "../../src/relayer/store/readings.ts";
import type { ReadingsTable } from "../../src/relayer/store/schema.ts";
import { chunksOf } from "../../src/storage/chunks.ts";
import type { StorePlace } from "../../src/storage/open.ts";
import { answerParent } from "./child.ts";

const RECEIPT_BYTES = 65;
const { place, deployment } = JSON.parse(process.argv[2] as string) as { place: StorePlace; deployment: Deployment };

/** Any row of the right size: this server knows neither rules nor keys. */
function rowOf({ reading, signature }: SignedReading): ReadingsTable {
  return {
    digest: `0x${signature.slice(2, 66)}`,
    ...columnsOf(reading),
    signature,
    account: reading.vehicle.slice(0, 42) as Hex,
    drop_no: 0,
    deadline: reading.endedAt,
    receipt_signature: `0x${"11".repeat(RECEIPT_BYTES)}`,
  };
}

const store = await openStore(place, deployment);
const app = Fastify({ bodyLimit: 1024 * 1024 });
app.post<{ Body: { readings: SignedReading[] } }>("/v1/readings", async ({ body }) => {
  const rows = body.readings.map(rowOf);
  await store.db.transaction().execute(async (tx) => {
    for (const chunk of chunksOf(rows)) await tx.insertInto("readings").values(chunk).execute();
  });
  return { results: rows.map(({ digest }) => ({ receipt: { readingDigest: digest } })) };
});
const url = await app.listen({ host: "127.0.0.1", port: 0 });
answerParent(url, async () => {
  await app.close();
  await store.close();
});
