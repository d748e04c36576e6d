import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { readDeviceKey, readRank, readRegistryState } from "../../src/chain/read/vehicles.ts";
import { type Hex, signingDomain, typedDigest, ZERO_HASH } from "../../src/protocol/index.ts";
import { addressOf, deviceOf } from "../relayer/support/keys.ts";
import { GENESIS } from "../relayer/support/programme.ts";
import { startDesk, strangersKey, type TestDesk } from "../support/operator-desk.ts";

/** As many as need two calls. */
const CARS = 60;

function vehicleOf(number: number): Hex {
  return `0x${number.toString(16).padStart(64, "0")}`;
}

function rowOf(number: number) {
  const { x, y } = deviceOf(`car ${number}`);
  return { vehicle: vehicleOf(number), keyX: x, keyY: y };
}

describe("vehicles at the desk", () => {
  let desk: TestDesk;

  before(async () => {
    desk = await startDesk();
    await desk.moveTo(GENESIS);
  });

  after(() => desk.stop());

  async function state(number: number) {
    const { account, until, release } = await readRegistryState(desk.client, desk.deployment, vehicleOf(number));
    return { account, ended: until > 0, release };
  }

  /** The owner's pairing, with the device's signature. */
  async function pair(number: number, owner: string): Promise<void> {
    const { timestamp } = await desk.client.getBlock();
    const pairing = { vehicle: vehicleOf(number), account: addressOf(owner), deadline: Number(timestamp) + 3_600 };
    const digest = typedDigest(signingDomain(desk.deployment, "VehiclePairing"), "VehiclePairing", pairing);
    const signature = deviceOf(`car ${number}`).sign(digest);
    await desk.writer(owner).call("vehicleRegistry", "pairVehicle", [pairing, signature]);
  }

  test("when a file is registered, it goes in calls of fifty, and again only what is missing", async () => {
    const rows = Array.from({ length: CARS }, (_, i) => rowOf(i + 1));
    const first = rows.slice(0, 5).map(({ vehicle, keyX, keyY }) => `${vehicle},${keyX},${keyY}`);
    const some = await desk.act(
      "vehicles",
      "register",
      desk.file("some.csv", `vehicle,keyX,keyY\n${first.join("\n")}\n`),
    );
    assert.deepEqual(
      some.map(({ events }) => events?.length),
      [5],
    );
    const path = desk.file("all.json", rows);
    const rest = await desk.act("vehicles", "register", path);
    assert.deepEqual(
      rest.map(({ events }) => events?.length),
      [50, 5],
    );
    assert.equal(await readRank(desk.client, desk.deployment, vehicleOf(CARS)), CARS);
    assert.deepEqual(await desk.act("vehicles", "register", path), []);
  });

  test("when a device key is no point of the curve, the contract refuses and nothing is registered", async () => {
    const path = desk.file("off.json", [{ ...rowOf(900), keyY: `0x${"01".repeat(32)}` }]);
    await desk.refused("VehicleRegistry_InvalidDeviceKey", "vehicles", "register", path);
    await desk.refused(
      "AccessManagedUnauthorized",
      ...["vehicles", "register", desk.file("one.json", [rowOf(901)]), "--key-file", strangersKey(desk)],
    );
  });

  test("when a key is rotated, the new one holds; when it is revoked, none does", async () => {
    const { x, y } = deviceOf("new");
    await desk.act("vehicles", "rotate-key", vehicleOf(2), "--x", x, "--y", y);
    await desk.moveTo(GENESIS + 1_000);
    assert.equal((await readDeviceKey(desk.client, desk.deployment, vehicleOf(2), GENESIS + 999)).x, x);
    await desk.act("vehicles", "revoke-key", vehicleOf(2));
    await desk.moveTo(GENESIS + 2_000);
    assert.equal((await readDeviceKey(desk.client, desk.deployment, vehicleOf(2), GENESIS + 1_999)).x, ZERO_HASH);
    await desk.refused("VehicleRegistry_NoDeviceKey", "vehicles", "revoke-key", vehicleOf(2));
  });

  test("when nobody contests a release, it is carried out after 72 hours", async () => {
    await pair(3, "alice");
    const [asked] = await desk.act("vehicles", "request-release", vehicleOf(3));
    assert.equal(asked?.facts.holder, addressOf("alice"));
    await desk.refused("VehicleRegistry_ReleaseNotExecutable", "vehicles", "execute-release", vehicleOf(3));
    await desk.moveTo((asked.holdsFrom as number) + 60);
    await desk.act("vehicles", "execute-release", vehicleOf(3));
    assert.deepEqual(await state(3), { account: addressOf("alice"), ended: true, release: "none" });
  });

  test("when a release is not carried out within 7 days, it has lapsed and can be requested again", async () => {
    await pair(6, "bob");
    const [asked] = await desk.act("vehicles", "request-release", vehicleOf(6));
    await desk.refused("VehicleRegistry_WrongReleaseState", "vehicles", "request-release", vehicleOf(6));
    await desk.moveTo((asked?.holdsFrom as number) + 7 * 86_400 + 60);
    await desk.refused("VehicleRegistry_ReleaseNotExecutable", "vehicles", "execute-release", vehicleOf(6));
    assert.equal((await state(6)).release, "requested");
    const [again] = await desk.act("vehicles", "request-release", vehicleOf(6));
    await desk.moveTo((again?.holdsFrom as number) + 60);
    await desk.act("vehicles", "execute-release", vehicleOf(6));
    assert.equal((await state(6)).ended, true);
  });

  test("when the owner contests, only the arbiter decides, and somebody has to say how", async () => {
    for (const number of [4, 5]) {
      await pair(number, "bob");
      await desk.act("vehicles", "request-release", vehicleOf(number));
      await desk.writer("bob").call("vehicleRegistry", "contestRelease", [vehicleOf(number)]);
    }
    const { release } = await desk.read<{ release: string }>("vehicles", "show", vehicleOf(4));
    assert.equal(release, "contested");
    await desk.refused("VehicleRegistry_ReleaseNotExecutable", "vehicles", "execute-release", vehicleOf(4));
    const undecided = await desk.run("vehicles", "decide-release", vehicleOf(4), "--yes");
    assert.deepEqual([undecided.code, undecided.stderr.split(":")[0]], [2, "ARGUMENT_INVALID"]);
    await desk.act("vehicles", "decide-release", vehicleOf(4), "--keep");
    await desk.act("vehicles", "decide-release", vehicleOf(5), "--release");
    assert.deepEqual(await state(4), { account: addressOf("bob"), ended: false, release: "none" });
    assert.deepEqual(await state(5), { account: addressOf("bob"), ended: true, release: "none" });
  });
});
