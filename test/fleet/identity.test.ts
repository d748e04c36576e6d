import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { privateKeyToAccount } from "viem/accounts";
import { ownerSecret, vehicleIdentity } from "../../src/fleet/index.ts";
import { vehicleId } from "../../src/protocol/index.ts";

describe("a vehicle's identity", () => {
  test("given one seed twice, is the same", () => {
    const { key, ...identity } = vehicleIdentity("s", "car-1", 0);
    const { key: again, ...other } = vehicleIdentity("s", "car-1", 0);
    assert.deepEqual({ ...identity, publicKey: key.publicKey }, { ...other, publicKey: again.publicKey });
  });

  test("when the car is sold, keeps its VIN and nothing else", () => {
    const before = vehicleIdentity("s", "car-1", 0);
    const after = vehicleIdentity("s", "car-1", 1);
    assert.equal(after.vin, before.vin);
    assert.notEqual(after.salt, before.salt);
    assert.notEqual(after.vehicle, before.vehicle);
    assert.notDeepEqual(after.key.publicKey, before.key.publicKey);
  });

  test("given its salt and VIN, anybody who is shown them finds its id", () => {
    const { vin, salt, vehicle } = vehicleIdentity("s", "car-1", 0);
    assert.match(vin, /^[0-9A-HJ-NPR-Z]{17}$/);
    assert.equal(vehicleId(salt, vin), vehicle);
  });

  test("given an owner's name, has a secret that makes an account, another for each name", () => {
    const accounts = ["anna", "bo", "cem"].map((owner) => privateKeyToAccount(ownerSecret("s", owner)).address);
    assert.equal(new Set(accounts).size, 3);
  });
});
