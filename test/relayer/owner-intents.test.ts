import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { encodeFunctionData, zeroHash } from "viem";
import { ABIS } from "../../src/chain/contracts.ts";
import type { Hex } from "../../src/protocol/index.ts";
import type { AccountReport } from "../../src/relayer/store/accounts.ts";
import { addressOf } from "./support/keys.ts";
import { carOf, pairingOf, registerCars, signIntent, type TestIntent } from "./support/owners.ts";
import { GENESIS, startProgramme, type TestProgramme } from "./support/programme.ts";
import { type RunningRelayer, runRelayer } from "./support/running.ts";

const NOW = GENESIS - 1_000;
const DEADLINE = NOW + 3_600;
const CAR = carOf("contested", "alice");

describe("intents of owners about accounts, vouchers and boxes", () => {
  let programme: TestProgramme;
  let relayer: RunningRelayer;

  before(async () => {
    programme = await startProgramme();
    await registerCars(programme, [CAR]);
    relayer = await runRelayer(programme);
    await relayer.moveTo(NOW);
    await relayer.intend([pairingOf(programme, CAR, DEADLINE)]);
    await relayer.untilIdle();
  });

  after(async () => {
    await relayer?.close();
    await programme?.stop();
  });

  let time = NOW;
  /** Lets the relayer see what others did. */
  const catchUp = () => relayer.moveTo(++time);
  const deliver = async (intent: TestIntent) => (await relayer.intend([intent]))[0] ?? {};
  const refusal = async (intent: TestIntent) => {
    const { error } = await deliver(intent);
    const { code, message } = (error ?? {}) as { code?: string; message?: string };
    return `${code}: ${message}`;
  };
  /** Delivers an intent and waits until it stands on the chain. */
  const outcome = async (intent: TestIntent) => {
    assert.equal((await deliver(intent)).state, "queued");
    await relayer.untilIdle();
    const { state, reason } = (await relayer.get(`/v1/intents/${intent.id}`)).body as {
      state: string;
      reason?: string;
    };
    return reason === undefined ? state : `${state}: ${reason}`;
  };
  const report = async (name: string) => (await relayer.get(`/v1/accounts/${addressOf(name)}`)).body as AccountReport;

  const contest = (owner: string) =>
    signIntent(
      programme,
      "ReleaseContest",
      { vehicle: CAR.vehicle, account: addressOf(owner), deadline: DEADLINE },
      { owner },
    );
  const move = (owner: string, target: string, signer = target) => {
    const message = { account: addressOf(owner), to: addressOf(target), deadline: DEADLINE };
    return signIntent(programme, "AccountMove", message, { owner, target: signer });
  };
  const cancellation = (owner: string, recovery: string) =>
    signIntent(
      programme,
      "RecoveryCancellation",
      { account: addressOf(owner), recovery, deadline: DEADLINE },
      { owner },
    );
  const voucherOrder = (nonce: string, owner = "alice") => {
    const message = { account: addressOf(owner), item: 1, vehicle: CAR.vehicle, nonce, deadline: DEADLINE };
    return signIntent(programme, "VoucherOrder", message, { owner });
  };
  const boxes = (count: string) => {
    const message = {
      account: addressOf("alice"),
      season: 1,
      boxes: count,
      count: 1,
      salt: "9".repeat(28),
      deadline: DEADLINE,
    };
    return signIntent(programme, "BoxRequest", message, { owner: "alice" });
  };

  test("when no release is requested, a contest is rejected", async () => {
    assert.match(await refusal(contest("alice")), /INTENT_REJECTED.*no release is requested/);
  });

  test("when a release is requested, its contest stands on the chain; by another it is rejected", async () => {
    await programme.writer("manufacturer").call("vehicleRegistry", "requestRelease", [CAR.vehicle]);
    await catchUp();
    assert.match(await refusal(contest("bob")), /INTENT_REJECTED.*does not hold the vehicle/);
    assert.equal(await outcome(contest("alice")), "done");
    assert.equal((await report("alice")).vehicles[0]?.release, "contested");
  });

  test("when the target has not signed a move, it is invalid", async () => {
    assert.match(await refusal(move("carol", "dora", "erik")), /INTENT_INVALID/);
    const { targetSignature: _, ...unsigned } = move("carol", "dora");
    assert.match(await refusal(unsigned), /INTENT_INVALID.*target's signature is missing/);
  });

  test("when both have signed a move, it stands on the chain and neither can move to the other again", async () => {
    assert.equal(await outcome(move("carol", "dora")), "done");
    assert.equal((await report("carol")).movedTo, addressOf("dora"));
    assert.match(await refusal(move("carol", "erik")), /INTENT_REJECTED.*has moved/);
    assert.match(await refusal(move("dora", "carol")), /INTENT_REJECTED.*has moved/);
  });

  test("when a recovery is announced, only its own cancellation is taken", async () => {
    const agreed = { account: addressOf("fay"), to: addressOf("gus"), deadline: DEADLINE };
    const { signature } = signIntent(programme, "AccountMove", agreed, { owner: "gus" });
    await programme.writer("recovery").call("accountMoves", "announceRecovery", [agreed, signature, 1, zeroHash]);
    await catchUp();
    assert.match(await refusal(cancellation("fay", "2")), /INTENT_REJECTED.*no such recovery/);
    assert.equal(await outcome(cancellation("fay", "1")), "done");
    assert.match(await refusal(cancellation("fay", "1")), /undefined/);
  });

  test("when no successor is announced, a migration is rejected", async () => {
    const message = { account: addressOf("alice"), successor: addressOf("hal"), migrated: "0", deadline: DEADLINE };
    const migration = signIntent(programme, "StoneMigration", message, { owner: "alice" });
    assert.match(await refusal(migration), /INTENT_REJECTED.*no such successor/);
  });

  test("when the account has a voucher, its order stands on the chain and the next is rejected", async () => {
    const terms = {
      ...{ sku: `0x${"51".repeat(32)}` as const, price: 1_000_000n, stock: 0, opensAt: 0, closesAt: 1, milestone: 0 },
      ...{ fulfilmentS: 86_400, minDaysPaired: 90, maxRank: 0 },
    };
    await programme.writer("catalogue").call("catalogue", "listItem", [terms]);
    await catchUp();
    assert.match(await refusal(voucherOrder("1")), /INTENT_REJECTED.*no voucher/);
    await grantVoucher(programme, addressOf("alice"));
    await catchUp();
    assert.equal(await outcome(voucherOrder("2")), "done");
    assert.deepEqual((await report("alice")).vouchers, []);
    assert.match(await refusal(voucherOrder("3")), /INTENT_REJECTED.*no voucher/);
  });

  test("when the account moved and its voucher has not followed, its order is rejected", async () => {
    await grantVoucher(programme, addressOf("carol"));
    await catchUp();
    assert.match(await refusal(voucherOrder("4", "carol")), /INTENT_REJECTED.*has moved/);
  });

  test("when boxes are requested by another number than the next, it is rejected; else the contract decides", async () => {
    assert.match(await refusal(boxes("1")), /INTENT_REJECTED.*0 boxes/);
    assert.equal(await outcome(boxes("0")), "skipped: MineBox_NotOpen");
  });
});

/** Grants a voucher as the mine box does. */
async function grantVoucher(programme: TestProgramme, account: Hex): Promise<void> {
  const { mineBox, redemptionDesk } = programme.deployment.contracts;
  const data = encodeFunctionData({ abi: ABIS.redemptionDesk, functionName: "grantVouchers", args: [account, 1, 1] });
  await programme.rpc("anvil_impersonateAccount", [mineBox]);
  await programme.rpc("anvil_setBalance", [mineBox, "0xde0b6b3a7640000"]);
  await programme.rpc("eth_sendTransaction", [{ from: mineBox, to: redemptionDesk, data }]);
}
