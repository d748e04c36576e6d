import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { readConsent } from "../../src/chain/read/consents.ts";
import { DAY_S } from "../../src/protocol/index.ts";
import { addressOf } from "./support/keys.ts";
import {
  carOf,
  grantOf,
  pairingOf,
  registerCars,
  releaseOf,
  signIntent,
  type TestIntent,
  withdrawalOf,
} from "./support/owners.ts";
import { GENESIS, startProgramme, type TestProgramme } from "./support/programme.ts";
import { type RunningRelayer, runRelayer } from "./support/running.ts";

const NOW = GENESIS - 1_000;
const DEADLINE = NOW + 3_600;

describe("carrying intents", () => {
  let programme: TestProgramme;
  let relayer: RunningRelayer;
  const cars = ["one", "two"].map((name) => carOf(name, "alice"));

  before(async () => {
    programme = await startProgramme();
    await registerCars(programme, cars);
    relayer = await runRelayer(programme);
    await relayer.moveTo(NOW);
  });

  after(async () => {
    await relayer?.close();
    await programme?.stop();
  });

  const one = async (intent: Parameters<RunningRelayer["intend"]>[0][number]) =>
    (await relayer.intend([intent]))[0] ?? {};
  const codeOf = (answer: Record<string, unknown>) => (answer.error as { code: string } | undefined)?.code;
  const found = async (id: string) =>
    (await relayer.get(`/v1/intents/${id}`)).body as { state: string; reason?: string };

  test("when the same intent comes twice, it is one", async () => {
    const grant = grantOf(programme, "carol", { deadline: DEADLINE });
    const [first, second] = await relayer.intend([grant, grant]);
    assert.deepEqual(second, first);
    await relayer.untilIdle();
    assert.deepEqual(await one(grant), { ...first, state: "done" });
  });

  test("when a grant, its withdrawal and the next grant come together, all three are done in order", async () => {
    const intents = [
      grantOf(programme, "dora", { deadline: DEADLINE }),
      withdrawalOf(programme, "dora", 2),
      grantOf(programme, "dora", { deadline: DEADLINE, version: 5 }),
    ];
    await relayer.intend(intents);
    await relayer.untilIdle();
    const states = await Promise.all(intents.map(async ({ id }) => (await found(id)).state));
    assert.deepEqual(states, ["done", "done", "done"]);
  });

  test("when a grant counts only one or two on, the intent is rejected", async () => {
    for (const version of [6, 7]) {
      assert.equal(codeOf(await one(grantOf(programme, "dora", { deadline: DEADLINE, version }))), "INTENT_REJECTED");
    }
    assert.equal(codeOf(await one(grantOf(programme, "erik", { deadline: DEADLINE, version: 3 }))), "INTENT_REJECTED");
  });

  test("given a grant signed over a standing consent, when that is withdrawn, the grant does not revive it", async () => {
    const [wider, anew] = [7, 5].map((version) =>
      grantOf(programme, "ivo", { deadline: DEADLINE, version, categories: 3 }),
    ) as [TestIntent, TestIntent];
    const withdrawal = withdrawalOf(programme, "ivo", 2);
    await relayer.intend([grantOf(programme, "ivo", { deadline: DEADLINE })]);
    await relayer.untilIdle();
    await relayer.intend([withdrawal]);
    await relayer.untilIdle();
    assert.equal((await found(withdrawal.id)).state, "done");
    assert.equal(codeOf(await one(wider)), "INTENT_REJECTED");
    const grant = { ...wider.message, categories: 3n };
    await programme.writer("bob").call("consentRegistry", "grantConsents", [[grant as never], [wider.signature]]);
    const key = { account: addressOf("ivo"), recipient: programme.deployment.operator, purpose: 1 };
    assert.equal((await readConsent(programme.client, programme.deployment, key)).version, 2);
    assert.equal((await one(anew)).state, "queued");
    await relayer.untilIdle();
    assert.equal((await readConsent(programme.client, programme.deployment, key)).version, 5);
  });

  test("when a version is not the next, the intent is rejected", async () => {
    assert.equal(codeOf(await one(grantOf(programme, "erik", { deadline: DEADLINE, version: 2 }))), "INTENT_REJECTED");
    assert.equal(codeOf(await one(withdrawalOf(programme, "erik", 1))), "INTENT_REJECTED");
  });

  test("when a deadline has passed or lies too far ahead, the intent is rejected", async () => {
    for (const deadline of [NOW - 1, NOW + DAY_S + 1]) {
      assert.equal(codeOf(await one(grantOf(programme, "erik", { deadline }))), "INTENT_REJECTED");
    }
  });

  test("when the device's signature is another's, a pairing is invalid", async () => {
    const [car, other] = cars as [(typeof cars)[0], (typeof cars)[0]];
    const pairing = pairingOf(programme, car, DEADLINE);
    const forged = { ...pairing, deviceSignature: other.device.sign(pairing.id) };
    assert.equal(codeOf(await one(forged)), "INTENT_INVALID");
  });

  test("when a vehicle has had its pairing, another one is rejected", async () => {
    const [car] = cars as [(typeof cars)[0]];
    await relayer.intend([pairingOf(programme, car, DEADLINE)]);
    await relayer.untilIdle();
    assert.equal(codeOf(await one(pairingOf(programme, { ...car, owner: "bob" }, DEADLINE + 1))), "INTENT_REJECTED");
  });

  test("when a vehicle is not held, its release is rejected", async () => {
    const [, car] = cars as [(typeof cars)[0], (typeof cars)[0]];
    assert.equal(codeOf(await one(releaseOf(programme, car, DEADLINE))), "INTENT_REJECTED");
  });

  test("when a contract skips one of a batch, only it is skipped, with the error's name", async () => {
    const unknownNotice = signIntent(
      programme,
      "ConsentGrant",
      {
        ...{
          account: addressOf("fay"),
          recipient: programme.deployment.operator,
          purpose: 1,
          categories: "1",
          expires: 0,
        },
        ...{ notice: 99, version: 1, deadline: DEADLINE, recordHash: `0x${"22".repeat(32)}` },
      },
      { owner: "fay" },
    );
    const good = grantOf(programme, "gus", { deadline: DEADLINE });
    await relayer.intend([unknownNotice, good]);
    await relayer.untilIdle();
    const skipped = await found(unknownNotice.id);
    assert.deepEqual([skipped.state, skipped.reason], ["skipped", "ConsentRegistry_UnknownNotice"]);
    assert.equal((await found(good.id)).state, "done");
  });

  test("when a skipped intent comes again, it is tried again", async () => {
    const grant = grantOf(programme, "hal", { deadline: DEADLINE, categories: 0b10001 });
    await relayer.intend([grant]);
    await relayer.untilIdle();
    assert.equal((await found(grant.id)).reason, "ConsentRegistry_SensitiveNeedsOwnConsent");
    const { gas } = await relayer.status();
    assert.equal((await one(grant)).state, "queued");
    const again = await relayer.untilIdle();
    assert.equal(again.gas.grantConsents?.transactions, (gas.grantConsents?.transactions ?? 0) + 1);
  });

  test("when sixty owners grant at once, two transactions carry them", async () => {
    const owners = Array.from({ length: 60 }, (_, at) => `owner ${at}`);
    const before = (await relayer.status()).gas.grantConsents;
    const answers = await relayer.intend(owners.map((owner) => grantOf(programme, owner, { deadline: DEADLINE })));
    assert.ok(answers.every(({ state }) => state === "queued"));
    const { gas } = await relayer.untilIdle();
    assert.equal((gas.grantConsents?.transactions ?? 0) - (before?.transactions ?? 0), 2);
    assert.equal((gas.grantConsents?.items ?? 0) - (before?.items ?? 0), 60);
  });
});
