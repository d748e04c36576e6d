import type { DuckDBBigIntVector, DuckDBBlobVector } from "@duckdb/node-api";
import { type Hex, toHex } from "../../protocol/codec/bytes.ts";
import type { AuditDatabase } from "../store/database.ts";
import { rootOfSorted } from "./tree.ts";

/**
 * The root over each group of hashes.
 * @param sql A query with columns (group number, 32-byte hash), in order of both.
 * @returns Root by group. Only one group's hashes are held at a time.
 */
export async function groupRoots(database: AuditDatabase, sql: string): Promise<Map<number, Hex>> {
  const roots = new Map<number, Hex>();
  let group: bigint | undefined;
  let hashes: Uint8Array[] = [];
  const close = () => {
    if (group !== undefined) roots.set(Number(group), toHex(rootOfSorted(Buffer.concat(hashes))));
    hashes = [];
  };
  for await (const chunk of database.stream(sql)) {
    const groups = chunk.getColumnVector(0) as DuckDBBigIntVector;
    const values = chunk.getColumnVector(1) as DuckDBBlobVector;
    for (let row = 0; row < chunk.rowCount; row++) {
      const next = groups.getItem(row) as bigint;
      if (next !== group) close();
      group = next;
      hashes.push((values.getItem(row) as { bytes: Uint8Array }).bytes);
    }
  }
  close();
  return roots;
}
