import assert from "node:assert/strict";
import { describe, type TestContext, test } from "node:test";
import type { ProgrammeEvent } from "../../src/chain/read/events.ts";
import { type Hex, ZERO_ADDRESS } from "../../src/protocol/codec/index.ts";
import { readAccount } from "../../src/relayer/store/accounts.ts";
import { readMined } from "../../src/relayer/store/anchors.ts";
import { applyEvents } from "../../src/relayer/store/mirror.ts";
import { addressOf, keyOf } from "./support/keys.ts";
import { GENESIS } from "./support/programme.ts";
import { describeStores, type StoreKind } from "./support/stores.ts";

const [ALICE, NEXT, LAST] = [addressOf("alice"), addressOf("next"), addressOf("last")];
const ORDER = keyOf("order");
const MOMENT = { genesis: GENESIS, chainTime: GENESIS };

type Step = readonly [contract: string, name: string, args: object];

const transfer = (from: Hex, to: Hex, value: bigint): Step => ["stoneLedger", "Transfer", { from, to, value }];
const credit = (account: Hex, units: bigint): Step[] => [
  transfer(ZERO_ADDRESS, account, units),
  ["stoneLedger", "DayCredited", { day: 0n, leaves: 1n, units }],
];
const move = (account: Hex, to: Hex, units: bigint): Step[] => [
  ["accountMoves", "AccountMoved", { account, to }],
  transfer(account, to, units),
];
const place = (price: bigint): Step => [
  "redemptionDesk",
  "OrderPlaced",
  { order: ORDER, account: ALICE, item: 7, vehicle: keyOf("vehicle"), price, deadline: GENESIS + 10 },
];
const end = (name: "OrderCompleted" | "OrderCancelled" | "OrderRefunded"): Step => [
  "redemptionDesk",
  name,
  { order: ORDER },
];

/** Applies transactions, each a list of events, and answers for accounts. */
async function mirroredIn(kind: StoreKind, context: TestContext, transactions: readonly (readonly Step[])[]) {
  const store = await kind.open(context);
  const events = transactions.flatMap((steps, at) =>
    steps.map(([contract, name, args]) => ({
      ...{ contract, name, args, block: at, time: GENESIS + at },
      transaction: keyOf(`transaction ${at}`),
    })),
  ) as unknown as ProgrammeEvent[];
  await store.transaction((tx) => applyEvents(tx, events, GENESIS));
  return {
    mined: () => readMined(store.db),
    account: (address: Hex) => readAccount(store.db, address, MOMENT),
    crystals: async (address: Hex) => (await readAccount(store.db, address, MOMENT)).crystals,
    vouchers: async (address: Hex) =>
      (await readAccount(store.db, address, MOMENT)).vouchers.map(({ item, count }) => [item, count]),
    async stones(address: Hex) {
      const { credited, received, available, reserved } = (await readAccount(store.db, address, MOMENT)).stones;
      return { credited, received, available, reserved };
    },
  };
}

