import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { opensPayload } from "../../src/device/index.ts";
import { type Delivery, MISCHIEF, type MischiefKind, vehicleIdentity } from "../../src/fleet/index.ts";
import { type CairnError, categoryMask, DAY_S, dayOf, dropOf, dropStart, type Hex } from "../../src/protocol/index.ts";
import { Acceptance, CONSENTED, deliveriesOf, fleetOf, GENESIS, metresOf, vehiclesOf } from "./support.ts";

const digests = (deliveries: readonly Delivery[]): Hex[] => deliveries.map(({ digest }) => digest);
const honest = (deliveries: readonly Delivery[]): Delivery[] => deliveries.filter(({ mischief }) => !mischief);

describe("a simulated fleet", () => {
  test("given one seed twice, delivers the same readings with the same signatures", async () => {
    const signatures = async () => (await deliveriesOf(fleetOf(), 2)).map(({ signature }) => signature);
    const first = await signatures();
    assert.ok(first.length > 20);
    assert.deepEqual(await signatures(), first);
  });

  test("given another seed, delivers others", async () => {
    const vehicles = vehiclesOf("fleet test", 6);
    const [a, b] = [await deliveriesOf(fleetOf(), 2), await deliveriesOf(fleetOf({ seed: "b", vehicles }), 2)];
    assert.notDeepEqual(digests(a), digests(b));
  });

  test("when a vehicle is added, nothing changes for the others", async () => {
    const seven = vehiclesOf("fleet test", 7);
    const mischief = { rate: 0.1 };
    const without = await deliveriesOf(fleetOf({ vehicles: seven.slice(1), mischief }), 2);
    const withIt = await deliveriesOf(fleetOf({ vehicles: seven, mischief }), 2);
    const first = withIt.filter(({ vehicle }) => vehicle === seven[0]?.vehicle);
    assert.ok(first.length > 0);
    assert.deepEqual(
      digests(withIt).filter((digest) => !digests(first).includes(digest)),
      digests(without),
    );
  });

  test("given the rules of acceptance, every honest reading is accepted in its drop", async () => {
    const vehicles = vehiclesOf("fleet test", 20);
    const acceptance = new Acceptance(vehicles);
    const deliveries = await deliveriesOf(fleetOf({ vehicles, days: 4, offline: { late: 0.3, tooLong: 0 } }), 8);
    assert.ok(deliveries.length > 300);
    for (const delivery of deliveries) assert.deepEqual(acceptance.take(delivery), []);
  });

  test("given any delivery, its payload opens and it ended before its drop began", async () => {
    for (const { reading, opening, deliverInDrop } of await deliveriesOf(fleetOf(), 2)) {
      assert.ok(opening !== undefined && opensPayload(reading, opening));
      assert.ok(reading.endedAt <= dropStart(GENESIS, deliverInDrop));
    }
  });

  test("given a fleet of all habits, most days are below the daily cap and some are above", async () => {
    const vehicles = vehiclesOf("habits", 60);
    const deliveries = await deliveriesOf(fleetOf({ seed: "habits", vehicles, days: 3 }), 4);
    const days = new Map<string, number>();
    for (const { vehicle, reading } of deliveries) {
      const day = `${vehicle} ${dayOf(GENESIS, reading.startedAt)}`;
      days.set(day, (days.get(day) ?? 0) + reading.odometerEnd - reading.odometerStart);
    }
    const above = [...days.values()].filter((metres) => metres > 200_000).length;
    assert.ok(above > 0 && above < 0.2 * days.size, `${above} of ${days.size}`);
    const mean = metresOf(deliveries) / 1_000 / 60 / 3;
    assert.ok(mean > 20 && mean < 100, `${mean} km a car and day`);
  });

  test("given workdays, cars are on the road most at the peaks and least at night", async () => {
    const vehicles = vehiclesOf("peaks", 30, { habit: "commuter" });
    const hours = new Array<number>(24).fill(0);
    for (const { reading } of await deliveriesOf(fleetOf({ seed: "peaks", vehicles }), 2)) {
      const hour = Math.floor(((reading.startedAt - GENESIS) % DAY_S) / 3_600);
      hours[hour] = (hours[hour] as number) + 1;
    }
    const [night, morning, noon, evening] = [2, 7, 12, 17].map((hour) => hours[hour] as number) as [
      number,
      number,
      number,
      number,
    ];
    assert.ok(morning > 5 * (noon + 1) && evening > 5 * (noon + 1) && night === 0, hours.join(" "));
  });

  test("when a drop is asked for twice, it is refused", async () => {
    const fleet = fleetOf();
    await fleet.readingsOfDrop(3);
    await assert.rejects(fleet.readingsOfDrop(3), (error: CairnError) => error.code === "ARGUMENT_INVALID");
  });

  test("when a vehicle is there twice, it is refused", () => {
    const [vehicle] = vehiclesOf("fleet test", 1);
    assert.ok(vehicle);
    assert.throws(
      () => fleetOf({ vehicles: [vehicle, vehicle] }),
      (error: CairnError) => error.code === "ARGUMENT_INVALID",
    );
  });
});

