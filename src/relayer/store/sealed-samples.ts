import type { Hex } from "../../protocol/codec/bytes.ts";
import { chunksOf } from "../../storage/chunks.ts";
import type { Db } from "./open.ts";
import type { ReadingsTable } from "./schema.ts";

/** The sealed samples of some readings of one vehicle, by sequence; what is kept no longer at that chain time is absent. */
export async function readSealedSamples(
  db: Db,
  { vehicle, chainTime }: { vehicle: Hex; chainTime: number },
  readings: readonly Pick<ReadingsTable, "drop_no" | "sequence">[],
): Promise<Map<number, string>> {
  const sealed = new Map<number, string>();
  for (const chunk of chunksOf(readings)) {
    const rows = await db
      .selectFrom("sealed_samples")
      .select(["sequence", "sealed"])
      .where("vehicle", "=", vehicle)
      .where("drop_no", "in", [...new Set(chunk.map(({ drop_no }) => drop_no))])
      .where(
        "sequence",
        "in",
        chunk.map(({ sequence }) => sequence),
      )
      .where("keep_until", ">", chainTime)
      .execute();
    for (const row of rows) sealed.set(row.sequence, row.sealed);
  }
  return sealed;
}
