import type { Hex } from "../../protocol/codec/bytes.ts";
import type { Exclusion } from "../../protocol/exclusions.ts";
import { chunksOf } from "../../storage/chunks.ts";
import type { Db } from "./open.ts";
import type { ChainExclusionsTable } from "./schema-chain.ts";

/** The exclusions of accounts, each account's oldest first; one that never was excluded is absent. */
export async function loadExclusions(db: Db, accounts: readonly Hex[]): Promise<Map<Hex, Exclusion[]>> {
  const found = new Map<Hex, Exclusion[]>();
  for (const chunk of chunksOf(accounts)) {
    const rows = await db
      .selectFrom("chain_exclusions")
      .selectAll()
      .where("account", "in", chunk)
      .orderBy("id")
      .execute();
    for (const row of rows) {
      const others = found.get(row.account);
      if (others === undefined) found.set(row.account, [exclusionOf(row)]);
      else others.push(exclusionOf(row));
    }
  }
  return found;
}

/** Exclusions of accounts that have moved which did not follow. */
export async function unfollowedExclusions(db: Db): Promise<Exclusion[]> {
  const rows = await db
    .selectFrom("chain_exclusions")
    .innerJoin("chain_moves", "chain_moves.account", "chain_exclusions.account")
    .selectAll("chain_exclusions")
    .where("followed", "=", 0)
    .orderBy("id")
    .execute();
  return rows.map(exclusionOf);
}

function exclusionOf(row: Omit<ChainExclusionsTable, "id">): Exclusion {
  const { account, number, reason, state, from_day, until_day, decide_by } = row;
  return { account, number, reason, state, fromDay: from_day, untilDay: until_day, decideBy: decide_by };
}