describeStores("the projection", (kind) => {
  const mirrored = (context: TestContext, transactions: readonly (readonly Step[])[]) =>
    mirroredIn(kind, context, transactions);

  describe("of stones", () => {
    test("when a prize and a credit stand in one transaction, each counts as what it is", async (context) => {
      const { stones, mined } = await mirrored(context, [[transfer(ZERO_ADDRESS, ALICE, 5n), ...credit(ALICE, 100n)]]);
      assert.deepEqual(await stones(ALICE), { credited: "100", received: "5", available: "105", reserved: "0" });
      assert.equal((await mined()).get(ALICE), 100n);
    });

    test("when an account moves, all it has and what is reserved is with the other", async (context) => {
      const { stones, account } = await mirrored(context, [credit(ALICE, 100n), [place(30n)], move(ALICE, NEXT, 100n)]);
      assert.deepEqual(await stones(ALICE), { credited: "100", received: "0", available: "0", reserved: "0" });
      assert.deepEqual(await stones(NEXT), { credited: "0", received: "100", available: "70", reserved: "30" });
      assert.equal((await account(ALICE)).movedTo, NEXT);
    });

    test("given a moved account, when its leaf is credited, the stones flow on and it is not credited again", async (context) => {
      const flown = [
        transfer(ZERO_ADDRESS, ALICE, 20n),
        transfer(ALICE, NEXT, 20n),
        ["stoneLedger", "DayCredited", { day: 1n, leaves: 1n, units: 20n }] as const,
      ];
      const { stones, mined } = await mirrored(context, [credit(ALICE, 100n), move(ALICE, NEXT, 100n), flown]);
      assert.deepEqual(await stones(NEXT), { credited: "0", received: "120", available: "120", reserved: "0" });
      assert.equal((await mined()).get(ALICE), 120n);
    });

    test("given two moves since, when an order is completed, the last account has spent", async (context) => {
      const { stones, account } = await mirrored(context, [
        credit(ALICE, 100n),
        [place(30n)],
        move(ALICE, NEXT, 100n),
        move(NEXT, LAST, 100n),
        [end("OrderCompleted"), transfer(LAST, ZERO_ADDRESS, 30n)],
      ]);
      assert.deepEqual(await stones(LAST), { credited: "0", received: "100", available: "70", reserved: "0" });
      assert.deepEqual(
        (await account(LAST)).orders.map(({ status }) => status),
        ["completed"],
      );
    });

    test("given a move since, when an order is refunded, its stones are free with the other account", async (context) => {
      const { stones } = await mirrored(context, [
        credit(ALICE, 100n),
        [place(30n)],
        move(ALICE, NEXT, 100n),
        [end("OrderRefunded")],
      ]);
      assert.deepEqual(await stones(NEXT), { credited: "0", received: "100", available: "100", reserved: "0" });
    });

    test("when stones migrate, they are no longer there", async (context) => {
      const migrated = ["stoneLedger", "StonesMigrated", { account: ALICE, successor: LAST, units: 60n }] as const;
      const { stones } = await mirrored(context, [credit(ALICE, 60n), [migrated, transfer(ALICE, ZERO_ADDRESS, 60n)]]);
      assert.deepEqual(await stones(ALICE), { credited: "60", received: "0", available: "0", reserved: "0" });
    });
  });

  describe("of vouchers", () => {
    const granted: Step = ["redemptionDesk", "VouchersGranted", { account: ALICE, item: 7, count: 2 }];

    test("when one pays for an order, one is left and no stones are reserved", async (context) => {
      const { vouchers, stones } = await mirrored(context, [[granted, ...credit(ALICE, 9n)], [place(0n)]]);
      assert.deepEqual([await vouchers(ALICE), (await stones(ALICE)).reserved], [[[7, 1]], "0"]);
    });

    for (const name of ["OrderCancelled", "OrderRefunded"] as const) {
      test(`when its order ends by ${name}, it comes back`, async (context) => {
        const { vouchers } = await mirrored(context, [[granted], [place(0n)], [end(name)]]);
        assert.deepEqual(await vouchers(ALICE), [[7, 2]]);
      });
    }

    test("when its order is completed, it is gone", async (context) => {
      const { vouchers } = await mirrored(context, [[granted], [place(0n)], [end("OrderCompleted")]]);
      assert.deepEqual(await vouchers(ALICE), [[7, 1]]);
    });

    test("when they follow a move, the other account has them", async (context) => {
      const followed: Step = ["redemptionDesk", "VouchersFollowed", { account: ALICE, to: NEXT, item: 7, count: 2 }];
      const { vouchers } = await mirrored(context, [[granted], move(ALICE, NEXT, 0n), [followed]]);
      assert.deepEqual([await vouchers(ALICE), await vouchers(NEXT)], [[], [[7, 2]]]);
    });
  });

  describe("of crystals", () => {
    const prizes = [0, 2, 1].map((kind, tier) => ({ kind, weight: 1, amount: BigInt(10 * tier), item: 0 }));
    const season: Step = ["mineBox", "SeasonOpened", { season: 3, terms: { price: 100, prizes } }];
    const credited: Step = ["mineBox", "CrystalsCredited", { account: ALICE, crystals: 250n, credited: 400n }];
    const requested: Step = [
      "mineBox",
      "BoxesRequested",
      { account: ALICE, season: 3, firstBox: 0n, count: 2, salt: 1n },
    ];
    const opened: Step = [
      "mineBox",
      "BoxesOpened",
      { account: ALICE, firstBox: 0n, count: 2, tiers: `0x0102${"01".repeat(8)}` },
    ];
    const available = async (context: TestContext, steps: Step[], account = ALICE) => {
      const { crystals } = await mirrored(context, [[season], steps]);
      const found = await crystals(account);
      return [found.credited, found.available];
    };

    test("when they are credited, they are there beside what was credited in all", async (context) => {
      assert.deepEqual(await available(context, [credited]), ["400", "250"]);
    });

    test("when boxes are requested, their price is gone", async (context) => {
      assert.deepEqual(await available(context, [credited, requested]), ["400", "50"]);
    });

    test("when boxes are opened, only tiers of crystals give some, and only those of boxes that were opened", async (context) => {
      assert.deepEqual(await available(context, [credited, requested, opened]), ["400", "60"]);
    });

    test("when they follow a move, the other account has them", async (context) => {
      const followed: Step = ["mineBox", "CrystalsFollowed", { account: ALICE, to: NEXT, crystals: 250n, units: 0n }];
      assert.deepEqual(await available(context, [credited, followed], NEXT), ["0", "250"]);
    });
  });
});
