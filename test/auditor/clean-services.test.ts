import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { audit } from "../../src/auditor/index.ts";
import { contentHash, DAY_S, DROP_S, type Hex, signingDomain, typedDigest } from "../../src/protocol/codec/index.ts";
import { assertFindings } from "../support/audit-expectations.ts";
import { CARS, HOUR_S, MIDNIGHT } from "../support/dishonest-cast.ts";
import { moveToNext, NEXT } from "../support/dishonest-moves.ts";
import { DishonestProducer } from "../support/dishonest-producer.ts";
import type { Run } from "../support/dishonest-run.ts";
import { openSeason } from "../support/dishonest-season.ts";
import { claimPart, holdPoll, holdRound, settledWeights, voteReceipt } from "../support/dishonest-services.ts";

const [CAR, OTHER] = CARS;
const NOBODY: Hex = `0x${"00".repeat(32)}`;
const STONE = 10n ** 9n;

describe("given a programme that runs all its services rightly", () => {
  let producer: DishonestProducer;
  before(async () => {
    producer = await DishonestProducer.start();
  });
  after(() => producer.stop());

  const auditRun = (run: Run, more: { receiptsDir?: string; documentsDir?: string } = {}) =>
    audit({ rpcUrl: producer.rpcUrl, deployment: producer.deployment, filesDirs: run.filesDirs, ...more });

  for (const weighting of [0, 1]) {
    test(`when a poll of weighting ${weighting} is held and its receipts and text are given, the verdict is clean`, async () => {
      const run = await producer.begin();
      await run.runDays();
      let text: object = {};
      const votes = await holdPoll(run, producer, {
        weighting,
        text: (terms) => {
          text = { type: "cairn.poll/1", ...terms, options: ["A", "B"], weighting: ["account", "stones"][weighting] };
          return text;
        },
      });
      const receipts = await Promise.all(votes.map((vote) => voteReceipt(producer, vote)));
      const documentsDir = await run.writeDocuments({ text });
      const report = await auditRun(run, { receiptsDir: await run.writeReceipts(receipts), documentsDir });
      assertFindings(report, []);
      assert.equal(report.checks.find(({ name }) => name === "documents")?.subjects, 1);
      assert.equal(report.checks.find(({ name }) => name === "vote receipts")?.subjects, votes.length);
      assert.equal(report.polls[0]?.voters, votes.length);
    });
  }

  test("when a round is shared after credits, an order and a move, claimed and returned, the verdict is clean", async () => {
    const run = await producer.begin();
    run.meanwhile(async (day) => {
      if (day !== 2) return;
      await run.credit(1);
      await spendOneStone();
      await moveToNext(producer, CAR.account);
    });
    await run.runDays();
    const weights = settledWeights(run);
    // One stone is spent; all that is left, credited or not, stands for whom its owner moved to.
    weights.set(NEXT, (weights.get(CAR.account) as bigint) - STONE);
    weights.delete(CAR.account);
    const round = await holdRound(run, producer, weights);
    await claimPart(producer, round, 0);
    await claimPart(producer, round, 2);
    await producer.moveTo((await producer.now()).time + 32 * DAY_S);
    await producer.send(OTHER.account, "benefitRounds", "returnRest", [1]);
    const report = await auditRun(run);
    assertFindings(report, []);
    const [{ claims, state } = {}] = report.rounds;
    assert.deepEqual([claims, state], [2, "returned"]);
  });

  for (const isReturned of [false, true]) {
    test(`when a round is cancelled${isReturned ? " and goes back" : ""}, the verdict is clean`, async () => {
      const run = await producer.begin();
      run.meanwhile(async (day) => {
        if (day !== 2) return;
        await producer.send("guardian", "benefitRounds", "cancelRound", [1]);
        if (isReturned) await producer.send(OTHER.account, "benefitRounds", "returnRest", [1]);
      });
      await run.runDays(2);
      await openRoundOfDay0();
      await run.runDays();
      assertFindings(await auditRun(run), []);
    });
  }

  test("when an account is excluded and the exclusion is upheld, its metres count nothing and the verdict is clean", async () => {
    const run = await producer.begin();
    run.meanwhile(async (day) => {
      if (day !== 0) return;
      await run.exclude(CAR.account, { from: 1, until: 2 });
      await appeal(CAR.account);
      await producer.send("arbiter", "exclusions", "decideAppeal", [CAR.account, 1, true]);
    });
    await run.runDays();
    const report = await auditRun(run);
    assertFindings(report, []);
    assert.deepEqual(
      report.exclusions.map(({ fromDay, untilDay, state }) => [fromDay, untilDay, state]),
      [[1, 2, "upheld"]],
    );
  });

  test("when nobody decides an appeal, the exclusion lapses, metres count, and the verdict is clean", async () => {
    const run = await producer.begin();
    run.meanwhile(async (day) => {
      if (day !== 0) return;
      await run.exclude(CAR.account, { from: 1, until: 80 }, true);
      await appeal(CAR.account);
    });
    await run.runDays();
    const report = await auditRun(run);
    assertFindings(report, []);
    assert.equal(report.exclusions[0]?.state, "lapsed");
  });

  test("when a reveal is late and its season is forced, the verdict is clean", async () => {
    const run = await producer.begin();
    await run.runDays(2);
    await run.creditCrystals(1);
    const drop = await openSeason(producer);
    await producer.moveTo(MIDNIGHT + drop * DROP_S);
    const request = { account: CAR.account, season: 1, boxes: 0n, count: 5, salt: 7n, deadline: 0 };
    await producer.send(CAR.account, "mineBox", "requestBoxes", [request]);
    await producer.moveTo(MIDNIGHT + (drop + 1) * DROP_S + HOUR_S + 1);
    await producer.send(OTHER.account, "mineBox", "forceSeason", [1]);
    await producer.send(OTHER.account, "mineBox", "openBoxes", [[CAR.account], [NOBODY]]);
    await run.runDays();
    const report = await auditRun(run);
    assertFindings(report, []);
    const [{ opened, forced } = {}] = report.seasons;
    assert.deepEqual([opened, forced], [5, 5]);
  });

  test("when milestones and deliveries come with their documents, they are judged and the verdict is clean", async () => {
    const rules = {
      far: { title: "25 km in two days", rule: { kind: "metres", metres: 25_000, withinDays: 2 } },
      long: { rule: { kind: "days", days: 3 }, title: "three days" },
    };
    const run = await producer.begin();
    await run.runDays();
    await run.credit(2);
    const entitlement = await fulfilWithEntitlement();
    for (const [at, document] of Object.values(rules).entries()) {
      await producer.send("rules", "milestones", "defineMilestone", [contentHash(document)]);
      await producer.send("attester", "milestones", "attestMilestone", [at + 1, [CAR.account]]);
    }
    const documentsDir = await run.writeDocuments({ ...rules, entitlement: { entitlement, signature: "0x" } });
    const report = await auditRun(run, { documentsDir });
    assertFindings(report, []);
    const checks = report.checks.filter(({ name }) => ["milestones", "deliveries"].includes(name));
    assert.deepEqual(
      checks.map(({ subjects, note }) => [subjects, note]),
      [
        [2, undefined],
        [1, undefined],
      ],
    );
  });

  async function appeal(account: Hex): Promise<void> {
    const intent = { account, exclusion: 1, statementHash: `0x${"5e".repeat(32)}`, deadline: 0 };
    await producer.send(account, "exclusions", "appealExclusion", [intent]);
  }

  async function placeOrder(): Promise<Hex> {
    const intent = { account: CAR.account, item: 1, vehicle: CAR.vehicle, maxPrice: STONE, nonce: 1n, deadline: 0 };
    await producer.send(CAR.account, "redemptionDesk", "placeOrder", [intent]);
    return typedDigest(signingDomain(producer.deployment, "OrderIntent"), "OrderIntent", intent);
  }

  async function spendOneStone(): Promise<void> {
    const order = await placeOrder();
    await producer.send("operator", "redemptionDesk", "fulfilOrder", [order, NOBODY]);
    await producer.send(CAR.account, "redemptionDesk", "acceptOrder", [order]);
  }

  async function fulfilWithEntitlement(): Promise<object> {
    const order = await placeOrder();
    const entitlement = { order, vehicle: CAR.vehicle, sku: `0x${"77".repeat(32)}`, issuedAt: MIDNIGHT };
    const digest = typedDigest(signingDomain(producer.deployment, "Entitlement"), "Entitlement", entitlement);
    await producer.send("operator", "redemptionDesk", "fulfilOrder", [order, digest]);
    return entitlement;
  }

  async function openRoundOfDay0(): Promise<void> {
    const { time } = await producer.now();
    const terms = {
      token: producer.token,
      amount: 5n,
      day: 0,
      accounts: 1,
      totalWeight: 1n,
      root: NOBODY.replace(/0$/, "1"),
    };
    const open = { deadline: time + 40 * DAY_S, contentHash: `0x${"cc".repeat(32)}` };
    await producer.send("treasurer", "benefitRounds", "openRound", [{ ...terms, ...open }]);
  }
});
