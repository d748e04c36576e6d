import { reach } from "../../chain/client.ts";
import type { AuditContext } from "../context.ts";

/** Requests to the node under way at once. */
const PARALLEL = 16;

/**
 * Reads the hashes that boxes are drawn with: of each block after one with requests (docs/protocol.md 9.3).
 * @throws CHAIN_UNREACHABLE.
 */
export async function readBlockHashes({
  client,
  database,
  head,
}: Pick<AuditContext, "client" | "database" | "head">): Promise<void> {
  const rows = await database.rows(
    `SELECT DISTINCT block + 1 AS block FROM ev_box_request WHERE block < ${head.number} ORDER BY block`,
  );
  for (let at = 0; at < rows.length; at += PARALLEL) {
    const blocks = rows
      .slice(at, at + PARALLEL)
      .map(({ block }) => reach(client.getBlock({ blockNumber: block as bigint })));
    const hashes = (await Promise.all(blocks)).map(({ number, hash }) => [number, hash]);
    await database.append("block_hash", hashes);
  }
}
