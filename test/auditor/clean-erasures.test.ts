import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { audit } from "../../src/auditor/index.ts";
import { contentHash, DAY_S } from "../../src/protocol/codec/index.ts";
import { assertFindings } from "../support/audit-expectations.ts";
import { CARS, HOUR_S, MIDNIGHT, VISITOR } from "../support/dishonest-cast.ts";
import { moveToNext, NEXT } from "../support/dishonest-moves.ts";
import { DishonestProducer } from "../support/dishonest-producer.ts";
import type { Run } from "../support/dishonest-run.ts";
import { holdPoll, holdRound, settledWeights } from "../support/dishonest-services.ts";

const [CAR, OTHER, THIRD] = CARS;

describe("given accounts that are rightly erased", () => {
  let producer: DishonestProducer;
  before(async () => {
    producer = await DishonestProducer.start();
  });
  after(() => producer.stop());

  const auditRun = (run: Run, more: { documentsDir?: string } = {}) =>
    audit({ rpcUrl: producer.rpcUrl, deployment: producer.deployment, filesDirs: run.filesDirs, ...more });

  test("when an owner is, that is told and is no finding", async () => {
    const run = await producer.begin();
    await run.runDays();
    await run.credit(2);
    await run.erase(OTHER.account);
    const report = await auditRun(run);
    assertFindings(report, []);
    const { rows, accounts, shareOfW } = report.notRecomputable ?? {};
    // A third of everybody's readings and of the owners' awards, and a row a day.
    assert.deepEqual([rows, accounts], [9 + 6 + 3, 1]);
    assert.ok(Math.abs((shareOfW ?? 0) - 1 / 3) < 0.1);
  });

  test("when somebody is who only did tasks, the verdict is clean", async () => {
    const run = await producer.begin();
    await run.runDays();
    await run.erase(VISITOR);
    assertFindings(await auditRun(run), []);
  });

  test("when the days' files are rewritten and not yet those of drops, the verdict is clean", async () => {
    const run = await producer.begin();
    await run.runDays();
    await run.eraseFromDays(OTHER.account);
    assertFindings(await auditRun(run), []);
  });

  test("when somebody is of whom nothing ever counted, the verdict is clean", async () => {
    const run = await producer.begin({
      plan: (plan) => plan.filter(({ account, drop }) => account !== CAR.account || drop >= 144),
      awards: (plan) => plan.filter(({ award }) => award.account !== CAR.account),
    });
    run.meanwhile(async (day) => {
      if (day === 0) await run.exclude(CAR.account, { from: 1, until: 80 });
    });
    await run.runDays();
    await run.erase(CAR.account);
    const report = await auditRun(run);
    assertFindings(report, []);
    assert.deepEqual([report.notRecomputable?.rows, report.notRecomputable?.accounts], [6, 0]);
  });

  for (const weighting of [0, 1]) {
    test(`when somebody is who voted in a poll of weighting ${weighting}, the verdict is clean`, async () => {
      const run = await producer.begin();
      await run.runDays();
      await holdPoll(run, producer, { weighting, erased: OTHER.account });
      await run.erase(OTHER.account);
      assertFindings(await auditRun(run), []);
    });
  }

  test("when somebody is who has a part of a benefit round, the verdict is clean", async () => {
    const run = await producer.begin();
    await run.runDays();
    await run.credit(2);
    await holdRound(run, producer, settledWeights(run), { erased: OTHER.account });
    await run.erase(OTHER.account);
    assertFindings(await auditRun(run), []);
  });

  test("when somebody is who reached a milestone, others are judged and the verdict is clean", async () => {
    const document = { rule: { kind: "metres", metres: 10_000, withinDays: 1 } };
    const run = await producer.begin();
    await run.runDays();
    await producer.send("rules", "milestones", "defineMilestone", [contentHash(document)]);
    await producer.send("attester", "milestones", "attestMilestone", [1, [CAR.account, OTHER.account, THIRD.account]]);
    await run.erase(OTHER.account);
    await producer.moveTo((await producer.now()).time + 20 * DAY_S);
    const report = await auditRun(run, { documentsDir: await run.writeDocuments({ document }) });
    assertFindings(report, []);
    const note = report.checks.find(({ name }) => name === "milestones")?.note;
    assert.match(note ?? "", /^1 attestations not judged.*1 erased accounts/);
  });

  test("when somebody is whose vehicle followed a move on a day on which both drove, the verdict is clean", async () => {
    const movedAt = MIDNIGHT + 2 * DAY_S + 11 * HOUR_S;
    const run = await producer.begin({
      plan: (plan) =>
        plan.map((p) => (p.account === CAR.account && p.reading.startedAt > movedAt ? { ...p, account: NEXT } : p)),
    });
    run.meanwhile(async (day) => {
      if (day !== 2) return;
      await producer.moveTo(movedAt);
      await moveToNext(producer, CAR.account);
      await producer.send(OTHER.account, "vehicleRegistry", "followMove", [CAR.vehicle]);
      await producer.grant({ ...CAR, account: NEXT }, 1);
    });
    await run.runDays();
    await run.credit(2);
    await run.erase(CAR.account);
    assertFindings(await auditRun(run), []);
  });
});
