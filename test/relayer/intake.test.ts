import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { DROP_S, fromHex, type Hex, type SignedReading, signingDomain, typedDigest } from "../../src/protocol/index.ts";
import { recoverAddress } from "../../src/service/signer.ts";
import { addressOf, malleated } from "./support/keys.ts";
import {
  carOf,
  grantOf,
  pairingOf,
  readingOf,
  registerCars,
  releaseOf,
  signReading,
  type TestCar,
  withdrawalOf,
} from "./support/owners.ts";
import { GENESIS, startProgramme, type TestProgramme } from "./support/programme.ts";
import { type RunningRelayer, runRelayer } from "./support/running.ts";

const OWNERS = ["alice", "bob", "carol", "dora", "erik", "fay"] as const;
const CARS = Object.fromEntries(OWNERS.map((owner) => [owner, carOf(owner, owner)])) as Record<
  (typeof OWNERS)[number],
  TestCar
>;
const NOW = GENESIS + 10 * DROP_S + 300;

describe("taking readings in", () => {
  let programme: TestProgramme;
  let relayer: RunningRelayer;

  before(async () => {
    programme = await startProgramme();
    await registerCars(programme, Object.values(CARS));
    relayer = await runRelayer(programme);
    await relayer.intend(
      Object.values(CARS).flatMap((car) => [
        grantOf(programme, car.owner, { deadline: GENESIS }),
        pairingOf(programme, car, GENESIS),
      ]),
    );
    await relayer.untilIdle();
    await relayer.moveTo(NOW);
  });

  after(async () => {
    await relayer?.close();
    await programme?.stop();
  });

  const signed = (car: TestCar, at = 0, more = {}): SignedReading => {
    const startedAt = NOW - 1_000 + at;
    return signReading(programme, car, readingOf(car, { startedAt, endedAt: startedAt + 100, ...more }));
  };
  const deliverOne = async (reading: SignedReading) => {
    const [answer] = await relayer.deliver([reading]);
    assert.ok(answer);
    return answer;
  };

  test("when a reading is accepted, its receipt is signed by the receipt key and names drop and deadline", async () => {
    const answer = await deliverOne(signed(CARS.alice));
    const { receipt, signature } = answer;
    assert.ok(receipt && signature);
    assert.deepEqual(receipt, {
      readingDigest: answer.digest,
      account: addressOf("alice"),
      drop: 10,
      deadline: GENESIS + 11 * DROP_S + 3_600,
    });
    const digest = typedDigest(signingDomain(programme.deployment, "Receipt"), "Receipt", receipt);
    assert.equal(recoverAddress(digest, fromHex(signature)), addressOf("receipts"));
  });

  test("when the same reading comes again, also malleated, the same receipt comes back", async () => {
    const reading = signed(CARS.bob);
    const first = await deliverOne(reading);
    assert.deepEqual(await deliverOne(reading), first);
    assert.deepEqual(await deliverOne({ ...reading, signature: malleated(reading.signature) }), first);
  });

  test("when the same reading stands twice in one batch, both get one receipt", async () => {
    const reading = signed(CARS.carol);
    const { accepted } = (await relayer.status()).readings;
    const answers = await relayer.deliver([{ ...reading, signature: malleated(reading.signature) }, reading]);
    assert.deepEqual(answers[0], answers[1]);
    assert.equal((await relayer.status()).readings.accepted, accepted + 1);
  });

  test("when an accepted reading comes with another car's signature, it is refused", async () => {
    const reading = signed(CARS.bob);
    const forged = { ...reading, signature: signed(CARS.alice).signature };
    assert.equal((await deliverOne(forged)).refusal, "READING_SIGNATURE_INVALID");
  });

  test("when a reading is refused, its owner sees why", async () => {
    const refused = await deliverOne(signed(CARS.alice, 0, { sequence: 9, odometerStart: 0 }));
    assert.equal(refused.refusal, "READING_OVERLAPS");
    const { body } = await relayer.get(`/v1/accounts/${addressOf("alice")}/refusals`);
    const [newest] = (body as { refusals: { code: string; digest: Hex }[] }).refusals;
    assert.deepEqual([newest?.code, newest?.digest], ["READING_OVERLAPS", refused.digest]);
    const receipt = (await relayer.get(`/v1/receipts/${refused.digest}`)).body as { refusal: { code: string } };
    assert.equal(receipt.refusal.code, "READING_OVERLAPS");
  });

  test("when a withdrawal is signed, it binds before it is on the chain, and its receipt says so", async () => {
    const withdrawal = withdrawalOf(programme, "dora", 2);
    const [taken] = await relayer.intend([withdrawal]);
    const answer = await deliverOne(signed(CARS.dora));
    assert.equal(answer.refusal, "READING_CONSENT_WITHDRAWN");
    const receipt = taken?.withdrawalReceipt as { withdrawalDigest: Hex; account: Hex; receivedAt: number };
    assert.deepEqual(receipt, { withdrawalDigest: withdrawal.id, account: addressOf("dora"), receivedAt: NOW });
    const digest = typedDigest(signingDomain(programme.deployment, "WithdrawalReceipt"), "WithdrawalReceipt", receipt);
    assert.equal(recoverAddress(digest, fromHex(taken?.receiptSignature as Hex)), addressOf("receipts"));
  });

  test("when a withdrawal follows a reading of the same second, it goes on chain only after that second", async () => {
    const late = signed(CARS.erik, 0, { startedAt: NOW - 100, endedAt: NOW });
    assert.ok((await deliverOne(late)).receipt);
    const withdrawal = withdrawalOf(programme, "erik", 2);
    await relayer.intend([withdrawal]);
    await relayer.untilIdle();
    const stateOf = async () => ((await relayer.get(`/v1/intents/${withdrawal.id}`)).body as { state: string }).state;
    assert.equal(await stateOf(), "queued");
    await relayer.moveTo(NOW + 1);
    assert.equal(await stateOf(), "done");
    const { body } = await relayer.get(`/v1/accounts/${addressOf("erik")}`);
    const [consent] = (body as { consents: { revoked: number }[] }).consents;
    assert.equal(consent?.revoked, NOW + 1);
  });

  test("when a release is signed, what was driven before still counts and what is driven after does not", async () => {
    await relayer.intend([releaseOf(programme, CARS.fay, NOW + 3_600)]);
    assert.ok((await deliverOne(signed(CARS.fay))).receipt);
    // The release stands in a block before time goes on.
    await relayer.untilIdle();
    await relayer.moveTo(NOW + 500);
    const after = signed(CARS.fay, 0, {
      sequence: 2,
      odometerStart: 1_500,
      odometerEnd: 1_600,
      startedAt: NOW + 10,
      endedAt: NOW + 60,
    });
    assert.equal((await deliverOne(after)).refusal, "READING_VEHICLE_UNPAIRED");
  });

  test("when a car is not registered, its reading is refused", async () => {
    assert.equal((await deliverOne(signed(carOf("stranger", "alice")))).refusal, "READING_VEHICLE_UNKNOWN");
  });

  test("when a device key is revoked, what ended later is refused", async () => {
    await programme.writer("manufacturer").call("vehicleRegistry", "revokeDeviceKey", [CARS.bob.vehicle]);
    await relayer.moveTo(NOW + 1_000);
    const late = signed(CARS.bob, 0, {
      sequence: 7,
      startedAt: NOW + 600,
      endedAt: NOW + 700,
      odometerStart: 1_500,
      odometerEnd: 1_600,
    });
    assert.equal((await deliverOne(late)).refusal, "READING_KEY_INVALID");
  });
});

