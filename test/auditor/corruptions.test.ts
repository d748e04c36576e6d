import { after, before, describe, test } from "node:test";
import { audit, type FindingCode } from "../../src/auditor/index.ts";
import { deviceKeyFromSeed } from "../../src/device/signer.ts";
import type { Hex } from "../../src/protocol/codec/bytes.ts";
import { DAY_S, dayFilePath, dropFilePath, hashStonesLeaf } from "../../src/protocol/codec/index.ts";
import { MerkleTree } from "../../src/protocol/tree.ts";
import { assertFindings } from "../support/audit-expectations.ts";
import type { DayBook, Planned, Scheme } from "../support/dishonest-books.ts";
import { CARS, type Car, DishonestProducer, MIDNIGHT, type Run, STRANGER } from "../support/dishonest-producer.ts";
import { flipByte, removeFile } from "../support/tampering.ts";

const HOUR_S = 3_600;
/** An account that never drove. */
const STRANGE: Hex = `0x${"ff".repeat(20)}`;
const [CAR, SECOND, THIRD] = CARS;
/** The drop of everybody's first trip on day 0, and of the second. */
const [DROP, NEXT] = [48, 60];

/** One false fact, committed consistently: roots and digests match it, the contracts accept it. */
interface Case {
  readonly when: string;
  readonly scheme?: (producer: DishonestProducer) => Scheme;
  /** What is done after the days; by default nothing. */
  readonly afterwards?: (run: Run, producer: DishonestProducer) => Promise<{ receiptsDir?: string } | undefined>;
  readonly finds: readonly (readonly [FindingCode, string | RegExp])[];
}

/** A scheme that replaces the reading at a place of the plan. */
function replacing(at: { car: Car; trip: number }, change: (planned: Planned, producer: DishonestProducer) => Planned) {
  return (producer: DishonestProducer): Scheme => ({
    plan: (plan) => {
      const target = plan.filter(({ account }) => account === at.car.account)[at.trip];
      return plan.map((planned) => (planned === target ? change(planned, producer) : planned));
    },
  });
}

/** A reading with other contents, signed by its car as it then is. */
function altered(car: Car, trip: number, facts: Partial<Planned["reading"]>, drop?: number) {
  return replacing({ car, trip }, ({ reading, drop: own }, producer) =>
    producer.planned(car, { ...reading, ...facts }, drop ?? own),
  );
}

/** A scheme that adds one reading to a plan. */
function adding(make: (producer: DishonestProducer) => Planned) {
  return (producer: DishonestProducer): Scheme => ({ plan: (plan) => [...plan, make(producer)] });
}

const DAY_1 = MIDNIGHT + DAY_S;
/** The third car's odometer after its trips of day 1, and after all. */
const THIRD_AFTER_DAY_1 = 10_000 + 6 * 6_001;

