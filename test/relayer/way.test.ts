import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { DAY_S, DROP_S, type Hex } from "../../src/protocol/index.ts";
import { addressOf } from "./support/keys.ts";
import { carOf, grantOf, pairingOf, readingOf, registerCars, signReading } from "./support/owners.ts";
import { GENESIS, startProgramme, type TestProgramme } from "./support/programme.ts";
import { type RunningRelayer, runRelayer } from "./support/running.ts";

describe("the way of a stone through the relayer", () => {
  let programme: TestProgramme;
  let relayer: RunningRelayer;
  const car = carOf("one", "alice");

  before(async () => {
    programme = await startProgramme({ rules: { challengeWindowS: 3_600, pushIntervalDays: 1 } });
    await registerCars(programme, [car]);
    relayer = await runRelayer(programme, { anchorEveryDrops: 6 });
  });

  after(async () => {
    await relayer?.close();
    await programme?.stop();
  });

  test("given a paired car with consent, its kilometres become credited stones", async () => {
    await relayer.untilIdle();
    const deadline = GENESIS;
    const answers = await relayer.intend([grantOf(programme, "alice", { deadline }), pairingOf(programme, car, deadline)]);
    assert.deepEqual(answers.map(({ state }) => state), ["queued", "queued"]);
    await relayer.untilIdle();
    for (const { id } of answers) {
      const { body } = await relayer.get(`/v1/intents/${id as string}`);
      assert.equal((body as { state: string }).state, "done");
    }
    await relayer.moveTo(GENESIS + DROP_S);
    const reading = readingOf(car, { startedAt: GENESIS + 60, endedAt: GENESIS + 120 });
    const [answer] = await relayer.deliver([signReading(programme, car, reading)]);
    assert.equal(answer?.receipt?.drop, 1);
    const status = await relayer.moveTo(GENESIS + DAY_S + 3_600);
    console.log(JSON.stringify(status));
    const later = await relayer.moveTo(GENESIS + DAY_S + 2 * 3_600);
    console.log(JSON.stringify(later));
    const account = addressOf("alice");
    const { body } = await relayer.get(`/v1/accounts/${account}`);
    console.log(JSON.stringify(body));
    const receipt = await relayer.get(`/v1/receipts/${answer?.digest as Hex}`);
    console.log(JSON.stringify(receipt.body));
    const proof = await relayer.get(`/v1/accounts/${account}/proof`);
    console.log(JSON.stringify(proof.body));
    console.log(JSON.stringify((await relayer.get("/v1/days/0")).body), JSON.stringify((await relayer.get("/v1/drops/1")).body));
  });
});
