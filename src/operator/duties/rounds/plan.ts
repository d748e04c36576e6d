import { readSettledDays, readSettlement } from "../../../chain/read/days.ts";
import type { Hex } from "../../../protocol/codec/bytes.ts";
import { roundFilePath } from "../../../protocol/codec/rows.ts";
import { dayStart } from "../../../protocol/schedule.ts";
import { FILE_KINDS } from "../../../storage/file-kinds.ts";
import type { RoundDocument } from "../../documents/schemas.ts";
import type { ChainSnapshot, DutyContext } from "../../duty.ts";
import { ensureAccountKeys } from "../../store/account-keys.ts";
import { layOutRound } from "./lay-out-round.ts";
import { readStoneEvents } from "./read-events.ts";
import { weighAccounts } from "./weigh.ts";

/** A round whose tree is published. */
export interface PlannedRound {
  readonly number: number;
  readonly root: Hex;
  readonly totalWeight: bigint;
  readonly accounts: number;
}

/** What planning came to: a plan, nothing yet, or never anything. */
type Planned = "planned" | "waits" | "NO_STONES";

/**
 * Weighs a round, publishes its parts and writes the plan down. The same chain and files give the same again.
 * @param number The number that the round will have: it stands in every leaf.
 * @returns `waits` while the round's day can still be vetoed or its end is not final, NO_STONES when nobody had any.
 * @throws What reading chain and files throws.
 */
export async function planRound(
  context: DutyContext,
  { final }: ChainSnapshot,
  { id, number, document }: { id: number; number: number; document: RoundDocument },
): Promise<Planned> {
  const { client, deployment, store, publisher, days, saltKeys } = context;
  const { day } = document;
  const before = dayStart(deployment.genesis, day + 1);
  const isSettled = final.time >= before && (await readSettledDays(client, deployment)) > day;
  if (!isSettled || (await readSettlement(client, deployment, day)).creditableAt > final.time) return "waits";
  const events = await readStoneEvents(client, deployment, { final, before });
  const weights = weighAccounts(events, await days.rows(day));
  if (weights.length === 0) return "NO_STONES";
  const accounts = weights.map(({ account }) => account);
  const keys = await store.transaction((tx) => ensureAccountKeys(tx, accounts, saltKeys));
  const { rows, tree, totalWeight, digest } = layOutRound(number, weights, (account) => keys.get(account) as Hex);
  await publisher.publish({ kind: FILE_KINDS.round, path: roundFilePath(number), rows, digest });
  const planned = { number, root: tree.root, accounts: rows.length, total_weight: totalWeight.toString() };
  await store.transaction((tx) => tx.updateTable("round_requests").set(planned).where("id", "=", id).execute());
  return "planned";
}