const READINGS: readonly Case[] = [
  {
    when: "a signature is forged",
    scheme: replacing({ car: SECOND, trip: 0 }, (planned) => ({
      ...planned,
      signature: deviceKeyFromSeed(Buffer.from("the key of a forger")).signDigest(planned.digest),
    })),
    finds: [["READING_SIGNATURE_INVALID", `drop ${DROP} index 1`]],
  },
  {
    when: "a signature has a high s",
    scheme: replacing({ car: SECOND, trip: 0 }, (planned) => ({ ...planned, signature: withHighS(planned.signature) })),
    finds: [["READING_SIGNATURE_NOT_LOW", `drop ${DROP} index 1`]],
  },
  {
    when: "a reading from after a withdrawal is put into a drop",
    scheme: adding((producer) =>
      producer.planned(THIRD, {
        startedAt: DAY_1 + 13 * HOUR_S + 60,
        odometerStart: THIRD_AFTER_DAY_1,
        odometerEnd: THIRD_AFTER_DAY_1,
      }),
    ),
    finds: [["READING_CONSENT_MISSING", "drop 223 index 0"]],
  },
  {
    when: "a reading reaches into the time after a withdrawal",
    scheme: adding((producer) =>
      producer.planned(THIRD, {
        startedAt: DAY_1 + 13 * HOUR_S - 60,
        odometerStart: THIRD_AFTER_DAY_1,
        odometerEnd: THIRD_AFTER_DAY_1,
      }),
    ),
    finds: [["READING_CONSENT_MISSING", "drop 222 index 0"]],
  },
  {
    when: "a covered reading is taken into a drop that begins without consent",
    scheme: altered(THIRD, 5, {}, 144 + 81),
    finds: [["READING_CONSENT_NOT_STANDING", "drop 225 index 0"]],
  },
  {
    when: "a reading holds a category that was not consented to",
    scheme: altered(SECOND, 0, { categories: 0b111 }),
    finds: [["READING_CONSENT_MISSING", `drop ${DROP} index 1`]],
  },
  {
    when: "a reading is counted for an account that does not hold the vehicle",
    scheme: replacing({ car: SECOND, trip: 0 }, (planned) => ({ ...planned, account: THIRD.account })),
    finds: [["READING_ACCOUNT_WRONG", `drop ${DROP} index 1`]],
  },
  {
    when: "a reading names a vehicle that nobody registered",
    scheme: adding((producer) =>
      producer.planned({ ...CAR, vehicle: `0x${"f0".repeat(32)}` }, { startedAt: DAY_1 + 13 * HOUR_S }),
    ),
    finds: [
      ["READING_VEHICLE_UNPAIRED", "drop 222 index 0"],
      ["READING_KEY_INVALID", "drop 222 index 0"],
    ],
  },
  {
    when: "a reading is counted twice",
    scheme: (producer) => ({
      plan: (plan) => [...plan, { ...(plan[0] as Planned), drop: 49 }].map((planned) => ({ ...planned, producer })),
    }),
    finds: [["READING_DOUBLED", "drop 49 index 0"]],
  },
  {
    when: "a sequence falls",
    scheme: altered(CAR, 1, { sequence: 1 }),
    finds: [["READING_SEQUENCE_OLD", `drop ${NEXT} index 0`]],
  },
  {
    when: "a reading begins before the last one ended",
    scheme: altered(CAR, 1, { startedAt: MIDNIGHT + 8 * HOUR_S + 500 }),
    finds: [["READING_OVERLAPS", `drop ${NEXT} index 0`]],
  },
  {
    when: "an odometer was turned back",
    scheme: altered(CAR, 1, { odometerStart: 10_000 }),
    finds: [["READING_ODOMETER_BACKWARDS", `drop ${NEXT} index 0`]],
  },
  {
    when: "a speed is impossible",
    scheme: altered(CAR, 0, { startedAt: MIDNIGHT + 8 * HOUR_S + 500 }),
    finds: [["READING_TOO_FAST", `drop ${DROP} index 0`]],
  },
  {
    when: "a reading's mask names a category that does not exist",
    scheme: altered(CAR, 0, { categories: 0b1_0000_0011 }),
    finds: [
      ["READING_CATEGORY_UNKNOWN", `drop ${DROP} index 0`],
      ["READING_CONSENT_MISSING", `drop ${DROP} index 0`],
    ],
  },
  {
    when: "a reading is without mileage",
    scheme: altered(CAR, 0, { categories: 0b10 }),
    finds: [["READING_WITHOUT_MILEAGE", `drop ${DROP} index 0`]],
  },
  {
    when: "a payload is zero",
    scheme: altered(CAR, 0, { payload: `0x${"00".repeat(32)}` }),
    finds: [["READING_PAYLOAD_ZERO", `drop ${DROP} index 0`]],
  },
  {
    when: "a reading ends after its drop",
    scheme: altered(CAR, 0, {}, DROP - 1),
    finds: [["READING_FROM_FUTURE", `drop ${DROP - 1} index 0`]],
  },
  {
    when: "a reading is too old",
    // The car's last one: later ones would make its sequence old as well.
    scheme: () => ({
      plan: (plan) =>
        plan
          .filter(({ account, drop }) => account !== CAR.account || drop < 288)
          .map((planned) =>
            planned.account === CAR.account && planned.drop === 216 ? { ...planned, drop: 375 } : planned,
          ),
    }),
    finds: [["READING_TOO_OLD", "drop 375 index 0"]],
  },
  {
    when: "a reading spans midnight",
    scheme: adding((producer) =>
      producer.planned(CAR, { startedAt: DAY_1 - 60, odometerStart: 31_003, odometerEnd: 31_003 }),
    ),
    finds: [["READING_ACROSS_DAYS", "drop 144 index 0"]],
  },
  {
    when: "a reading lasts no time",
    scheme: adding((producer) =>
      producer.planned(CAR, {
        startedAt: DAY_1 - 60,
        endedAt: DAY_1 - 60,
        odometerStart: 31_003,
        odometerEnd: 31_003,
      }),
    ),
    finds: [["READING_INTERVAL_EMPTY", "drop 143 index 0"]],
  },
  {
    when: "a reading begins before genesis",
    scheme: adding((producer) =>
      producer.planned(CAR, { startedAt: MIDNIGHT - 60, sequence: 1, odometerStart: 9_000, odometerEnd: 9_000 }),
    ),
    finds: [["READING_BEFORE_GENESIS", "drop 0 index 0"]],
  },
];

