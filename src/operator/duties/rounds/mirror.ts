import type { EventOf } from "../../../chain/read/events.ts";
import { lowerHex } from "../../../protocol/codec/bytes.ts";
import type { Mirror } from "../../duty.ts";
import type { Tx } from "../../store/open.ts";

/** The benefit rounds, and what became of their amounts. */
export const roundMirror: Mirror = {
  async apply(tx, events) {
    for (const event of events) if (event.contract === "benefitRounds") await applyRound(tx, event);
  },
  async clear(tx) {
    await tx.deleteFrom("chain_rounds").execute();
  },
};

async function applyRound(tx: Tx, event: EventOf<"benefitRounds">): Promise<void> {
  const { round } = event.args as { round: number };
  switch (event.name) {
    case "RoundOpened": {
      const { terms, claimableFrom } = event.args;
      await tx
        .insertInto("chain_rounds")
        .values({
          ...{ round, content_hash: terms.contentHash, root: terms.root, token: lowerHex(terms.token) },
          ...{ amount: terms.amount.toString(), day: terms.day, accounts: terms.accounts, deadline: terms.deadline },
          ...{ total_weight: terms.totalWeight.toString(), claimable_from: claimableFrom, cancelled: 0 },
          ...{ claimed: "0", returned: null },
        })
        .execute();
      return;
    }
    case "BenefitClaimed": {
      const { claimed } = await tx
        .selectFrom("chain_rounds")
        .select("claimed")
        .where("round", "=", round)
        .executeTakeFirstOrThrow();
      return change(tx, round, { claimed: (BigInt(claimed) + event.args.amount).toString() });
    }
    case "RestReturned":
      return change(tx, round, { returned: event.args.amount.toString() });
    case "RoundCancelled":
      return change(tx, round, { cancelled: 1 });
  }
}

async function change(
  tx: Tx,
  round: number,
  values: { claimed?: string; returned?: string; cancelled?: 1 },
): Promise<void> {
  await tx.updateTable("chain_rounds").set(values).where("round", "=", round).execute();
}
