import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { encodeAbiParameters, keccak256, zeroHash } from "viem";
import { privateKeyToAccount } from "viem/accounts";
import { audit } from "../../src/auditor/index.ts";
import { DAY_S, DROP_S, type Hex, lowerHex, signingDomain, typedDigest } from "../../src/protocol/codec/index.ts";
import { assertFindings } from "../support/audit-expectations.ts";
import { CARS, HOUR_S, MIDNIGHT } from "../support/dishonest-cast.ts";
import { announceRecovery, moveToNext, NEXT, NEXT_OWNER } from "../support/dishonest-moves.ts";
import { DishonestProducer } from "../support/dishonest-producer.ts";
import type { Run } from "../support/dishonest-run.ts";

const [CAR, OTHER] = CARS;
const SUCCESSOR: Hex = `0x${"5c".repeat(20)}`;
const PRICE = 1_000_000_000n;
const NOBODY: Hex = `0x${"00".repeat(32)}`;

describe("given a programme in which much changes, and all of it rightly", () => {
  let producer: DishonestProducer;
  before(async () => {
    producer = await DishonestProducer.start();
  });
  after(() => producer.stop());

  const auditRun = (run: Run) =>
    audit({ rpcUrl: producer.rpcUrl, deployment: producer.deployment, filesDirs: run.filesDirs });

  const place = async (account: Hex, nonce: bigint): Promise<Hex> => {
    const intent = { account, item: 1, vehicle: CAR.vehicle, maxPrice: PRICE, nonce, deadline: 0 };
    await producer.send(account, "redemptionDesk", "placeOrder", [intent]);
    return typedDigest(signingDomain(producer.deployment, "OrderIntent"), "OrderIntent", intent);
  };

  const accept = async (order: Hex, by: Hex) => {
    await producer.send("operator", "redemptionDesk", "fulfilOrder", [order, zeroHash]);
    await producer.send(by, "redemptionDesk", "acceptOrder", [order]);
  };

  const terms = (change: object = {}) => ({
    sku: `0x${"77".repeat(32)}`,
    price: PRICE,
    stock: 3,
    opensAt: MIDNIGHT,
    closesAt: MIDNIGHT + 100 * DAY_S,
    fulfilmentS: HOUR_S,
    minDaysPaired: 1,
    maxRank: 0,
    milestone: 0,
    ...change,
  });

  test("when an account moves with open orders and its vehicle follows, the verdict is clean", async () => {
    const run = await producer.begin({
      plan: (plan) => plan.map((p) => (p.account === CAR.account && p.drop >= 288 ? { ...p, account: NEXT } : p)),
    });
    const orders: Hex[] = [];
    run.meanwhile(async (day) => {
      if (day !== 2) return;
      await run.credit(1);
      orders.push(await place(CAR.account, 1n), await place(CAR.account, 2n), await place(CAR.account, 3n));
      await accept(orders[0] as Hex, CAR.account);
      await moveToNext(producer, CAR.account);
      await producer.send(OTHER.account, "vehicleRegistry", "followMove", [CAR.vehicle]);
      await producer.grant({ ...CAR, account: NEXT }, 1);
      await accept(orders[1] as Hex, NEXT);
      await producer.send("operator", "redemptionDesk", "cancelOrder", [orders[2]]);
    });
    await run.runDays();
    await run.credit(2);
    assertFindings(await auditRun(run), []);
    const old = run.days[2]?.rows.find(({ row }) => row.account === CAR.account)?.row;
    const before = run.days[1]?.rows.find(({ row }) => row.account === CAR.account)?.row;
    assert.ok((old?.stones ?? 0n) > (before?.stones ?? 0n), "the old account's leaf still earns, and flows on");
  });

  test("when a recovery is announced, waits and is carried out, the verdict is clean", async () => {
    const run = await producer.begin();
    await run.runDays();
    await run.credit(2);
    await moveToNext(producer, OTHER.account);
    await announceRecovery(producer, { account: CAR.account, to: NEXT_OWNER, reason: 3 });
    await announceRecovery(producer, { account: CARS[2].account, to: NEXT_OWNER, reason: 1 });
    await producer.send(CARS[2].account, "accountMoves", "cancelRecovery", []);
    await producer.moveTo((await producer.now()).time + 30 * DAY_S);
    await producer.send(OTHER.account, "accountMoves", "executeRecovery", [CAR.account]);
    assertFindings(await auditRun(run), []);
  });

  test("when accounts moved more often than pointers are followed at once, the verdict is clean", async () => {
    const targets = ["d1", "d2", "d3", "d4", "d5"].map((byte) => privateKeyToAccount(`0x${byte.repeat(32)}`));
    const accounts = [CAR.account, ...targets.map(({ address }) => lowerHex(address))];
    const last = targets.length;
    const run = await producer.begin();
    await run.runDays();
    await run.credit(1);
    for (const [at, to] of targets.entries()) {
      await announceRecovery(producer, { account: accounts[at] as Hex, to, reason: 3 });
    }
    await producer.moveTo((await producer.now()).time + 30 * DAY_S);
    for (const account of accounts.slice(0, last)) {
      await producer.send(OTHER.account, "accountMoves", "executeRecovery", [account]);
    }
    // What is credited now comes to the fourth account, which has moved, and goes on from there.
    await run.credit(2);
    await producer.send(OTHER.account, "stoneLedger", "flowOn", [accounts[last - 1]]);
    await producer.send(OTHER.account, "accountMoves", "shortenForward", [CAR.account]);
    await producer.send(OTHER.account, "vehicleRegistry", "followMove", [CAR.vehicle]);
    assertFindings(await auditRun(run), []);
  });

  test("when boxes give stones and vouchers, at once and later, the verdict is clean", async () => {
    const run = await producer.begin();
    await run.runDays(2);
    await openSeasonAndBoxes(run);
    await run.driveDay(2);
    await run.closeDay(2);
    await run.credit(2);
    assertFindings(await auditRun(run), []);
  });

  test("when stones migrate to an announced successor, the verdict is clean", async () => {
    const run = await producer.begin();
    await run.runDays();
    await run.credit(2);
    await producer.asAdmin("stoneLedger", "announceSuccessor", [SUCCESSOR]);
    const order = await place(CAR.account, 1n);
    await producer.moveTo((await producer.now()).time + 60 * DAY_S);
    const migration = { account: CAR.account, successor: SUCCESSOR, migrated: 0n, deadline: 0 };
    await producer.send(CAR.account, "stoneLedger", "migrateStones", [migration]);
    await producer.send(OTHER.account, "redemptionDesk", "refundOrder", [order]);
    assertFindings(await auditRun(run), []);
  });

  test("when an item gets better at once and worse after notice, the verdict is clean", async () => {
    const run = await producer.begin();
    run.meanwhile(async (day) => {
      if (day === 0) {
        await producer.send("catalogue", "catalogue", "announceItemChange", [
          1,
          terms({ price: 2n * PRICE, stock: 9 }),
        ]);
        await producer.send("catalogue", "catalogue", "changeItem", [1, terms({ price: PRICE / 2n })]);
      }
      if (day === 2) await producer.send(OTHER.account, "catalogue", "applyItemChange", [1]);
    });
    await run.runDays();
    assertFindings(await auditRun(run), []);
  });

  test("when worse rules were announced with notice, the verdict is clean", async () => {
    const run = await producer.begin();
    await run.scheduleRules(2, { dailyCapM: 15_000, noticeS: HOUR_S });
    await run.runDays();
    assertFindings(await auditRun(run), []);
  });

  test("when contracts are paused and owners go on, the verdict is clean", async () => {
    const run = await producer.begin();
    run.meanwhile(async (day) => {
      if (day !== 2) return;
      for (const contract of ["stoneLedger", "dropAnchor", "redemptionDesk", "catalogue"] as const) {
        await producer.send("guardian", contract, "pause", []);
      }
      await run.credit(1);
      await place(CAR.account, 1n);
      for (const contract of ["stoneLedger", "dropAnchor"] as const) {
        await producer.send("guardian", contract, "resume", []);
      }
    });
    await run.runDays();
    assertFindings(await auditRun(run), []);
  });

  test("when keys are set in a pause, things are taken back and decided, the verdict is clean", async () => {
    const run = await producer.begin();
    await run.runDays();
    for (const contract of ["rules", "taskBook", "catalogue", "vehicleRegistry"] as const) {
      await producer.send("guardian", contract, "pause", []);
    }
    const { time } = await producer.now();
    await producer.send("rules", "rules", "setReceiptKey", [OTHER.account, time + 60, 0]);
    await producer.send("rules", "taskBook", "setTaskKey", [CAR.account, time + 60, 0]);
    await producer.send("manufacturer", "vehicleRegistry", "revokeDeviceKey", [OTHER.vehicle]);
    assertFindings(await auditRun(run), []);
  });

  /** Two accounts open ten boxes each, of which every second gives stones at the latest and the others vouchers. */
  async function openSeasonAndBoxes(run: Run): Promise<void> {
    await run.creditCrystals(1);
    const { time } = await producer.now();
    // A season is fixed a challenge window, here an hour, before it begins.
    const drop = Math.floor((time + HOUR_S - MIDNIGHT) / DROP_S) + 2;
    const link: Hex = `0x${"1a".repeat(32)}`;
    const prizes = [
      { kind: 1, weight: 1, amount: PRICE, item: 0 },
      { kind: 3, weight: 1_000_000, amount: 0n, item: 1 },
    ];
    const season = {
      ...{ firstDrop: drop, endDrop: drop + 1, price: 1, guarantee: 1, guaranteedTier: 0, maxBoxes: 10, vouchers: 20 },
      ...{ budget: 20n * PRICE, links: 1, tip: keccak256(encodeAbiParameters([{ type: "bytes32" }], [link])), prizes },
    };
    await producer.send("catalogue", "mineBox", "openSeason", [season]);
    await producer.send("attester", "mineBox", "attestAdults", [[CAR.account, OTHER.account], true]);
    for (const [at, { account }] of [CAR, OTHER].entries()) {
      await producer.moveTo(MIDNIGHT + drop * DROP_S + at);
      const request = { account, season: 1, boxes: 0n, count: 10, salt: 7n, deadline: 0 };
      await producer.send(account, "mineBox", "requestBoxes", [request]);
    }
    await producer.moveTo(MIDNIGHT + (drop + 1) * DROP_S);
    await producer.moveTo(MIDNIGHT + (drop + 1) * DROP_S + 1);
    await producer.send(OTHER.account, "mineBox", "revealDrop", [1, drop, link]);
    const accounts = [CAR.account, OTHER.account];
    await producer.send(OTHER.account, "mineBox", "openBoxes", [accounts, [NOBODY, OTHER.vehicle]]);
    await producer.send(OTHER.account, "mineBox", "claimPrize", [CAR.account, CAR.vehicle]);
    const order = { account: CAR.account, item: 1, vehicle: CAR.vehicle, nonce: 1n, deadline: 0 };
    await producer.send(CAR.account, "redemptionDesk", "placeVoucherOrder", [order]);
    const id = typedDigest(signingDomain(producer.deployment, "VoucherOrder"), "VoucherOrder", order);
    await producer.send("operator", "redemptionDesk", "cancelOrder", [id]);
  }
});
