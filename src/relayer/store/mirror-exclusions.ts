import type { EventOf } from "../../chain/read/events.ts";
import { lowerHex } from "../../protocol/codec/bytes.ts";
import type { Tx } from "./open.ts";
import type { ChainExclusionsTable } from "./schema-chain.ts";

/** Applies exclusions of accounts. One is named by its account and number: the number goes along when it follows a move. */
export async function applyExclusion(tx: Tx, event: EventOf<"exclusions">): Promise<void> {
  switch (event.name) {
    case "AccountExcluded": {
      const { exclusion, account, reason, evidenceHash, fromDay, untilDay } = event.args;
      await tx
        .insertInto("chain_exclusions")
        .values({
          ...{ account: lowerHex(account), number: exclusion, reason, evidence_hash: evidenceHash, state: "stands" },
          ...{ from_day: fromDay, until_day: untilDay, decide_by: 0, followed: 0 },
        })
        .execute();
      return;
    }
    case "ExclusionAppealed":
      return change(tx, event.args, { state: "appealed", decide_by: event.args.decideBy });
    case "ExclusionUpheld":
      return change(tx, event.args, { state: "upheld" });
    case "ExclusionLifted":
      return change(tx, event.args, { state: "lifted", until_day: event.args.untilDay });
    case "ExclusionFollowed": {
      const { to, fromDay } = event.args;
      const { id: _, ...followed } = await read(tx, event.args);
      await change(tx, event.args, { followed: 1 });
      await tx
        .insertInto("chain_exclusions")
        .values({ ...followed, account: lowerHex(to), from_day: fromDay })
        .execute();
      return;
    }
  }
}

interface ExclusionKey {
  readonly account: string;
  readonly exclusion: number;
}

async function read(tx: Tx, { account, exclusion }: ExclusionKey) {
  return tx
    .selectFrom("chain_exclusions")
    .selectAll()
    .where("account", "=", lowerHex(account))
    .where("number", "=", exclusion)
    .executeTakeFirstOrThrow();
}

async function change(tx: Tx, key: ExclusionKey, values: Partial<Omit<ChainExclusionsTable, "id">>): Promise<void> {
  const { id } = await read(tx, key);
  await tx.updateTable("chain_exclusions").set(values).where("id", "=", id).execute();
}
