import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { audit } from "../../src/auditor/index.ts";
import { deviceKeyFromSeed } from "../../src/device/signer.ts";
import { DAY_S, DROPS_PER_DAY, ZERO_HASH } from "../../src/protocol/codec/index.ts";
import { assertFindings } from "../support/audit-expectations.ts";
import type { Planned } from "../support/dishonest-books.ts";
import { CARS, DAYS, MIDNIGHT } from "../support/dishonest-cast.ts";
import { DishonestProducer } from "../support/dishonest-producer.ts";
import type { Run } from "../support/dishonest-run.ts";

describe("given a programme in which everything is right", () => {
  let producer: DishonestProducer;
  before(async () => {
    producer = await DishonestProducer.start();
  });
  after(() => producer.stop());
  const auditRun = (run: Run, more: { fromDay?: number; receiptsDir?: string } = {}) =>
    audit({ rpcUrl: producer.rpcUrl, deployment: producer.deployment, filesDirs: run.filesDirs, ...more });

  test("when it is audited, the verdict is clean and the totals are the chain's", async () => {
    const run = await producer.begin();
    await run.runDays();
    await run.credit(2);
    await run.order();
    const report = await auditRun(run);
    assertFindings(report, []);
    assert.deepEqual(
      report.checks.filter(({ ran }) => !ran).map(({ name }) => name),
      ["deliveries", "documents", "receipts", "vote receipts"],
    );
    assert.deepEqual(report.chain.settledDays, DAYS);
    const total = run.days.at(-1)?.settlement.totalStones;
    assert.deepEqual(report.totals, {
      readings: run.plan.length,
      metres: Number(run.days.at(-1)?.settlement.totalMetres),
      accounts: 3,
      stonesSettled: `${total}`,
      stonesCredited: `${total}`,
      crystalsAwarded: "140",
      crystalsSettled: "140",
      boxesOpened: 0,
    });
  });

  test("when nothing has happened yet, the verdict is clean", async () => {
    assertFindings(await auditRun(await producer.begin()), []);
  });

  test("when the audit begins on a later day, it judges less and the verdict is clean", async () => {
    const run = await producer.begin();
    await run.runDays();
    const report = await auditRun(run, { fromDay: 2 });
    assertFindings(report, []);
    const judged = report.checks.find(({ name }) => name === "reading signatures")?.subjects;
    assert.equal(judged, run.plan.filter(({ drop }) => drop >= 288).length);
  });

  test("when receipts are given and kept, the verdict is clean and their check ran", async () => {
    const run = await producer.begin();
    await run.runDays();
    const receipts = await Promise.all(run.plan.map((planned) => producer.receiptFor(planned)));
    const report = await auditRun(run, { receiptsDir: await run.writeReceipts(receipts) });
    assertFindings(report, []);
    assert.equal(report.checks.find(({ name }) => name === "receipts")?.subjects, run.plan.length);
  });

  test("when a rubbish drop was superseded, it is judged by the last and the verdict is clean", async () => {
    const run = await producer.begin();
    await run.runDays(1);
    await run.driveDay(1);
    await run.anchorRubbish(1);
    await run.anchorDay(1, "supersede");
    await run.settleDay(1);
    await run.runDays();
    assertFindings(await auditRun(run), []);
  });

  test("when a false day was vetoed and settled anew, the verdict is clean", async () => {
    const run = await producer.begin();
    await run.runDays(2);
    await run.moveToEnd(2);
    await run.anchorDay(2);
    await run.vetoFalseDay(2);
    await run.settleDay(2);
    assertFindings(await auditRun(run), []);
  });

  test("when a thief's root stood where a file was published, and was superseded, the verdict is clean", async () => {
    const run = await producer.begin();
    await run.runDays(1);
    await run.driveDay(1);
    const { drop } = run.plan.find(({ drop }) => drop > DROPS_PER_DAY + 3) as Planned;
    await run.anchorRubbish(1, undefined, drop - DROPS_PER_DAY);
    await run.anchorDay(1, "supersede");
    await run.settleDay(1);
    await run.runDays();
    const report = await auditRun(run);
    assertFindings(report, []);
    const note = report.checks.find(({ name }) => name === "file digests")?.note;
    assert.match(note ?? "", /^1 anchoring calls not judged/);
  });

  test("when drops are anchored again as they were, after their receipts' deadline, the verdict is clean", async () => {
    const run = await producer.begin();
    await run.runDays(2);
    await run.moveToEnd(2);
    await run.anchorDay(2);
    await producer.moveTo(MIDNIGHT + 2 * DAYS * DAY_S);
    await run.anchorAgain(2);
    await run.settleDay(2);
    const receipts = await Promise.all(run.plan.map((planned) => producer.receiptFor(planned)));
    assertFindings(await auditRun(run, { receiptsDir: await run.writeReceipts(receipts) }), []);
  });

  test("when other rules hold from day 1 on, each day is judged by its own and the verdict is clean", async () => {
    const run = await producer.begin();
    await run.scheduleRules(1, { dailyCapM: 15_000, windowDays: 1, maxUnitsPerMetre: 1_000n, challengeWindowS: 7_200 });
    await run.runDays();
    assertFindings(await auditRun(run), []);
  });

  test("when a device key is rotated, each reading is judged by the key of its time and the verdict is clean", async () => {
    const [car] = CARS;
    const next = deviceKeyFromSeed(Buffer.from("the next key of car 0"));
    const run = await producer.begin({
      plan: (plan) =>
        plan.map((p) =>
          p.account === car.account && p.drop >= 288 ? { ...p, signature: next.signDigest(p.digest) } : p,
        ),
    });
    run.meanwhile(async (day) => {
      if (day !== 1) return;
      await producer.moveTo(MIDNIGHT + 2 * DAY_S - 60);
      const registration = { vehicle: car.vehicle, keyX: next.publicKey.x, keyY: next.publicKey.y };
      await producer.send("manufacturer", "vehicleRegistry", "rotateDeviceKey", [registration]);
    });
    await run.runDays();
    assertFindings(await auditRun(run), []);
  });

  test("when a day has no readings at all, the verdict is clean", async () => {
    const run = await producer.begin({ plan: (planned) => planned.filter(({ drop }) => drop >= 288) });
    await run.runDays();
    assert.equal(run.days[0]?.settlement.stonesRoot, ZERO_HASH);
    assertFindings(await auditRun(run), []);
  });
});
