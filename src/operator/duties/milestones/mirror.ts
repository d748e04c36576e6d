import type { EventOf } from "../../../chain/read/events.ts";
import { lowerHex } from "../../../protocol/codec/bytes.ts";
import type { Mirror } from "../../duty.ts";
import { moveMirror } from "../../moves/mirror.ts";
import type { Tx } from "../../store/open.ts";
import { vehicleMirror } from "../../vehicles/mirror.ts";

/** The milestones, who has which, who held which vehicle when, and who moved. */
export const milestoneMirror: Mirror = {
  async apply(tx, events) {
    await vehicleMirror.apply(tx, events);
    await moveMirror.apply(tx, events);
    for (const event of events) if (event.contract === "milestones") await applyMilestone(tx, event);
  },
  async clear(tx) {
    await vehicleMirror.clear(tx);
    await moveMirror.clear(tx);
    await tx.deleteFrom("chain_milestones").execute();
    await tx.deleteFrom("chain_attestations").execute();
  },
};

async function applyMilestone(tx: Tx, event: EventOf<"milestones">): Promise<void> {
  switch (event.name) {
    case "MilestoneDefined": {
      const { milestone, contentHash } = event.args;
      await tx.insertInto("chain_milestones").values({ milestone, content_hash: contentHash }).execute();
      return;
    }
    case "MilestoneAttested": {
      const { milestone, account, countsFrom } = event.args;
      const values = { counts_from: countsFrom, revoked: 0 } as const;
      await tx
        .insertInto("chain_attestations")
        .values({ milestone, account: lowerHex(account), ...values })
        .onConflict((conflict) => conflict.columns(["milestone", "account"]).doUpdateSet(values))
        .execute();
      return;
    }
    case "AttestationRevoked": {
      const { milestone, account } = event.args;
      await tx
        .updateTable("chain_attestations")
        .set({ revoked: 1 })
        .where("milestone", "=", milestone)
        .where("account", "=", lowerHex(account))
        .execute();
    }
  }
}
