import { readCountsFrom } from "../../../chain/read/milestones.ts";
import type { Hex } from "../../../protocol/codec/bytes.ts";
import type { DutyContext } from "../../duty.ts";
import type { Sender } from "../../sender.ts";

/** Accounts of one transaction. */
const AT_ONCE = 100;

/**
 * Attests who has reached a milestone and never had it, by final blocks and by those above. What the guardian has taken back
 * stays so.
 * @returns Whether anybody was attested.
 */
export async function attestReached(context: DutyContext, sender: Sender): Promise<boolean> {
  const { store } = context;
  const due = await store.db
    .selectFrom("milestone_reached")
    .leftJoin("chain_attestations", (join) =>
      join
        .onRef("chain_attestations.milestone", "=", "milestone_reached.milestone")
        .onRef("chain_attestations.account", "=", "milestone_reached.account"),
    )
    .select(["milestone_reached.milestone as milestone", "milestone_reached.account as account"])
    .where("chain_attestations.account", "is", null)
    .orderBy("milestone_reached.milestone")
    .orderBy("milestone_reached.account")
    .limit(AT_ONCE)
    .execute();
  const milestone = due[0]?.milestone;
  if (milestone === undefined) return false;
  const accounts = due.filter((row) => row.milestone === milestone).map(({ account }) => account);
  const missing = await withoutAttested(context, milestone, accounts);
  if (missing.length === 0) return false;
  await sender.send("milestones", "attestMilestone", [milestone, missing]);
  return true;
}

async function withoutAttested(
  { client, deployment }: DutyContext,
  milestone: number,
  accounts: readonly Hex[],
): Promise<Hex[]> {
  const from = await Promise.all(accounts.map((account) => readCountsFrom(client, deployment, milestone, account)));
  return accounts.filter((_, at) => from[at] === 0);
}
