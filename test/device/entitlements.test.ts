import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import {
  createEntitlements,
  type EntitlementStorage,
  type EntitlementsOptions,
  type MakerKey,
  type SwitchedOn,
} from "../../src/device/index.ts";
import { entitlementDigest, type Hex, type SignedEntitlement } from "../../src/protocol/index.ts";
import { malleated } from "../relayer/support/keys.ts";
import { CAR, DESK_DOMAIN, ENTITLEMENT, LIGHTS, makerKey, PARKING, signedBy } from "../support/deliveries.ts";

const { issuedAt } = ENTITLEMENT;

/** A storage that survives the object that uses it, as a car's does. */
function memory(): EntitlementStorage & { readonly entries: SwitchedOn[] } {
  const entries: SwitchedOn[] = [];
  return { entries, load: () => [...entries], add: (entry) => void entries.push(entry) };
}

function held(number: number, from: number, until: number): MakerKey {
  return { ...makerKey(number).publicKey, from, until };
}

function open(options: Partial<EntitlementsOptions> = {}) {
  const storage = memory();
  const common = { vehicle: CAR, domain: DESK_DOMAIN, keys: [held(1, 0, 0)], skus: [PARKING, LIGHTS], storage };
  return { storage, entitlements: createEntitlements({ ...common, ...options }) };
}

/** Asserts a refusal by which nothing changes. */
function assertRefused(signed: SignedEntitlement, refusal: string, options: Partial<EntitlementsOptions> = {}): void {
  const { entitlements, storage } = open(options);
  assert.deepEqual(entitlements.switchOn(signed), { on: false, refusal });
  assert.deepEqual([entitlements.functions, storage.entries], [[], []]);
  assert.equal(entitlements.isOn(PARKING), false);
}

describe("a car with an entitlement", () => {
  test("when the manufacturer signed it for this car, the function is on and durable", () => {
    const { entitlements, storage } = open();
    assert.deepEqual(entitlements.switchOn(signedBy(1)), { on: true, again: false });
    const entry = { order: ENTITLEMENT.order, sku: PARKING, digest: entitlementDigest(DESK_DOMAIN, ENTITLEMENT) };
    assert.deepEqual([entitlements.functions, storage.entries], [[entry], [entry]]);
    assert.deepEqual([entitlements.isOn(PARKING), entitlements.isOn(LIGHTS)], [true, false]);
  });

  test("when it is used again, also after a restart, nothing changes", () => {
    const { entitlements, storage } = open();
    entitlements.switchOn(signedBy(1));
    assert.deepEqual(entitlements.switchOn(signedBy(1)), { on: true, again: true });
    const restarted = open({ storage }).entitlements;
    assert.equal(restarted.isOn(PARKING), true);
    assert.deepEqual(restarted.switchOn(signedBy(1)), { on: true, again: true });
    assert.equal(storage.entries.length, 1);
  });

  test("when the storage fails, the function is not on", () => {
    const broken: EntitlementStorage = {
      load: () => [],
      add: () => {
        throw new Error("no space");
      },
    };
    const { entitlements } = open({ storage: broken });
    assert.throws(() => entitlements.switchOn(signedBy(1)), /no space/);
    assert.equal(entitlements.isOn(PARKING), false);
  });

  test("when the signature has s in the high half, it is the same signature", () => {
    const { entitlement, signature } = signedBy(1);
    const { entitlements } = open();
    assert.deepEqual(entitlements.switchOn({ entitlement, signature: malleated(signature) }), {
      on: true,
      again: false,
    });
    assert.deepEqual(entitlements.switchOn({ entitlement, signature }), { on: true, again: true });
  });

  test("when another entitlement of the same order comes, it is refused", () => {
    const { entitlements, storage } = open();
    entitlements.switchOn(signedBy(1));
    for (const changes of [{ sku: LIGHTS }, { issuedAt: issuedAt + 1 }]) {
      const outcome = entitlements.switchOn(signedBy(1, changes));
      assert.deepEqual(outcome, { on: false, refusal: "ENTITLEMENT_ORDER_USED" });
    }
    assert.equal(storage.entries.length, 1);
  });

  test("when it is replayed on another car, it is refused", () => {
    assertRefused(signedBy(1), "ENTITLEMENT_VEHICLE_OTHER", { vehicle: `0x${"99".repeat(32)}` });
  });

  test("given the car under a new owner, an entitlement of the former period is refused and what was on stays on", () => {
    const { entitlements, storage } = open();
    entitlements.switchOn(signedBy(1));
    const sold = open({ storage, vehicle: `0x${"98".repeat(32)}` }).entitlements;
    const late = signedBy(1, { order: `0x${"23".repeat(32)}`, sku: LIGHTS });
    assert.deepEqual(sold.switchOn(late), { on: false, refusal: "ENTITLEMENT_VEHICLE_OTHER" });
    assert.deepEqual([sold.isOn(PARKING), sold.isOn(LIGHTS)], [true, false]);
  });

  test("when it is for a function that the car does not have, it is refused", () => {
    assertRefused(signedBy(1), "ENTITLEMENT_SKU_UNKNOWN", { skus: [LIGHTS] });
  });
});

