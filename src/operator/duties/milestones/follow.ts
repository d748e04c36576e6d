import { readCountsFrom } from "../../../chain/read/milestones.ts";
import { readCurrent } from "../../../chain/read/moves.ts";
import type { ChainSnapshot, DutyContext } from "../../duty.ts";
import type { Sender } from "../../sender.ts";

/**
 * Lets milestones that count follow accounts that moved to those that stand for them, one a step, unless these have them already.
 * @returns Whether one followed.
 */
export async function followMoves(context: DutyContext, { head }: ChainSnapshot, sender: Sender): Promise<boolean> {
  const { client, deployment, store } = context;
  const left = await store.db
    .selectFrom("chain_attestations as attestation")
    .innerJoin("chain_moves as move", "move.account", "attestation.account")
    .leftJoin("chain_attestations as next", (join) =>
      join
        .onRef("next.milestone", "=", "attestation.milestone")
        .onRef("next.account", "=", "move.to_account")
        .on("next.revoked", "=", 0),
    )
    .select(["attestation.milestone", "attestation.account"])
    .where("attestation.revoked", "=", 0)
    .where("attestation.counts_from", "<=", head.time)
    .where("next.account", "is", null)
    .orderBy("attestation.milestone")
    .orderBy("attestation.account")
    .execute();
  for (const { milestone, account } of left) {
    const current = await readCurrent(client, deployment, account);
    if ((await readCountsFrom(client, deployment, milestone, current)) !== 0) continue;
    await sender.send("milestones", "followMove", [milestone, account]);
    return true;
  }
  return false;
}
