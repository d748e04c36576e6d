import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { zeroHash } from "viem";
import { DAY_S, DROP_S } from "../../src/protocol/index.ts";
import { type CairnClient, createCairnClient, parseRecoveryAgreementFile } from "../../src/sdk/index.ts";
import { accountOf, addressOf } from "../relayer/support/keys.ts";
import { carOf, grantOf, pairingOf, readingOf, registerCars, signReading } from "../relayer/support/owners.ts";
import { GENESIS, startProgramme, type TestProgramme } from "../relayer/support/programme.ts";
import { type RunningRelayer, runRelayer } from "../relayer/support/running.ts";

const CARS = [carOf("one", "alice"), carOf("two", "bob")] as const;
const PRICE = 1_000_000n;
const TERMS = {
  ...{ sku: `0x${"51".repeat(32)}` as const, price: PRICE, stock: 9, opensAt: 0, closesAt: 2 ** 40 - 1 },
  ...{ fulfilmentS: 86_400, minDaysPaired: 0, maxRank: 0, milestone: 0 },
};

/** A day of two cars that can be credited, and that nobody has credited. */
describe("the client of an owner, with a relayer and without", () => {
  let programme: TestProgramme;
  let relayer: RunningRelayer;

  before(async () => {
    programme = await startProgramme({ rules: { challengeWindowS: 3_600, redemptionDelayDays: 0 } });
    await registerCars(programme, CARS);
    relayer = await runRelayer(programme);
    await relayer.intend(
      CARS.flatMap((car) => [grantOf(programme, car.owner, { deadline: GENESIS }), pairingOf(programme, car, GENESIS)]),
    );
    await relayer.untilIdle();
    const time = GENESIS + DROP_S;
    await relayer.moveTo(time);
    await relayer.deliver(
      CARS.map((car) => signReading(programme, car, readingOf(car, { startedAt: time - 300, endedAt: time }))),
    );
    await programme.writer("catalogue").call("catalogue", "listItem", [TERMS]);
    await relayer.moveTo(GENESIS + DAY_S + 3_600);
    await relayer.moveTo(GENESIS + DAY_S + 7_200);
  });

  after(async () => {
    await relayer?.close();
    await programme?.stop();
  });

  const clientOf = (name: string): CairnClient =>
    createCairnClient({
      rpcUrl: programme.rpcUrl,
      deployment: programme.deployment,
      relayerUrl: relayer.url,
      account: accountOf(name),
      pollMs: 5,
    });
  /** Acts in a name, lets the relayer see what others did before. */
  const as = async (name: string) => {
    await relayer.moveTo(Number((await programme.client.getBlock()).timestamp) + 1);
    return clientOf(name);
  };
  const [ALICES, BOBS] = CARS.map(({ vehicle }) => vehicle) as [`0x${string}`, `0x${string}`];

  test("given nothing credited, when an order goes by the relayer, it credits what the order lacks", async () => {
    const bob = await as("bob");
    assert.equal((await bob.getStones()).credited, 0n);
    // The largest nonce that the contract takes travels, too.
    const { id } = await bob.placeOrder({ item: 1, vehicle: BOBS, nonce: 2n ** 64n - 1n });
    assert.equal((await bob.getOrder({ order: id })).state, "placed");
    const { credited, reserved, pending } = await bob.getStones();
    assert.deepEqual([credited > 0n, reserved, pending], [true, PRICE, 0n]);
  });

  test("given nothing credited, when the owner orders alone, credit and order are one transaction", async () => {
    const alice = await as("alice");
    const { id, state } = await alice.creditAndPlaceOrder({ item: 1, vehicle: ALICES });
    assert.equal(state, "done");
    assert.deepEqual([(await alice.getOrder({ order: id })).state, (await alice.getStones()).pending], ["placed", 0n]);
  });

  test("given a leaf without crystals, crediting them gives none and is no error", async () => {
    const alice = await as("alice");
    const { account, crystals } = await alice.creditCrystals();
    assert.deepEqual([account, crystals, (await alice.getCrystals()).credited], [addressOf("alice"), 0n, 0n]);
    await assert.rejects((await as("bob")).creditCrystals({ account: addressOf("stranger") }), /nothing is settled/);
  });

  test("when a change of an item is announced, the item says so", async () => {
    const alice = await as("alice");
    assert.deepEqual(
      [(await alice.getItem({ item: 1 })).milestone, (await alice.getItem({ item: 1 })).announced],
      [0, undefined],
    );
    await programme.writer("catalogue").call("catalogue", "announceItemChange", [1, { ...TERMS, price: 2n * PRICE }]);
    assert.equal((await alice.getItem({ item: 1 })).announced?.terms.price, 2n * PRICE);
  });

  test("when a release is asked for, its owner contests it by a signature", async () => {
    await programme.writer("manufacturer").call("vehicleRegistry", "requestRelease", [BOBS]);
    assert.equal((await (await as("bob")).contestRelease({ vehicle: BOBS })).state, "done");
    const refused = (await as("bob")).contestRelease({ vehicle: BOBS, via: "transaction" });
    await assert.rejects(refused, /VehicleRegistry_WrongReleaseState/);
  });

  test("when a recovery is announced, its account cancels it; without one there is nothing to cancel", async () => {
    const { move, signature } = await (await as("gus")).signRecoveryTarget({ account: addressOf("bob") });
    await programme.writer("recovery").call("accountMoves", "announceRecovery", [move, signature, 1, zeroHash]);
    const bob = await as("bob");
    assert.equal((await bob.getMove()).recovery?.to, addressOf("gus"));
    assert.equal((await bob.cancelRecovery()).state, "done");
    assert.equal((await bob.getMove()).recovery, undefined);
    await assert.rejects(bob.cancelRecovery(), /no recovery of the account is announced/);
  });

  test("when an account agrees to take another one in, the file says for which programme and until when", async () => {
    const gus = await as("gus");
    const { chainId, contracts } = programme.deployment;
    const deadline = Number((await programme.client.getBlock()).timestamp) + DAY_S;
    const file = await gus.signRecoveryTarget({ account: addressOf("bob") });
    assert.deepEqual(parseRecoveryAgreementFile(JSON.parse(JSON.stringify(file))), {
      ...{ type: "cairn.recovery-agreement/1", chainId, accountMoves: contracts.accountMoves.toLowerCase() },
      ...{ move: { account: addressOf("bob"), to: addressOf("gus"), deadline }, signature: file.signature },
    });
    assert.throws(() => parseRecoveryAgreementFile({ ...file, move: { ...file.move, to: "0x12" } }), {
      code: "EVIDENCE_INVALID",
    });
    await assert.rejects(gus.signRecoveryTarget({ account: addressOf("gus") }), { code: "ARGUMENT_INVALID" });
  });

  test("when an account moves and its vehicle follows, the other account has all of it", async () => {
    const alice = await as("alice");
    const { balance, reserved } = await alice.getStones();
    assert.equal((await alice.moveAccount({ to: accountOf("next") })).state, "done");
    const move = await alice.getMove();
    assert.deepEqual([move.forward?.to, move.current], [addressOf("next"), addressOf("next")]);
    const next = await (await as("next")).getStones();
    assert.deepEqual([next.balance, next.reserved, (await alice.getStones()).available], [balance, reserved, 0n]);
    const followed = await (await as("bob")).followMove({ account: addressOf("alice"), vehicles: [ALICES] });
    assert.equal(followed.length, 1);
    assert.equal((await (await as("next")).releaseVehicle({ vehicle: ALICES })).state, "done");
  });

  test("when an owner consents over a consent, withdraws and consents anew, each has the version of its situation", async () => {
    const bob = await as("bob");
    const version = async () => (await bob.getConsent()).version;
    const categories = ["mileage", "takeovers"] as const;
    assert.equal((await bob.grantConsent({ categories })).state, "done");
    assert.equal(await version(), 7);
    assert.equal((await bob.withdrawConsent()).state, "done");
    assert.equal(await version(), 8);
    const signedBefore = { categories, version: 11 };
    await assert.rejects(bob.grantConsent(signedBefore), { code: "INTENT_REJECTED" });
    const direct = bob.grantConsent({ ...signedBefore, via: "transaction" });
    await assert.rejects(direct, /ConsentRegistry_WrongVersion/);
    assert.equal((await bob.grantConsent({ categories })).state, "done");
    assert.equal(await version(), 9);
  });

  test("given no vouchers, seasons or successor, each is said", async () => {
    const bob = await as("bob");
    assert.equal(await bob.getVouchers({ item: 1 }), 0);
    const { crystals, season, pending } = await bob.getCrystals();
    assert.deepEqual([crystals, season, pending], [0n, 0, 0]);
    await assert.rejects(bob.getSeason(), { code: "NOT_FOUND" });
    await assert.rejects(bob.migrateStones(), /no successor is announced/);
    await assert.rejects(bob.placeVoucherOrder({ item: 1, vehicle: BOBS }), /no voucher/);
    await assert.rejects(bob.requestBoxes({ count: 1 }), /MineBox_NotOpen/);
  });
});
