import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { concat, encodeAbiParameters, keccak256, numberToHex, toHex } from "viem";
import { readEvidenceHash, readOrder } from "../../src/chain/read/orders.ts";
import { createEntitlements, deviceKeyFromSecret, type SwitchedOn } from "../../src/device/index.ts";
import { type Hex, signingDomain, skuOf, typedDigest, UNITS_PER_STONE } from "../../src/protocol/index.ts";
import {
  type DeliveryFile,
  type EntitlementFile,
  evidenceHashOf,
  type WorkshopRecordFile,
} from "../../src/sdk/index.ts";
import { addressOf, deviceOf, keyOf } from "../relayer/support/keys.ts";
import { GENESIS } from "../relayer/support/programme.ts";
import { startDesk, strangersKey, type TestDesk } from "../support/operator-desk.ts";

const CAR: Hex = `0x${"c4".repeat(32)}`;
const SKU = "software/assisted-parking";
const DAY_S = 86_400;
/** Where the ledger keeps accounts: its getters confirm it. */
const ACCOUNTS_SLOT = 3;
const MAKER_SECRET = keyOf("maker");

interface Verdict {
  readonly valid: boolean;
  readonly checks: readonly { check: string; ok: boolean }[];
}

describe("orders at the desk", () => {
  let desk: TestDesk;
  let makerKey: string;
  let nonce = 0n;

  before(async () => {
    desk = await startDesk({ redemptionDelayDays: 0 });
    makerKey = desk.file("maker.key", MAKER_SECRET);
    await desk.moveTo(GENESIS);
    const item = { sku: SKU, priceStones: "10", stock: 100, fulfilmentDays: 10, minDaysPaired: 0 };
    await desk.act("items", "add", desk.file("item.json", item));
    const { x, y } = deviceOf("car");
    await desk.act("vehicles", "register", desk.file("cars.json", [{ vehicle: CAR, keyX: x, keyY: y }]));
    await pair();
    await giveStones(1_000n * UNITS_PER_STONE);
  });

  after(() => desk.stop());

  async function pair(): Promise<void> {
    const pairing = { vehicle: CAR, account: addressOf("alice"), deadline: GENESIS + 3_600 };
    const digest = typedDigest(signingDomain(desk.deployment, "VehiclePairing"), "VehiclePairing", pairing);
    await desk.writer("alice").call("vehicleRegistry", "pairVehicle", [pairing, deviceOf("car").sign(digest)]);
  }

  /** Writes what alice mined into the ledger: a programme that earned it would take days. */
  async function giveStones(units: bigint): Promise<void> {
    const slot = keccak256(
      encodeAbiParameters([{ type: "address" }, { type: "uint256" }], [addressOf("alice"), BigInt(ACCOUNTS_SLOT)]),
    );
    const { stoneLedger } = desk.deployment.contracts;
    await desk.rpc("anvil_setStorageAt", [stoneLedger, slot, numberToHex(units, { size: 32 })]);
  }

  async function placeOrder(): Promise<Hex> {
    const intent = { account: addressOf("alice"), item: 1, vehicle: CAR, maxPrice: 2n ** 64n - 1n, nonce, deadline: 0 };
    nonce++;
    await desk.writer("alice").call("redemptionDesk", "placeOrder", [intent]);
    return typedDigest(signingDomain(desk.deployment, "OrderIntent"), "OrderIntent", intent);
  }

  async function entitle(order: Hex): Promise<string> {
    const out = join(desk.workDir, `${order}.json`);
    const { code, stderr } = await desk.cairn("order", "entitlement", order, "--maker-key", makerKey, "--out", out);
    assert.equal(code, 0, stderr);
    return out;
  }

  function read<File extends DeliveryFile>(path: string): File {
    return JSON.parse(readFileSync(path, "utf8")) as File;
  }

  async function verify(path: string, ...options: readonly string[]): Promise<Verdict & { code: number | null }> {
    const { code, stdout } = await desk.cairn("order", "verify", path, "--json", ...options);
    return { code, ...(JSON.parse(stdout) as Verdict) };
  }

  function failedOf({ checks }: Verdict): string[] {
    return checks.filter(({ ok }) => !ok).map(({ check }) => check);
  }

  async function stateOf(order: Hex): Promise<string> {
    return (await readOrder(desk.client, desk.deployment, order)).state;
  }

  test("when orders wait, they are listed with age and deadline, the most urgent first", async () => {
    const [first, second] = [await placeOrder(), await placeOrder()];
    await desk.moveTo(GENESIS + DAY_S);
    const { orders } = await desk.read<{ orders: { order: Hex; state: string; deadline: number; placedAt: number }[] }>(
      ...["orders", "list"],
    );
    assert.deepEqual(new Set(orders.map(({ order }) => order)), new Set([first, second]));
    assert.ok(orders.every(({ deadline, placedAt }) => deadline === placedAt + 10 * DAY_S));
    const { stdout } = await desk.run("orders", "list");
    assert.match(
      stdout,
      /^order +item +price +state +age +deadline\n0x[0-9a-f]{64} +1 +10 stones +placed +24 hours +2025-06-25/,
    );
    for (const order of [first, second]) await desk.act("orders", "cancel", order);
    assert.deepEqual((await desk.read<{ orders: object[] }>("orders", "list")).orders, []);
    assert.equal((await desk.read<{ orders: object[] }>("orders", "list", "--all")).orders.length, 2);
  });

  test("when a software order is fulfilled with its entitlement, the chain has its hash and the car switches it on", async () => {
    const order = await placeOrder();
    const path = await entitle(order);
    const [act] = await desk.act("orders", "fulfil", order, "--delivery", path);
    const file = read<EntitlementFile>(path);
    const evidence = await readEvidenceHash(desk.client, desk.deployment, order);
    assert.deepEqual(
      [act?.state, await stateOf(order), evidence],
      ["sent", "fulfilled", evidenceHashOf(desk.deployment, file)],
    );

    const entries: SwitchedOn[] = [];
    const car = createEntitlements({
      vehicle: CAR,
      domain: signingDomain(desk.deployment, "Entitlement"),
      keys: [{ ...deviceKeyFromSecret(MAKER_SECRET).publicKey, from: 0, until: 0 }],
      skus: [skuOf(SKU)],
      storage: { load: () => entries, add: (entry) => void entries.push(entry) },
    });
    assert.deepEqual(car.switchOn(file), { on: true, again: false });
    assert.equal(entries[0]?.digest, evidence);

    const trusted = desk.file("maker.json", file.key);
    assert.deepEqual(failedOf(await verify(path, "--maker-key-of", trusted)), []);
    const { publicKey } = deviceKeyFromSecret(keyOf("another maker"));
    const distrusted = await verify(path, "--maker-key-of", desk.file("other.json", publicKey));
    assert.deepEqual([distrusted.code, distrusted.valid, failedOf(distrusted)], [1, false, ["trust"]]);
  });

  test("when a hardware order is fulfilled with the workshop's record, both can be verified", async () => {
    const order = await placeOrder();
    const out = join(desk.workDir, "record.json");
    const papers = desk.file("papers.txt", "abc");
    const key = desk.file("workshop.key", keyOf("workshop").slice(2));
    const make = ["order", "record", order, "--workshop-key", key, "--papers", papers, "--out", out];
    assert.equal((await desk.cairn(...make)).code, 0);
    const file = read<WorkshopRecordFile>(out);
    assert.equal(file.record.work, "0xba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    assert.deepEqual(failedOf(await verify(out)), ["evidence"]);
    await desk.act("orders", "fulfil", order, "--delivery", out);
    assert.deepEqual(failedOf(await verify(out, "--workshop", addressOf("workshop"))), []);
    assert.deepEqual(failedOf(await verify(out, "--workshop", addressOf("bob"))), ["trust"]);
  });

  test("when a delivery is another order's, or was changed, it is not sent", async () => {
    const [order, other] = [await placeOrder(), await placeOrder()];
    const file = read<EntitlementFile>(await entitle(order));
    const wrong: readonly DeliveryFile[] = [
      read<EntitlementFile>(await entitle(other)),
      { ...file, entitlement: { ...file.entitlement, sku: skuOf("software/another") } },
      { ...file, entitlement: { ...file.entitlement, issuedAt: file.entitlement.issuedAt + 1 } },
      { ...file, signature: toHex(concat([file.signature]).length, { size: 64 }) },
    ];
    for (const delivery of wrong) {
      const path = desk.file("wrong.json", delivery);
      const { code, stderr } = await desk.run("orders", "fulfil", order, "--delivery", path, "--yes");
      assert.deepEqual([code, stderr.split(":")[0]], [2, "EVIDENCE_INVALID"]);
      assert.notDeepEqual(failedOf(await verify(path)), []);
    }
    assert.equal(await stateOf(order), "placed");
  });

  test("when a key without the role fulfils, it is refused; after the deadline too, and anybody refunds", async () => {
    const order = await placeOrder();
    const path = await entitle(order);
    const fulfil = ["orders", "fulfil", order, "--delivery", path];
    await desk.refused("AccessManagedUnauthorized", ...fulfil, "--key-file", strangersKey(desk));
    await desk.refused("RedemptionDesk_WrongState", "orders", "refund", order);
    await desk.moveTo((await readOrder(desk.client, desk.deployment, order)).deadline + 1);
    await desk.refused("RedemptionDesk_WrongState", ...fulfil);
    const [act] = await desk.act("orders", "refund", order);
    assert.deepEqual([act?.signs, await stateOf(order)], ["anybody", "refunded"]);
  });

  test("when the owner objects, the arbiter decides either way; in silence anybody completes", async () => {
    const orders = [await placeOrder(), await placeOrder(), await placeOrder()] as const;
    for (const order of orders) await desk.act("orders", "fulfil", order, "--delivery", await entitle(order));
    const reason: Hex = `0x${"0b".repeat(32)}`;
    for (const order of orders.slice(0, 2)) {
      await desk.writer("alice").call("redemptionDesk", "objectOrder", [order, reason]);
    }
    await desk.act("orders", "decide", orders[0], "--refund");
    await desk.act("orders", "decide", orders[1], "--complete");
    await desk.refused("RedemptionDesk_WrongState", "orders", "complete", orders[2]);
    await desk.moveTo((await readOrder(desk.client, desk.deployment, orders[2])).deadline + 1);
    await desk.act("orders", "complete", orders[2]);
    assert.deepEqual(await Promise.all(orders.map(stateOf)), ["refunded", "completed", "completed"]);
  });

  test("when there is no such order, nothing is made or sent", async () => {
    const order = `0x${"77".repeat(32)}`;
    const out = join(desk.workDir, "none.json");
    const made = await desk.cairn("order", "entitlement", order, "--maker-key", makerKey, "--out", out);
    const cancelled = await desk.run("orders", "cancel", order, "--yes");
    for (const { code, stderr } of [made, cancelled]) assert.deepEqual([code, stderr.split(":")[0]], [2, "NOT_FOUND"]);
  });
});
