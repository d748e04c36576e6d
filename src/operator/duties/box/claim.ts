import { readPlay } from "../../../chain/read/mine-box.ts";
import { readHolds } from "../../../chain/read/vehicles.ts";
import type { DutyContext } from "../../duty.ts";
import { refusalOf, type Sender } from "../../sender.ts";

/** Accounts that are looked at in one step. */
const MAX_CANDIDATES = 100;

/** Has stones paid that wait, once their account holds a vehicle. @returns Whether any were. */
export async function claimWaiting({ client, deployment, store }: DutyContext, sender: Sender): Promise<boolean> {
  const candidates = await store.db
    .selectFrom("chain_box_claims as claim")
    .innerJoin("chain_box_holders as holder", "holder.account", "claim.account")
    .select(["claim.account", "holder.vehicle"])
    .orderBy("claim.account")
    .limit(MAX_CANDIDATES)
    .execute();
  for (const { account, vehicle } of candidates) {
    const { claimable } = await readPlay(client, deployment, account);
    // Newer blocks, which are not in the store, may have paid it or taken the vehicle.
    if (claimable === 0n || !(await readHolds(client, deployment, account, vehicle))) continue;
    try {
      await sender.send("mineBox", "claimPrize", [account, vehicle]);
      return true;
    } catch (error) {
      if (refusalOf(error) !== "MineBox_NothingToClaim") throw error;
    }
  }
  return false;
}
