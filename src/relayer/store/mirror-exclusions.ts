import type { EventOf } from "../../chain/read/events.ts";
import type { Hex } from "../../protocol/codec/bytes.ts";
import type { Tx } from "./open.ts";
import type { ChainExclusionsTable } from "./schema.ts";

const lower = (hex: string): Hex => hex.toLowerCase() as Hex;

/** Applies exclusions of accounts. What happens to one happens to the account's newest, as in the contract. */
export async function applyExclusion(tx: Tx, event: EventOf<"exclusions">): Promise<void> {
  switch (event.name) {
    case "AccountExcluded": {
      const { exclusion, account, reason, evidenceHash, fromDay, untilDay } = event.args;
      await tx
        .insertInto("chain_exclusions")
        .values({
          ...{ account: lower(account), number: exclusion, reason, evidence_hash: evidenceHash, state: "stands" },
          ...{ from_day: fromDay, until_day: untilDay, decide_by: 0 },
        })
        .execute();
      return;
    }
    case "ExclusionAppealed":
      return change(tx, event.args.account, { state: "appealed", decide_by: event.args.decideBy });
    case "ExclusionUpheld":
      return change(tx, event.args.account, { state: "upheld" });
    case "ExclusionLifted":
      return change(tx, event.args.account, { state: "lifted", until_day: event.args.untilDay });
    case "ExclusionFollowed": {
      const { account, to, fromDay } = event.args;
      const { id: _, ...followed } = await newest(tx, account);
      await tx
        .insertInto("chain_exclusions")
        .values({ ...followed, account: lower(to), from_day: fromDay })
        .execute();
      return;
    }
  }
}

async function newest(tx: Tx, account: string) {
  return tx
    .selectFrom("chain_exclusions")
    .selectAll()
    .where("account", "=", lower(account))
    .orderBy("id", "desc")
    .limit(1)
    .executeTakeFirstOrThrow();
}

async function change(tx: Tx, account: string, values: Partial<Omit<ChainExclusionsTable, "id">>): Promise<void> {
  const { id } = await newest(tx, account);
  await tx.updateTable("chain_exclusions").set(values).where("id", "=", id).execute();
}
