import type { Hex } from "../../src/protocol/codec/bytes.ts";
import { hashStonesLeaf } from "../../src/protocol/codec/leaves.ts";
import { MerkleTree } from "../../src/protocol/tree.ts";
import { describeCorruptions } from "../support/corruption.ts";
import type { DayBook } from "../support/dishonest-books.ts";
import { CARS } from "../support/dishonest-cast.ts";

const [CAR, SECOND, THIRD] = CARS;
/** The drop of everybody's first trip on day 0, and of the second. */
const [DROP, NEXT] = [48, 60];
/** An account that never drove. */
const STRANGE: Hex = `0x${"ff".repeat(20)}`;

describeCorruptions("a drop", [
  {
    when: "more metres are counted than the cap leaves",
    scheme: () => ({ dropRow: (row) => (row.drop === 72 && row.index === 0 ? plus(row, 1) : row) }),
    finds: [["DROP_COUNT_WRONG", "drop 72 index 0"]],
  },
  {
    when: "metres of somebody who is not excluded count nothing",
    scheme: () => ({ dropRow: (row) => (row.drop === 72 && row.index === 0 ? plus(row, -row.countedM) : row) }),
    finds: [["DROP_COUNT_WRONG", "drop 72 index 0"]],
  },
  {
    when: "an account's running total jumps",
    scheme: () => ({
      dropRow: (row) => (row.drop === DROP && row.index === 1 ? { ...row, accountAfterM: row.accountAfterM + 1 } : row),
    }),
    finds: [["DROP_RUNNING_TOTAL_WRONG", `drop ${DROP} index 1 account`]],
  },
  {
    when: "a vehicle's running total jumps",
    scheme: () => ({
      dropRow: (row) =>
        row.drop === 72 && row.index === 1 ? { ...row, vehicleDayAfterM: row.vehicleDayAfterM + 1 } : row,
    }),
    finds: [["DROP_RUNNING_TOTAL_WRONG", "drop 72 index 1 vehicle"]],
  },
  {
    when: "a leaf points past the account's last one",
    scheme: () => ({
      dropRow: (row) =>
        row.drop === NEXT && row.index === 0 ? { ...row, prevAccountLeaf: `0x${"00".repeat(32)}` } : row,
    }),
    finds: [["DROP_CHAIN_WRONG", `drop ${NEXT} index 0 account`]],
  },
  {
    when: "a leaf points past the vehicle's last one",
    scheme: () => ({
      dropRow: (row) =>
        row.drop === NEXT && row.index === 0 ? { ...row, prevVehicleLeaf: `0x${"00".repeat(32)}` } : row,
    }),
    finds: [["DROP_CHAIN_WRONG", `drop ${NEXT} index 0 vehicle`]],
  },
  {
    when: "a root is not that of the published rows",
    scheme: () => ({ dropRoot: (drop, root) => (drop === DROP ? `0x${"12".repeat(32)}` : root) }),
    finds: [["DROP_ROOT_WRONG", `drop ${DROP}`]],
  },
  {
    when: "an anchoring names the digest of other files",
    scheme: () => ({ anchorDigest: (day, digest) => (day === 1 ? `0x${"12".repeat(32)}` : digest) }),
    finds: [["ANCHOR_DIGEST_WRONG", "drops 144 to 287"]],
  },
  {
    when: "a drop's rows are not in order",
    scheme: () => ({ dropOrder: (planned) => (planned[0]?.drop === DROP ? planned.toReversed() : planned) }),
    finds: [
      ["DROP_ORDER_WRONG", `drop ${DROP} index 1`],
      ["DROP_ORDER_WRONG", `drop ${DROP} index 2`],
    ],
  },
]);

