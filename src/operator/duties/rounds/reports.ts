import type { RoundDocument } from "../../documents/schemas.ts";
import type { DutyContext } from "../../duty.ts";
import { readDocuments } from "../../store/documents.ts";

/** What every list of rounds says of stones, in the words of the programme. */
const STONES_NOTE = {
  zh: "原石记录车主对项目的贡献，本身没有价格，也不能转让。",
  en: "Stones record what an owner has contributed. They have no price of their own and cannot be transferred.",
} as const;

/** The rounds that stand on the chain, newest first, and those that were asked for. */
export async function reportRounds({ store, snapshot }: DutyContext) {
  const time = snapshot()?.head.time ?? 0;
  const documents = await readDocuments(store.db, "cairn.round/1");
  const opened = await store.db.selectFrom("chain_rounds").selectAll().orderBy("round", "desc").execute();
  const hashes = new Set(opened.map(({ content_hash }) => content_hash));
  const requests = await store.db.selectFrom("round_requests").selectAll().orderBy("id", "desc").execute();
  return {
    note: STONES_NOTE,
    requested: requests
      .filter(({ content_hash }) => !hashes.has(content_hash))
      .map(({ content_hash, reason }) => ({
        contentHash: content_hash,
        ...(reason === null ? {} : { reason }),
        definition: documents.get(content_hash) as RoundDocument,
      })),
    rounds: opened.map((row) => {
      const definition = documents.get(row.content_hash);
      return {
        ...{ round: row.round, contentHash: row.content_hash, state: stateOf(row, time), token: row.token },
        ...{ amount: row.amount, claimed: row.claimed, day: row.day, root: row.root, accounts: row.accounts },
        ...{ totalWeight: row.total_weight, claimableFrom: row.claimable_from, deadline: row.deadline },
        left: (BigInt(row.amount) - BigInt(row.claimed) - BigInt(row.returned ?? 0)).toString(),
        ...(row.returned === null ? {} : { returned: row.returned }),
        ...(definition === undefined ? {} : { definition }),
      };
    }),
  };
}

function stateOf(row: { cancelled: 0 | 1; claimable_from: number; deadline: number }, time: number): string {
  if (row.cancelled === 1) return "cancelled";
  if (time < row.claimable_from) return "opened";
  return time <= row.deadline ? "claimable" : "over";
}
