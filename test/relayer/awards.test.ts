import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { type AwardRefusalCode, DAY_S, DROP_S, type Hex, type SignedAward } from "../../src/protocol/index.ts";
import type { AccountReport } from "../../src/relayer/store/accounts.ts";
import { awardOf, defineTasks, deliverAwards, type TestAward, termsOf } from "./support/awards.ts";
import { addressOf } from "./support/keys.ts";
import { signIntent } from "./support/owners.ts";
import { GENESIS, startProgramme, type TestProgramme } from "./support/programme.ts";
import { type RunningRelayer, runRelayer } from "./support/running.ts";

/** The second day, from its third drop on: no task is given before it. */
const DAY = GENESIS + DAY_S;
const NOW = DAY + 2 * DROP_S + 30;
const DROP = 146;
const MAX_AGE_S = 3_600;
/** Crystals of a day: two awards of the first task and one of the second. */
const MOST_CRYSTALS = 100;
const [CRYSTALS, OTHERS] = [30, 40];
const SECP256K1_ORDER = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;

describe("task awards that the relayer takes", () => {
  let programme: TestProgramme;
  let relayer: RunningRelayer;

  before(async () => {
    programme = await startProgramme({
      rules: { readingMaxAgeS: MAX_AGE_S, challengeWindowS: 3_600, maxCrystalsPerDay: MOST_CRYSTALS },
    });
    await defineTasks(programme, [termsOf(CRYSTALS, 2), termsOf(OTHERS, 9), termsOf(CRYSTALS, 1, 2)]);
    await programme.writer("rules").call("taskBook", "setTaskKey", [addressOf("second tasks"), 1, 0]);
    await programme.writer("rules").call("taskBook", "setTaskKey", [addressOf("ended tasks"), 1, NOW - 60]);
    relayer = await runRelayer(programme);
  });

  after(async () => {
    await relayer?.close();
    await programme?.stop();
  });

  const award = (given: Partial<TestAward> = {}) =>
    awardOf(programme, { task: 1, owner: "alice", crystals: CRYSTALS, awardedAt: NOW - 30, ...given });
  const deliver = async (signed: SignedAward) => (await deliverAwards(relayer, [signed]))[0];
  const refusal = async (given: Partial<TestAward>): Promise<AwardRefusalCode | undefined> =>
    (await deliver(award(given)))?.refusal;

  test("before genesis none is taken", async () => {
    assert.equal(await refusal({}), "AWARD_BEFORE_GENESIS");
    await relayer.moveTo(NOW);
  });

  const REFUSED: Readonly<Record<string, Partial<TestAward> & { code: AwardRefusalCode }>> = {
    "the task is not defined": { task: 9, code: "AWARD_TASK_UNKNOWN" },
    "the crystals are another task's": { crystals: OTHERS, code: "AWARD_CRYSTALS_WRONG" },
    "it is awarded a second ahead": { awardedAt: NOW + 1, code: "AWARD_FROM_FUTURE" },
    "it is a second too old": { awardedAt: DAY + 2 * DROP_S - MAX_AGE_S - 1, code: "AWARD_TOO_OLD" },
    "its day is the one before the task's first": { awardedAt: DAY - 1, code: "AWARD_TASK_CLOSED" },
    "its signer is nobody": { by: "stranger", code: "AWARD_KEY_INVALID" },
    "its signer is a task key no more": { by: "ended tasks", awardedAt: NOW - 60, code: "AWARD_KEY_INVALID" },
  };
  for (const [what, { code, ...given }] of Object.entries(REFUSED)) {
    test(`when ${what}, the answer is ${code}`, async () => {
      assert.equal(await refusal(given), code);
    });
  }

  test("when its signature is none, or its s is in the high half, the answer says so", async () => {
    const good = award();
    const { signature } = good;
    const s = (SECP256K1_ORDER - BigInt(`0x${signature.slice(66, 130)}`)).toString(16).padStart(64, "0");
    const v = signature.endsWith("1b") ? "1c" : "1b";
    const malleated: Hex = `0x${signature.slice(2, 66)}${s}${v}`;
    for (const bad of [malleated, `0x${"00".repeat(65)}` as Hex]) {
      assert.equal((await deliver({ ...good, signature: bad }))?.refusal, "AWARD_SIGNATURE_INVALID");
    }
  });

  test("when an award is right, it is answered with the drop that takes it, and again the same", async () => {
    const first = award();
    const answer = { digest: first.digest, drop: DROP };
    assert.deepEqual(await deliverAwards(relayer, [first, first]), [answer, answer]);
    assert.deepEqual(await deliver(first), answer);
    const ended = award({ by: "ended tasks", awardedAt: NOW - 61, occurrence: "with a key that has ended since" });
    assert.equal((await deliver(ended))?.drop, DROP);
  });

  test("when the same award comes with another task key's signature, the answer is the same, with a stranger's not", async () => {
    assert.equal((await deliver(award({ by: "second tasks" })))?.drop, DROP);
    assert.equal(await refusal({ by: "stranger" }), "AWARD_KEY_INVALID");
  });

  test("when the occurrence was awarded by another award, the answer says so", async () => {
    assert.equal(await refusal({ awardedAt: NOW - 29 }), "AWARD_ALREADY");
  });

  test("when the account had as many of the task on the day, no more is taken, but by others", async () => {
    assert.equal(await refusal({ occurrence: "a third" }), "AWARD_LIMIT_REACHED");
  });

  test("when the account has moved, the answer says so", async () => {
    const message = { account: addressOf("carol"), to: addressOf("dora"), deadline: NOW + 3_600 };
    await relayer.intend([signIntent(programme, "AccountMove", message, { owner: "carol", target: "dora" })]);
    await relayer.untilIdle();
    assert.equal(await refusal({ owner: "carol" }), "AWARD_ACCOUNT_MOVED");
  });

  test("when one of a request is refused, the others are taken, up to the crystals of the day", async () => {
    const bobs = award({ owner: "bob", task: 2, crystals: OTHERS });
    const results = await deliverAwards(relayer, [award({ task: 9 }), bobs, award({ owner: "bob", task: 3 })]);
    assert.deepEqual(
      results.map(({ drop, refusal }) => drop ?? refusal),
      ["AWARD_TASK_UNKNOWN", DROP, "AWARD_DAY_FULL"],
    );
  });

  test("when the next day has begun, it has crystals of its own, and a task that has ended takes what was done before", async () => {
    const next = DAY + DAY_S + 60;
    await relayer.moveTo(next);
    assert.equal(await refusal({ owner: "bob", task: 3, awardedAt: next }), "AWARD_TASK_CLOSED");
    assert.equal((await deliver(award({ owner: "bob", task: 3, awardedAt: next - 61 })))?.drop, 288);
  });

  test("when accounts are asked for, they show their crystals; before a drop is anchored awards have no leaf", async () => {
    const alice = (await relayer.get(`/v1/accounts/${addressOf("alice")}`)).body as AccountReport;
    assert.deepEqual(alice.crystals, { awarded: "60", credited: "0", available: "0", pending: "60" });
    const { awards } = (await relayer.get(`/v1/accounts/${addressOf("bob")}/awards`)).body as {
      awards: { drop: number; anchored?: object }[];
    };
    assert.deepEqual(
      awards.map(({ drop, anchored }) => [drop, anchored !== undefined]),
      [
        [288, false],
        [DROP, true],
      ],
    );
    const { awards: figures } = await relayer.status();
    assert.deepEqual([figures.accepted, figures.refused.AWARD_KEY_INVALID], [4, 3]);
  });

  test("when a body is not of its form, it is refused as a whole", async () => {
    const { digest: _, ...one } = award();
    for (const awards of [[], [{ ...one, crystals: 0 }], [{ ...one, more: 1 }], [{ ...one, account: "0x12" }]]) {
      assert.equal((await relayer.post("/v1/awards", { awards })).status, 400);
    }
    assert.equal((await relayer.post("/v1/awards", { awards: Array(501).fill(one) })).status, 413);
  });
});
