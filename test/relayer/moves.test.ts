import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { DROP_S, type SignedReading } from "../../src/protocol/index.ts";
import type { AccountReport } from "../../src/relayer/store/accounts.ts";
import { accountOf, addressOf } from "./support/keys.ts";
import { carOf, grantOf, pairingOf, readingOf, registerCars, signIntent, signReading } from "./support/owners.ts";
import { GENESIS, startProgramme, type TestProgramme } from "./support/programme.ts";
import { type RunningRelayer, runRelayer } from "./support/running.ts";

const CAR = carOf("moving", "alice");
const MOVED_AT = GENESIS + 10 * DROP_S;
const FOLLOWED_AT = MOVED_AT + 100;

describe("an account that moves, and its vehicle that follows", () => {
  let programme: TestProgramme;
  let relayer: RunningRelayer;

  before(async () => {
    programme = await startProgramme();
    await registerCars(programme, [CAR]);
    relayer = await runRelayer(programme);
    await relayer.intend([
      grantOf(programme, "alice", { deadline: GENESIS }),
      grantOf(programme, "next", { deadline: GENESIS, categories: 3 }),
      pairingOf(programme, CAR, GENESIS),
    ]);
    await relayer.untilIdle();
    await programme.moveTo(MOVED_AT);
    const move = { account: addressOf("alice"), to: addressOf("next"), deadline: MOVED_AT + 3_600 };
    const { signature } = signIntent(programme, "AccountMove", move, { owner: "next" });
    await programme.writer("alice").call("accountMoves", "moveAccount", [move, signature]);
    await programme.moveTo(FOLLOWED_AT - 1);
    await programme.rpc("evm_setNextBlockTimestamp", [FOLLOWED_AT]);
    await programme.writer("bob").call("vehicleRegistry", "followMove", [CAR.vehicle]);
    await relayer.moveTo(FOLLOWED_AT + 200);
  });

  after(async () => {
    await relayer?.close();
    await programme?.stop();
  });

  let sequence = 0;
  const deliver = async (from: number, to: number, more = {}) => {
    sequence++;
    const odometer = { odometerStart: 100 * sequence, odometerEnd: 100 * sequence + 100 };
    const reading = readingOf(CAR, { sequence, startedAt: from, endedAt: to, ...odometer, ...more });
    const [answer] = await relayer.deliver([signReading(programme, CAR, reading) satisfies SignedReading]);
    return answer;
  };
  const report = async (name: string) => (await relayer.get(`/v1/accounts/${addressOf(name)}`)).body as AccountReport;

  test("when a reading ended before the vehicle followed, it counts for the old account by its consent", async () => {
    const beyond = await deliver(MOVED_AT, MOVED_AT + 10, { categories: 3 });
    assert.equal(beyond?.refusal, "READING_CONSENT_MISSING");
    const answer = await deliver(MOVED_AT + 10, FOLLOWED_AT - 20);
    assert.equal(answer?.receipt?.account, addressOf("alice"));
  });

  test("when a reading lies across the moment, it counts for nobody", async () => {
    assert.equal((await deliver(FOLLOWED_AT - 20, FOLLOWED_AT + 1))?.refusal, "READING_VEHICLE_UNPAIRED");
  });

  test("when a reading began after it, it counts for the new account by its consent", async () => {
    const answer = await deliver(FOLLOWED_AT, FOLLOWED_AT + 50, { categories: 3 });
    assert.equal(answer?.receipt?.account, addressOf("next"));
  });

  test("when the drop is closed, each leaf names the account of its reading's time", async () => {
    await relayer.moveTo(GENESIS + 12 * DROP_S);
    assert.deepEqual([(await report("alice")).metres.counted, (await report("next")).metres.counted], [100, 100]);
  });

  test("when the accounts are asked for, the vehicle stands with both in its time", async () => {
    const [old, next] = [await report("alice"), await report("next")];
    assert.equal(old.movedTo, addressOf("next"));
    assert.deepEqual(
      [old.vehicles, next.vehicles].map((vehicles) => vehicles.map(({ vehicle, until }) => [vehicle, until])),
      [[[CAR.vehicle, FOLLOWED_AT]], [[CAR.vehicle, 0]]],
    );
  });

  test("when the old account would release the vehicle, it is told that it does not hold it", async () => {
    const message = {
      vehicle: CAR.vehicle,
      account: accountOf("alice").address.toLowerCase(),
      deadline: MOVED_AT + 9_000,
    };
    const [answer] = await relayer.intend([signIntent(programme, "VehicleRelease", message, { owner: "alice" })]);
    assert.match(JSON.stringify(answer), /INTENT_REJECTED.*does not hold the vehicle/);
  });
});