describe("consent in a simulated fleet", () => {
  test("when there is none, nothing leaves", async () => {
    assert.deepEqual(await deliveriesOf(fleetOf({ consentMaskAt: () => 0 }), 2), []);
  });

  test("when it covers mileage only, every mask is mileage only", async () => {
    const mileage = categoryMask(["mileage"]);
    const deliveries = await deliveriesOf(fleetOf({ consentMaskAt: () => mileage }), 2);
    assert.ok(deliveries.length > 0);
    for (const { reading } of deliveries) assert.equal(reading.categories, mileage);
  });

  test("when it is withdrawn at noon and given again at six, no reading touches the time between", async () => {
    const [noon, six] = [GENESIS + 12 * 3_600 + 7, GENESIS + 18 * 3_600 + 7];
    const consentMaskAt = (_: Hex, time: number): number => (time >= noon && time < six ? 0 : CONSENTED);
    const vehicles = vehiclesOf("withdrawn", 20, { habit: "taxi" });
    const deliveries = await deliveriesOf(fleetOf({ seed: "withdrawn", vehicles, days: 1, consentMaskAt }), 1);
    assert.ok(deliveries.some(({ reading }) => reading.endedAt <= noon));
    assert.ok(deliveries.some(({ reading }) => reading.startedAt >= six));
    assert.ok(deliveries.every(({ reading }) => reading.endedAt <= noon || reading.startedAt >= six));
  });

  test("when it ends before a reading could be delivered, the reading stays in the car and is counted", async () => {
    const noon = GENESIS + 12 * 3_600 + 7;
    const consentMaskAt = (_: Hex, time: number): number => (time >= noon ? 0 : CONSENTED);
    const vehicles = vehiclesOf("withheld", 40, { habit: "taxi" });
    const fleet = fleetOf({ seed: "withheld", vehicles, days: 1, consentMaskAt, offline: { late: 1, tooLong: 0 } });
    const deliveries = await deliveriesOf(fleet, 5);
    assert.ok(fleet.withheld > 0);
    assert.ok(deliveries.every(({ deliverInDrop }) => dropStart(GENESIS, deliverInDrop) < noon));
  });
});