describeCorruptions("what contracts do to each other", [
  {
    when: "the ledger gives a prize without a box",
    afterwards: async (_, producer) => {
      const box = producer.deployment.contracts.mineBox;
      await producer.fund(box);
      await producer.send(box, "stoneLedger", "issuePrize", [CAR.account, 7n]);
      return undefined;
    },
    finds: [
      ["CREDIT_SUM_WRONG", `account ${CAR.account}`],
      ["STATE_DIFFERS", `account ${CAR.account}`],
      ["STATE_DIFFERS", "issuedDrawn"],
      ["STATE_DIFFERS", "issuedMined"],
    ],
  },
  {
    when: "the desk gives a voucher without a box",
    afterwards: async (_, producer) => {
      const box = producer.deployment.contracts.mineBox;
      await producer.fund(box);
      await producer.send(box, "redemptionDesk", "grantVouchers", [CAR.account, 1, 2]);
      return undefined;
    },
    finds: [["PRIZE_WRONG", `account ${CAR.account}`]],
  },
  {
    when: "stones move although their account does not",
    afterwards: async (run, producer) => {
      await run.credit(2);
      const moves = producer.deployment.contracts.accountMoves;
      await producer.fund(moves);
      await producer.send(moves, "stoneLedger", "moveStones", [CAR.account, STRANGE]);
      return undefined;
    },
    finds: [
      ["MOVE_TRANSFER_WRONG", `account ${CAR.account}`],
      ["STATE_DIFFERS", `account ${CAR.account}`],
    ],
  },
]);

describeCorruptions("a day", [
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
    when: "an account without metres gets an index",
    scheme: () => ({ dayAccounts: (_, accounts) => (accounts.includes(STRANGE) ? accounts : [...accounts, STRANGE]) }),
    finds: [["DAY_ACCOUNT_TOO_EARLY", `day 0 account ${STRANGE}`]],
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
    scheme: () => ({
      settle: ({ day, settlement }) => (day === 1 ? { totalMetres: settlement.totalMetres - 1n } : {}),
    }),
    finds: [["DAY_TOTAL_WRONG", "day 1 metres"]],
  },
  {
    when: "a day's root is another",
    scheme: () => ({ settle: ({ day }) => (day === 1 ? { metresRoot: `0x${"12".repeat(32)}` } : {}) }),
    finds: [["DAY_ROOT_WRONG", "day 1 metres"]],
  },
  {
    when: "a settlement names the digest of another file",
    scheme: () => ({ settle: ({ day }) => (day === 1 ? { dataDigest: `0x${"12".repeat(32)}` } : {}) }),
    finds: [["DAY_DIGEST_WRONG", "day 1"]],
  },
  {
    when: "stones are credited above entitlement, by a leaf that the published file does not have",
    scheme: () => ({ settle: (book) => (book.day === 2 ? { stonesRoot: greedy(book).tree.root } : {}) }),
    afterwards: async (run, producer) => {
      const { tree, leaf } = greedy(run.days[2] as DayBook);
      await run.moveToCreditable(2);
      await producer.send("relayer", "stoneLedger", "credit", [2n, leaf, tree.proof(0)]);
      return undefined;
    },
    finds: [
      ["DAY_ROOT_WRONG", "day 2 stones"],
      ["CREDIT_ABOVE_ENTITLEMENT", `day 2 account ${SECOND.account}`],
    ],
  },
  {
    when: "stones stand in an account's storage that no event gave",
    afterwards: async (run, producer) => {
      await run.credit(2);
      await producer.writeStones(CAR.account, 10n ** 18n);
      return undefined;
    },
    finds: [["STATE_DIFFERS", `account ${CAR.account}`]],
  },
]);

function plus<R extends { countedM: number; vehicleDayAfterM: number; accountAfterM: number }>(
  row: R,
  metres: number,
): R {
  return {
    ...row,
    countedM: row.countedM + metres,
    vehicleDayAfterM: row.vehicleDayAfterM + metres,
    accountAfterM: row.accountAfterM + metres,
  };
}

/** A tree in which the first account's leaf has everybody's stones. */
function greedy({ leaves, settlement }: DayBook) {
  const leaf = { ...(leaves[0] as DayBook["leaves"][number]), stones: settlement.totalStones };
  return { leaf, tree: new MerkleTree([leaf, ...leaves.slice(1)].map(hashStonesLeaf)) };
}
