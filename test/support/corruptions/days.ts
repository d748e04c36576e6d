import type { Hex } from "../../../src/protocol/codec/bytes.ts";
import { hashStonesLeaf } from "../../../src/protocol/codec/leaves.ts";
import { MerkleTree } from "../../../src/protocol/tree.ts";
import type { DayBook } from "../dishonest-books.ts";
import { CARS, VISITOR } from "../dishonest-cast.ts";
import type { DishonestProducer } from "../dishonest-producer.ts";
import type { Run } from "../dishonest-run.ts";
import { corruptionsOf } from "./corruption.ts";

const [CAR, SECOND, THIRD] = CARS;
/** An account that never drove. */
const STRANGE: Hex = `0x${"ff".repeat(20)}`;

/** What can be false about a day. */
export const DAYS_SETTLED = corruptionsOf("a day", { means: "books", by: "relayer" }, [
  {
    when: "new accounts are not in order of address",
    scheme: () => ({ dayAccounts: (day, accounts) => (day === 0 ? accounts.toReversed() : accounts) }),
    finds: [
      ["DAY_INDEX_WRONG", `day 0 account ${THIRD.account}`],
      ["DAY_INDEX_WRONG", `day 0 account ${SECOND.account}`],
    ],
  },
  {
    when: "two accounts change places",
    scheme: () => ({
      dayAccounts: (day, [a, b, ...rest]) =>
        day === 1 ? [b as Hex, a as Hex, ...rest] : [a as Hex, b as Hex, ...rest],
    }),
    finds: [
      ["DAY_INDEX_WRONG", "day 1 index 0"],
      ["DAY_INDEX_WRONG", "day 1 index 1"],
    ],
  },
  {
    when: "an account is left out of a day",
    scheme: () => ({
      dayAccounts: (day, accounts) => (day === 2 ? accounts : accounts.filter((account) => account !== CAR.account)),
    }),
    finds: [["DAY_ACCOUNT_MISSING", `day 0 account ${CAR.account}`]],
  },
  {
    when: "an account gets a second index",
    scheme: () => ({
      dayAccounts: (day, accounts) => (day === 2 ? [...accounts, VISITOR] : accounts),
    }),
    finds: [["DAY_ACCOUNT_DOUBLED", `day 2 account ${VISITOR}`]],
  },
  {
    when: "an account without metres gets an index",
    scheme: () => ({ dayAccounts: (_, accounts) => (accounts.includes(STRANGE) ? accounts : [...accounts, STRANGE]) }),
    finds: [["DAY_ACCOUNT_TOO_EARLY", `day 0 account ${STRANGE}`]],
  },
  {
    when: "metres that no drop counts stand in a row that is erased, and are credited",
    scheme: () => ({
      dayAccounts: (_, accounts) => (accounts.includes(STRANGE) ? accounts : [...accounts, STRANGE]),
      dayMetres: ({ account, metres }) => (account === STRANGE ? metres + 3_000 : metres),
    }),
    afterwards: async (run) => {
      await run.credit(2);
      await run.erase(STRANGE);
      return undefined;
    },
    finds: [
      ...[0, 1, 2].map((day) => ["DAY_TOTAL_WRONG", `day ${day} metres`] as const),
      ["CREDIT_ABOVE_ENTITLEMENT", `day 2 account ${STRANGE}`],
    ],
  },
  {
    when: "metres of nobody's readings are credited to an account that never had a vehicle, and somebody else is erased",
    scheme: () => ({
      dayAccounts: (_, accounts) => (accounts.includes(STRANGE) ? accounts : [...accounts, STRANGE]),
      dayMetres: ({ account, metres }) => (account === STRANGE ? metres + 1_000 : metres),
    }),
    afterwards: async (run) => {
      await run.credit(2);
      await run.erase(STRANGE, THIRD.account);
      return undefined;
    },
    finds: [["CREDIT_ABOVE_ENTITLEMENT", `day 2 account ${STRANGE}`]],
  },
  {
    when: "an account that is erased has more metres than its vehicle could have driven",
    scheme: () => ({
      dayMetres: ({ day, account, metres }) => (day === 1 && account === THIRD.account ? metres + 41_000 : metres),
    }),
    afterwards: async (run) => void (await run.erase(THIRD.account)),
    finds: [["DAY_TOTAL_WRONG", "day 1 metres"]],
  },
  {
    when: "crystals that no award gave stand in a row that is erased",
    scheme: () => ({
      dayAccounts: (_, accounts) => (accounts.includes(STRANGE) ? accounts : [...accounts, STRANGE]),
      dayRow: (row) => (row.account === STRANGE && row.day > 0 ? { ...row, crystals: 5n } : row),
    }),
    afterwards: async (run) => void (await run.erase(STRANGE)),
    finds: [["DAY_TOTAL_WRONG", "day 1 crystals"]],
  },
  {
    when: "more stones are credited to an account whose row is erased than the day's rows leave for it",
    means: "transaction",
    scheme: settleGreedily,
    afterwards: async (run, producer) => {
      await run.erase(await creditGreedily(run, producer));
      return undefined;
    },
    finds: [["CREDIT_ABOVE_ENTITLEMENT", `day 2 account ${SECOND.account}`]],
  },
  {
    when: "a day's total of stones is below its rows, beside one that is erased",
    means: "transaction",
    scheme: () => ({
      settle: ({ day, settlement }) => (day === 2 ? { totalStones: settlement.totalStones - 1n } : {}),
    }),
    afterwards: async (run) => void (await run.erase(VISITOR)),
    finds: [["DAY_TOTAL_WRONG", "day 2 stones"]],
  },
  {
    when: "a day has more accounts than rows, beside one that is erased",
    means: "transaction",
    scheme: () => ({
      settle: ({ day, settlement }) => (day === 2 ? { accounts: settlement.accounts + 1 } : {}),
    }),
    afterwards: async (run) => void (await run.erase(VISITOR)),
    finds: [["DAY_TOTAL_WRONG", "day 2 accounts"]],
  },
  {
    when: "a share is one unit too large",
    scheme: () => ({ dayRow: (row) => (row.day === 1 && row.index === 0 ? { ...row, stones: row.stones + 1n } : row) }),
    finds: [["DAY_SHARE_WRONG", `day 1 account ${SECOND.account}`]],
  },
  {
    when: "a share is one unit too small",
    scheme: () => ({ dayRow: (row) => (row.day === 1 && row.index === 2 ? { ...row, stones: row.stones - 1n } : row) }),
    finds: [["DAY_SHARE_WRONG", `day 1 account ${CAR.account}`]],
  },
  {
    when: "a drop's metres are left out of the day",
    scheme: () => ({
      dayMetres: ({ day, account, metres }) => (day === 0 && account === SECOND.account ? metres - 6_501 : metres),
    }),
    finds: [["DAY_METRES_WRONG", `day 0 account ${SECOND.account}`]],
  },
  {
    when: "a day's row points to an older leaf",
    scheme: () => ({
      dayRow: (row) => (row.day === 2 && row.index === 0 ? { ...row, headLeaf: `0x${"00".repeat(32)}` } : row),
    }),
    finds: [["DAY_HEAD_WRONG", `day 2 account ${SECOND.account}`]],
  },
  {
    when: "a prefix is wrong",
    scheme: () => ({
      dayRow: (row) => (row.day === 1 && row.index === 1 ? { ...row, prefixMetres: row.prefixMetres + 1 } : row),
    }),
    finds: [["DAY_PREFIX_WRONG", `day 1 account ${THIRD.account}`]],
  },
  {
    when: "crystals are given that no award gave",
    scheme: () => ({ dayRow: (row) => (row.day === 2 && row.index === 0 ? { ...row, crystals: 5n } : row) }),
    finds: [["DAY_CRYSTALS_WRONG", `day 2 account ${SECOND.account}`]],
  },
  {
    when: "a day's total of metres is too small",
    means: "transaction",
    scheme: () => ({
      settle: ({ day, settlement }) => (day === 1 ? { totalMetres: settlement.totalMetres - 1n } : {}),
    }),
    finds: [["DAY_TOTAL_WRONG", "day 1 metres"]],
  },
  {
    when: "a day's root is another",
    means: "transaction",
    scheme: () => ({ settle: ({ day }) => (day === 1 ? { metresRoot: `0x${"12".repeat(32)}` } : {}) }),
    finds: [["DAY_ROOT_WRONG", "day 1 metres"]],
  },
  {
    when: "a settlement names the digest of another file",
    means: "transaction",
    scheme: () => ({ settle: ({ day }) => (day === 1 ? { dataDigest: `0x${"12".repeat(32)}` } : {}) }),
    finds: [["DAY_DIGEST_WRONG", "day 1"]],
  },
  {
    when: "stones are credited above entitlement, by a leaf that the published file does not have",
    means: "transaction",
    scheme: settleGreedily,
    afterwards: async (run, producer) => {
      await creditGreedily(run, producer);
      return undefined;
    },
    finds: [
      ["DAY_ROOT_WRONG", "day 2 stones"],
      ["CREDIT_ABOVE_ENTITLEMENT", `day 2 account ${SECOND.account}`],
    ],
  },
  {
    when: "stones stand in an account's storage that no event gave",
    means: "storage",
    by: "a contract that is wrong",
    afterwards: async (run, producer) => {
      await run.credit(2);
      await producer.writeStones(CAR.account, 10n ** 18n);
      return undefined;
    },
    finds: [["STATE_DIFFERS", `account ${CAR.account}`]],
  },
]);

/** A tree in which the first account's leaf has everybody's stones. */
function greedy({ leaves, settlement }: DayBook) {
  const leaf = { ...(leaves[0] as DayBook["leaves"][number]), stones: settlement.totalStones };
  return { leaf, tree: new MerkleTree([leaf, ...leaves.slice(1)].map(hashStonesLeaf)) };
}

/** The third day is settled with that tree. */
function settleGreedily() {
  return { settle: (book: DayBook) => (book.day === 2 ? { stonesRoot: greedy(book).tree.root } : {}) };
}

/** All of the third day's stones are credited to its first account. @returns The account. */
async function creditGreedily(run: Run, producer: DishonestProducer): Promise<Hex> {
  const { tree, leaf } = greedy(run.days[2] as DayBook);
  await run.moveToCreditable(2);
  await producer.send("relayer", "stoneLedger", "credit", [2n, leaf, tree.proof(0)]);
  return leaf.account;
}