describe("odd behaviour", () => {
  test("when a car was out of reach, it delivers late, in order, and what it has is the same", async () => {
    const late = await deliveriesOf(fleetOf({ offline: { late: 0.7, tooLong: 0 } }), 7);
    const inTime = await deliveriesOf(fleetOf({ offline: { late: 0, tooLong: 0 } }), 7);
    assert.ok(late.some(({ reading, deliverInDrop }) => deliverInDrop > dropOf(GENESIS, reading.endedAt) + 6));
    assert.deepEqual(digests(late).sort(), digests(inTime).sort());
  });

  test("when a car was out of reach for too long, what is too old is labelled so", async () => {
    const vehicles = vehiclesOf("old", 20);
    const fleet = fleetOf({ seed: "old", vehicles, offline: { late: 0, tooLong: 1 } });
    const acceptance = new Acceptance(vehicles);
    const deliveries = await deliveriesOf(fleet, 12);
    const old = deliveries.filter(({ mischief }) => mischief?.kind === "too-old");
    assert.ok(old.length > 0);
    for (const delivery of deliveries) {
      assert.deepEqual(acceptance.take(delivery), delivery.mischief ? ["READING_TOO_OLD"] : []);
    }
  });

  test("when every trip is switched off, nothing leaves", async () => {
    assert.deepEqual(await deliveriesOf(fleetOf({ offRate: 1 }), 2), []);
  });

  test("when some trips are switched off, the odometer of the next reading has gone on", async () => {
    const deliveries = await deliveriesOf(
      fleetOf({ offRate: 0.3, vehicles: vehiclesOf("off", 4, { habit: "taxi" }) }),
      2,
    );
    const gaps = deliveries.filter(({ reading, vehicle }) => {
      const before = deliveries.find(
        (other) => other.vehicle === vehicle && other.reading.sequence === reading.sequence - 1,
      );
      return before !== undefined && reading.odometerStart > before.reading.odometerEnd;
    });
    assert.ok(gaps.length > 0);
  });

  test("given mischief, each kind occurs, breaks the rule that it is labelled with, and no other", async () => {
    const vehicles = vehiclesOf("mischief", 12, { habit: "taxi" });
    const offline = { late: 0, tooLong: 0 };
    const options = { seed: "mischief", vehicles, days: 3, offline, mischief: { rate: 0.3 } };
    const acceptance = new Acceptance(vehicles);
    const seen = new Set<MischiefKind>(["too-old"]);
    for (const delivery of await deliveriesOf(fleetOf(options), 4)) {
      const expected = delivery.mischief?.expected;
      assert.deepEqual(acceptance.take(delivery), expected === undefined ? [] : [expected], delivery.mischief?.kind);
      if (delivery.mischief !== undefined) seen.add(delivery.mischief.kind);
    }
    assert.deepEqual([...seen].sort(), Object.keys(MISCHIEF).sort());
  });

  test("given mischief, the honest readings are the same as without", async () => {
    const withIt = await deliveriesOf(fleetOf({ mischief: { rate: 0.3 } }), 2);
    const without = await deliveriesOf(fleetOf(), 2);
    assert.ok(withIt.length > without.length);
    assert.deepEqual(digests(honest(withIt)), digests(without));
  });
});

describe("a sold car", () => {
  const soldAt = GENESIS + DAY_S + 12 * 3_600 + 33;
  const first = { ...vehicleIdentity("sold", "car-0", 0), name: "car-0/0", from: GENESIS, until: soldAt };
  const second = {
    ...vehicleIdentity("sold", "car-0", 1),
    name: "car-0/1",
    from: soldAt + 900,
    follows: first.vehicle,
  };
  const fleet = () =>
    fleetOf({
      seed: "sold",
      days: 4,
      vehicles: [first, second].map((vehicle) => ({ ...vehicle, habit: "taxi" as const })),
    });

  test("when it changes hands, no reading lies outside its ownership and sequences start anew", async () => {
    const deliveries = await deliveriesOf(fleet(), 5);
    const [before, after] = [first, second].map(({ vehicle }) => deliveries.filter((one) => one.vehicle === vehicle));
    assert.ok(before && after && before.length > 0 && after.length > 0);
    assert.ok(before.every(({ reading }) => reading.endedAt <= soldAt));
    assert.ok(after.every(({ reading }) => reading.startedAt >= second.from));
    assert.equal(after[0]?.reading.sequence, 1);
  });

  test("when it changes hands, its odometer goes on", async () => {
    const deliveries = await deliveriesOf(fleet(), 5);
    const last = deliveries.filter(({ vehicle }) => vehicle === first.vehicle).at(-1);
    const next = deliveries.find(({ vehicle }) => vehicle === second.vehicle);
    assert.ok(last && next && next.reading.odometerStart >= last.reading.odometerEnd);
    assert.ok(next.reading.odometerStart - last.reading.odometerEnd < 50_000);
  });

  test("when a car follows one that the fleet does not have, it is refused", () => {
    assert.throws(
      () => fleetOf({ vehicles: [second] }),
      (error: CairnError) => error.code === "ARGUMENT_INVALID",
    );
  });
});