describe("a relayer with blocks that are not final", () => {
  test("when a withdrawal is in one, it binds; when a grant is, it does not count yet", async (context) => {
    const programme = await startProgramme();
    const cars = [CARS.alice, CARS.bob];
    await registerCars(programme, cars);
    const relayer = await runRelayer(programme, { finalityDepth: 3 });
    context.after(async () => {
      await relayer.close();
      await programme.stop();
    });
    const mine = async (blocks: number) => {
      for (let block = 0; block < blocks; block++) await programme.rpc("evm_mine", []);
    };
    await mine(3);
    await untilFinal(relayer, programme);
    await relayer.intend([
      ...cars.map((car) => pairingOf(programme, car, GENESIS)),
      grantOf(programme, "alice", { deadline: GENESIS }),
    ]);
    await untilMined(relayer, 2);
    await mine(3);
    await relayer.untilIdle();
    await programme.moveTo(NOW);
    await untilTime(relayer, NOW);
    const reading = (car: TestCar, sequence: number) => {
      const fields = { sequence, startedAt: NOW - 100 + 10 * sequence, endedAt: NOW - 95 + 10 * sequence };
      const odometer = { odometerStart: 10 * sequence, odometerEnd: 10 * sequence };
      return signReading(programme, car, readingOf(car, { ...fields, ...odometer }));
    };
    const [before] = await relayer.deliver([reading(CARS.alice, 1)]);
    assert.ok(before?.receipt);
    await programme
      .writer("alice")
      .call("consentRegistry", "withdrawConsent", [
        { account: addressOf("alice"), recipient: programme.deployment.operator, purpose: 1, version: 2 },
      ]);
    await programme.writer("bob").call("consentRegistry", "grantConsent", [
      {
        ...{
          account: addressOf("bob"),
          recipient: programme.deployment.operator,
          purpose: 1,
          categories: 1n,
          expires: 0,
        },
        ...{ notice: 1, version: 1, deadline: 0, recordHash: `0x${"11".repeat(32)}` },
      },
    ]);
    const head = Number(await programme.client.getBlockNumber());
    await untilHead(relayer, head);
    const answers = await relayer.deliver([reading(CARS.alice, 2), reading(CARS.bob, 2)]);
    assert.deepEqual(
      answers.map(({ refusal }) => refusal),
      ["READING_CONSENT_WITHDRAWN", "READING_CONSENT_MISSING"],
    );
  });
});

type Status = Awaited<ReturnType<RunningRelayer["status"]>>;

async function until(relayer: RunningRelayer, holds: (status: Status) => boolean): Promise<void> {
  for (let look = 0; look < 1_000; look++) {
    if (holds(await relayer.status())) return;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  throw new Error("it did not come to that");
}

const untilHead = (relayer: RunningRelayer, head: number) => until(relayer, ({ headBlock }) => headBlock === head);
const untilTime = (relayer: RunningRelayer, time: number) => until(relayer, ({ chainTime }) => chainTime === time);
const untilMined = (relayer: RunningRelayer, rows: number) => until(relayer, ({ outbox }) => outbox.mined === rows);

async function untilFinal(relayer: RunningRelayer, programme: TestProgramme): Promise<void> {
  const head = Number(await programme.client.getBlockNumber());
  await until(relayer, ({ finalBlock }) => finalBlock === head - 3);
}