const DROPS: readonly Case[] = [
  {
    when: "more metres are counted than the cap leaves",
    scheme: () => ({ dropRow: (row) => (row.drop === 72 && row.index === 0 ? plus(row, 1) : row) }),
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
];

const DAYS: readonly Case[] = [
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
];

const FILES: readonly Case[] = [
  {
    when: "the manifest names another digest than the file's",
    afterwards: async (run) => {
      const { rows } = run.drops[DROP] as Run["drops"][number];
      await run.publisher.name(dropFilePath(DROP), { rows: rows.length, digest: `0x${"12".repeat(32)}` });
      return undefined;
    },
    finds: [["FILE_DIGEST_WRONG", dropFilePath(DROP)]],
  },
  {
    when: "the manifest names another number of rows than the file's",
    afterwards: async (run) => {
      const { digest } = run.drops[DROP] as Run["drops"][number];
      await run.publisher.name(dropFilePath(DROP), { rows: 99, digest });
      return undefined;
    },
    finds: [["FILE_ROW_COUNT_WRONG", dropFilePath(DROP)]],
  },
  {
    when: "a published row has a value that its column cannot have",
    afterwards: async (run) => {
      const { rows } = run.drops[DROP] as Run["drops"][number];
      const short = rows.map((entry, i) =>
        i === 0 ? { ...entry, row: { ...entry.row, account: "0x12" as Hex } } : entry,
      );
      await run.publisher.publish("drop", dropFilePath(DROP), short);
      return undefined;
    },
    finds: [["FILE_ROW_MALFORMED", dropFilePath(DROP)]],
  },
  {
    when: "one byte of a drop's file is flipped",
    afterwards: async (run) => void (await flipByte(run.filesDir, dropFilePath(DROP))),
    finds: [["FILE_BYTES_WRONG", dropFilePath(DROP)]],
  },
  {
    when: "one byte of a day's file is flipped",
    afterwards: async (run) => void (await flipByte(run.filesDir, dayFilePath(1))),
    finds: [["FILE_BYTES_WRONG", dayFilePath(1)]],
  },
  {
    when: "a drop's file is left out",
    afterwards: async (run) => void (await removeFile(run.filesDir, dropFilePath(DROP), { unname: true })),
    finds: [["FILE_MISSING", dropFilePath(DROP)]],
  },
  {
    when: "a day's file is left out but named",
    afterwards: async (run) => void (await removeFile(run.filesDir, dayFilePath(2), { unname: false })),
    finds: [["FILE_MISSING", dayFilePath(2)]],
  },
  {
    when: "there is a file for a drop without readings",
    afterwards: async (run) => {
      await run.publisher.publish("drop", dropFilePath(5), run.drops[DROP]?.rows ?? []);
      return undefined;
    },
    finds: [["FILE_SUPERFLUOUS", dropFilePath(5)]],
  },
  {
    when: "the manifest is signed by a stranger",
    afterwards: async (run) => {
      const { rows, digest } = run.drops[DROP] as Run["drops"][number];
      await run.publisher.name(dropFilePath(DROP), { rows: rows.length, digest, signer: STRANGER });
      return undefined;
    },
    finds: [["MANIFEST_SIGNATURE_INVALID", dropFilePath(DROP)]],
  },
  {
    when: "a published file is no Parquet file",
    afterwards: async (run) => {
      const { rows, digest } = run.drops[DROP] as Run["drops"][number];
      await run.publisher.write(dropFilePath(DROP), "no Parquet");
      await run.publisher.name(dropFilePath(DROP), { rows: rows.length, digest });
      return undefined;
    },
    finds: [["FILE_SCHEMA_WRONG", dropFilePath(DROP)]],
  },
  {
    when: "a published row is not what its hash says",
    afterwards: async (run) => {
      const { rows } = run.drops[DROP] as Run["drops"][number];
      const false_ = rows.map((entry, i) => (i === 0 ? { ...entry, row: { ...entry.row, takeovers: 3 } } : entry));
      await run.publisher.publish("drop", dropFilePath(DROP), false_);
      return undefined;
    },
    finds: [["FILE_ROW_HASH_WRONG", `${dropFilePath(DROP)} row 0`]],
  },
  {
    when: "another file than the anchored one is published",
    afterwards: async (run) => {
      await run.publisher.publish("drop", dropFilePath(DROP), (run.drops[DROP]?.rows ?? []).slice(0, 2));
      return undefined;
    },
    finds: [
      ["ANCHOR_DIGEST_WRONG", "drops 0 to 143"],
      ["DROP_ROOT_WRONG", `drop ${DROP}`],
    ],
  },
];

const RECEIPTS: readonly Case[] = [
  {
    when: "a receipted reading is left out of its drop",
    scheme: (producer) => ({ plan: (plan) => plan.filter((planned) => !(isVictim(planned) && producer)) }),
    afterwards: async (run, producer) => {
      const victim = producer.honestPlan().find(isVictim) as Planned;
      return { receiptsDir: await run.writeReceipts([await producer.receiptFor(victim)]) };
    },
    finds: [["RECEIPT_BROKEN", /^receipt 0x/]],
  },
  {
    when: "a receipted reading is anchored too late",
    afterwards: async (run, producer) => {
      const receipt = await producer.receiptFor(run.plan[0] as Planned, { deadline: MIDNIGHT + 9 * HOUR_S });
      return { receiptsDir: await run.writeReceipts([receipt]) };
    },
    finds: [["RECEIPT_LATE", /^receipt 0x/]],
  },
  {
    when: "a receipt is signed by a stranger",
    afterwards: async (run, producer) => {
      const receipt = await producer.receiptFor(run.plan[0] as Planned, { signer: STRANGER });
      return { receiptsDir: await run.writeReceipts([receipt]) };
    },
    finds: [["RECEIPT_INVALID", /^receipt 0x/]],
  },
  {
    when: "a receipt promises more time than the rules",
    afterwards: async (run, producer) => {
      const receipt = await producer.receiptFor(run.plan[0] as Planned, { deadline: MIDNIGHT + 9 * DAY_S });
      return { receiptsDir: await run.writeReceipts([receipt]) };
    },
    finds: [["RECEIPT_DEADLINE_WRONG", /^receipt 0x/]],
  },
];

describe("given one false fact", () => {
  let producer: DishonestProducer;
  before(async () => {
    producer = await DishonestProducer.start();
  });
  after(() => producer.stop());

  for (const { when, scheme, afterwards, finds } of [...READINGS, ...DROPS, ...DAYS, ...FILES, ...RECEIPTS]) {
    test(`when ${when}, exactly that is found`, async () => {
      const run = await producer.begin(scheme?.(producer));
      await run.runDays();
      const more = (await afterwards?.(run, producer)) ?? {};
      const { rpcUrl, deployment } = producer;
      assertFindings(await audit({ rpcUrl, deployment, filesDir: run.filesDir, ...more }), finds);
    });
  }
});

function isVictim({ account, drop }: Planned): boolean {
  return account === THIRD.account && drop === 72;
}

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

/** The other of the two signatures that verify: (r, n - s). */
function withHighS(signature: Hex): Hex {
  const order = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;
  const s = order - BigInt(`0x${signature.slice(66)}`);
  return `${signature.slice(0, 66) as Hex}${s.toString(16).padStart(64, "0")}`;
}

/** A tree in which the first account's leaf has everybody's stones. */
function greedy({ leaves, settlement }: DayBook) {
  const leaf = { ...(leaves[0] as DayBook["leaves"][number]), stones: settlement.totalStones };
  return { leaf, tree: new MerkleTree([leaf, ...leaves.slice(1)].map(hashStonesLeaf)) };
}