describe("the manufacturer's keys", () => {
  test("given a key that is none of the manufacturer's, it is refused", () => {
    assertRefused(signedBy(2), "ENTITLEMENT_SIGNATURE_INVALID");
  });

  test("given a stolen key that was taken out of the list, it is refused whatever time it names", () => {
    const keys = [held(2, issuedAt, 0)];
    for (const time of [issuedAt - 1, issuedAt]) {
      assertRefused(signedBy(1, { issuedAt: time }), "ENTITLEMENT_SIGNATURE_INVALID", { keys });
    }
  });

  test("given a key that was rotated, it signs up to its end and the new one from its beginning", () => {
    const keys = [held(1, issuedAt - 100, issuedAt), held(2, issuedAt, 0)];
    const at = (number: number, time: number) =>
      open({ keys }).entitlements.switchOn(signedBy(number, { issuedAt: time })).on;
    assert.deepEqual([at(1, issuedAt - 100), at(1, issuedAt - 1), at(2, issuedAt)], [true, true, true]);
    assertRefused(signedBy(1, { issuedAt: issuedAt - 101 }), "ENTITLEMENT_KEY_NOT_HELD", { keys });
    assertRefused(signedBy(1), "ENTITLEMENT_KEY_NOT_HELD", { keys });
    assertRefused(signedBy(2, { issuedAt: issuedAt - 1 }), "ENTITLEMENT_KEY_NOT_HELD", { keys });
  });

  test("given a key in two intervals, it signs in both", () => {
    const keys = [held(1, 0, 10), held(1, issuedAt, issuedAt + 1)];
    assert.deepEqual(open({ keys }).entitlements.switchOn(signedBy(1)), { on: true, again: false });
  });

  test("given a key that is no point of the curve, it signs nothing", () => {
    const keys = [{ x: `0x${"05".repeat(32)}` as Hex, y: `0x${"06".repeat(32)}` as Hex, from: 0, until: 0 }];
    assertRefused(signedBy(1), "ENTITLEMENT_SIGNATURE_INVALID", { keys });
  });
});

describe("an entitlement with something changed", () => {
  test("given any flipped bit of any field or of the signature, it is refused", () => {
    const genuine = signedBy(1);
    const field = fc.constantFrom("order", "vehicle", "sku", "signature" as const);
    fc.assert(
      fc.property(field, fc.nat({ max: 511 }), (name, bit) => {
        const given = name === "signature" ? genuine.signature : genuine.entitlement[name as "order"];
        const flipped = flip(given, bit);
        const altered =
          name === "signature"
            ? { ...genuine, signature: flipped }
            : { ...genuine, entitlement: { ...genuine.entitlement, [name]: flipped } };
        assertRefused(altered, "ENTITLEMENT_SIGNATURE_INVALID");
      }),
    );
  });

  test("given any other time of issue, it is refused", () => {
    const genuine = signedBy(1);
    fc.assert(
      fc.property(
        fc.nat({ max: 2 ** 31 - 1 }).filter((time) => time !== issuedAt),
        (time) => {
          const altered = { ...genuine, entitlement: { ...genuine.entitlement, issuedAt: time } };
          assertRefused(altered, "ENTITLEMENT_SIGNATURE_INVALID");
        },
      ),
    );
  });

  test("given anything that is no entitlement, it is refused as malformed", () => {
    const { entitlement, signature } = signedBy(1);
    const malformed: unknown[] = [
      {},
      { entitlement, signature: "0x" },
      { entitlement, signature: undefined },
      { entitlement: { ...entitlement, issuedAt: "now" }, signature },
      { entitlement: { ...entitlement, issuedAt: -1 }, signature },
      { entitlement: { ...entitlement, sku: "0x12" }, signature },
      { entitlement: { ...entitlement, vehicle: null }, signature },
    ];
    for (const signed of malformed) assertRefused(signed as SignedEntitlement, "ENTITLEMENT_MALFORMED");
  });
});

/** A hex string with one bit flipped; bits beyond its end count from its beginning again. */
function flip(hex: Hex, bit: number): Hex {
  const bytes = Buffer.from(hex.slice(2), "hex");
  const at = (bit >> 3) % bytes.length;
  bytes[at] = (bytes[at] as number) ^ (1 << (bit & 7));
  return `0x${bytes.toString("hex")}`;
}
