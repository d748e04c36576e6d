import { type BlockRef, readHead } from "../../chain/read/head.ts";
import { readRulesAt } from "../../chain/read/rules.ts";
import type { RuleSet } from "../../chain/write/rule-set.ts";
import { dayOf } from "../../protocol/index.ts";
import { type Connection, type ConnectionOptions, connect } from "../connection.ts";

/** What every command of the desk looks at: the programme, and its newest block when the command began. */
export interface Desk extends Connection {
  readonly head: BlockRef;
  /** The day of the newest block. */
  readonly today: number;
  /** The rules of that day. */
  readonly rules: RuleSet;
}

/**
 * Opens the desk of the programme that the options name.
 * @throws as `connect`.
 */
export async function openDesk(options: ConnectionOptions): Promise<Desk> {
  const connection = await connect(options);
  const { client, deployment } = connection;
  const head = await readHead(client);
  const today = dayOf(deployment.genesis, head.time);
  return { ...connection, head, today, rules: await readRulesAt(client, deployment, today) };
}
