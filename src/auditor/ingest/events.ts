import type { ChainClient } from "../../chain/client.ts";
import { PROGRAMME_CONTRACTS } from "../../chain/contracts.ts";
import { readEvents } from "../../chain/read/events.ts";
import { BLOCKS_PER_REQUEST } from "../../chain/read/logs.ts";
import type { Deployment } from "../../protocol/codec/deployment.ts";
import type { AuditDatabase, Cell } from "../store/database.ts";
import type { TableName } from "../store/schema.ts";
import { rowsOf } from "./event-rows.ts";

const CONTRACTS = [...PROGRAMME_CONTRACTS, "accessManager"] as const;

/**
 * Reads all events of the programme, and of who has which role in it, up to a block into the `ev_*` tables.
 * @param head Last block to read.
 * @throws CHAIN_UNREACHABLE.
 */
export async function ingestEvents(
  sources: { client: ChainClient; deployment: Deployment; database: AuditDatabase },
  head: number,
  onProgress: (done: number, total: number) => void,
): Promise<void> {
  const { client, deployment, database } = sources;
  const fromBlock = deployment.firstBlock;
  let seq = 0;
  for (let from = fromBlock; from <= head; from += BLOCKS_PER_REQUEST) {
    const toBlock = Math.min(head, from + BLOCKS_PER_REQUEST - 1);
    const rows = new Map<TableName, (readonly Cell[])[]>();
    for (const event of await readEvents(client, deployment, { fromBlock: from, toBlock }, CONTRACTS)) {
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
