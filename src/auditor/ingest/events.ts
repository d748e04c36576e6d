import type { ChainClient } from "../../chain/client.ts";
import { readEvents } from "../../chain/read/events.ts";
import type { Deployment } from "../../protocol/codec/deployment.ts";
import type { AuditDatabase, Cell } from "../store/database.ts";
import type { TableName } from "../store/schema.ts";
import { rowsOf } from "./event-rows.ts";

/** Blocks whose events are asked for at once: within what public nodes allow. */
const BLOCKS_PER_REQUEST = 2_000;

/**
 * Reads all events of the programme up to a block into the `ev_*` tables.
 * @param head Last block to read.
 * @returns The first block that was read.
 * @throws CHAIN_UNREACHABLE.
 */
export async function ingestEvents(
  sources: { client: ChainClient; deployment: Deployment; database: AuditDatabase },
  head: number,
  onProgress: (done: number, total: number) => void,
): Promise<number> {
  const { client, deployment, database } = sources;
  const fromBlock = await findFirstBlock(client, deployment);
  let seq = 0;
  for (let from = fromBlock; from <= head; from += BLOCKS_PER_REQUEST) {
    const toBlock = Math.min(head, from + BLOCKS_PER_REQUEST - 1);
    const rows = new Map<TableName, (readonly Cell[])[]>();
    for (const event of await readEvents(client, deployment, { fromBlock: from, toBlock })) {
      for (const [table, cells] of rowsOf(event, ++seq)) {
        const list = rows.get(table);
        if (list === undefined) rows.set(table, [cells]);
        else list.push(cells);
      }
    }
    for (const [table, list] of rows) await database.append(table, list);
    onProgress(toBlock - fromBlock + 1, head - fromBlock + 1);
  }
  await tellSupersessions(database);
  return fromBlock;
}

/**
 * The deployment names the block after which all contracts stand; the constructor of Rules spoke before it. Walks back to
 * the chunk with rules version 0, which needs no historical state of the node.
 */
async function findFirstBlock(client: ChainClient, deployment: Deployment): Promise<number> {
  for (let to = deployment.block; to > 0; to -= BLOCKS_PER_REQUEST) {
    const fromBlock = Math.max(0, to - BLOCKS_PER_REQUEST + 1);
    const events = await readEvents(client, deployment, { fromBlock, toBlock: to });
    if (events.some((event) => event.name === "RulesScheduled" && event.args.version === 0n)) return fromBlock;
  }
  return 0;
}

/** A supersession and its new roots are two events of one call: joined here, so that a check sees one. */
async function tellSupersessions(database: AuditDatabase): Promise<void> {
  await database.run(
    `UPDATE ev_anchor SET superseded_next = s.superseded_next FROM ev_anchor s
     WHERE s.drops IS NULL AND ev_anchor.drops IS NOT NULL AND s.tx = ev_anchor.tx
       AND s.first_drop = ev_anchor.first_drop AND s.seq = ev_anchor.seq - 1`,
  );
  await database.run("DELETE FROM ev_anchor WHERE drops IS NULL");
}
