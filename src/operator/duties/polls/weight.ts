import { readSettledDays, readSettlement } from "../../../chain/read/days.ts";
import type { Hex } from "../../../protocol/codec/bytes.ts";
import { CairnError } from "../../../protocol/errors.ts";
import type { ChainSnapshot, DutyContext } from "../../duty.ts";
import { heldVehicleAt } from "../../vehicles/holdings.ts";
import type { Poll } from "./polls.ts";

/**
 * What an account's vote weighs in a poll: 1 if it held a vehicle when the poll opened, or the stones of its leaf of the poll's
 * day. Both are past and cannot change.
 * @throws INTENT_REJECTED when it has no vote, CHAIN_UNREACHABLE while what decides is not final.
 */
export async function weightOf(
  context: DutyContext,
  { final }: ChainSnapshot,
  { poll, account }: { poll: Poll; account: Hex },
): Promise<bigint> {
  if (poll.weighting === 0) {
    if (final.time < poll.opens_at) throw new CairnError("CHAIN_UNREACHABLE", "the poll's opening is not final yet");
    if (await heldVehicleAt(context.store.db, account, poll.opens_at)) return 1n;
    throw new CairnError("INTENT_REJECTED", "the account held no vehicle when the poll opened");
  }
  await requireCreditable(context, final.time, poll.snapshot_day);
  const rows = await context.days.rows(poll.snapshot_day);
  const stones = rows.find((row) => row.account === account)?.stones ?? 0n;
  if (stones > 0n) return stones;
  throw new CairnError("INTENT_REJECTED", `the account had no settled stones on day ${poll.snapshot_day}`);
}

/** A day that can be credited is not vetoed any more: its stones stay as they are. */
async function requireCreditable({ client, deployment }: DutyContext, time: number, day: number): Promise<void> {
  const isSettled = (await readSettledDays(client, deployment)) > day;
  const creditableAt = isSettled
    ? (await readSettlement(client, deployment, day)).creditableAt
    : Number.POSITIVE_INFINITY;
  if (time < creditableAt) throw new CairnError("CHAIN_UNREACHABLE", `the stones of day ${day} are not final yet`);
}
