import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import { expect } from "chai";
import fc from "fast-check";
import { describe, it } from "mocha";
import type { Programme } from "../support/contracts.ts";
import { pair, register, registerOne, type TestVehicle } from "../support/contracts-vehicles.ts";
import { at, DAY_S, GENESIS, moveTo, programme } from "./fixture.ts";

const SEED = 20_231_115;
const DAYS = 6;

async function given() {
  const p = await programme();
  return { p, owner: p.owners[0] as HardhatEthersSigner };
}

async function release(p: Programme, { vehicle }: TestVehicle, owner: HardhatEthersSigner, time: number) {
  await at(time);
  await p.vehicleRegistry.connect(owner).releaseVehicle({ vehicle, account: owner.address, deadline: 0 });
}

async function countsOf(p: Programme, days: readonly number[]): Promise<bigint[]> {
  return Promise.all(days.map((day) => p.vehicleRegistry.pairedOn(day)));
}

describe("VehicleRegistry: pairedOn", () => {
  it("given no pairing ever, it is 0 on every day", async () => {
    const { p } = await given();
    expect(await countsOf(p, [0, 1, 1_000_000])).to.deep.equal([0n, 0n, 0n]);
  });

  it("given a pairing before genesis, it counts for day 0 and later ones", async () => {
    const { p, owner } = await given();
    await pair(p, await registerOne(p), owner, { time: GENESIS - DAY_S, at });
    expect(await countsOf(p, [0, 1, 9])).to.deep.equal([1n, 1n, 1n]);
  });

  it("given a pairing that began and ended before genesis, it counts for day 0 only", async () => {
    const { p, owner } = await given();
    const one = await registerOne(p);
    await pair(p, one, owner, { time: GENESIS - DAY_S, at });
    await release(p, one, owner, GENESIS - 10);
    expect(await countsOf(p, [0, 1])).to.deep.equal([1n, 0n]);
  });

  it("given a pairing in the last second of a day, it counts for that day", async () => {
    const { p, owner } = await given();
    await pair(p, await registerOne(p), owner, { time: GENESIS + 3 * DAY_S - 1, at });
    expect(await countsOf(p, [1, 2, 3])).to.deep.equal([0n, 1n, 1n]);
  });

  it("given a pairing in the first second of a day, it does not count for the day before", async () => {
    const { p, owner } = await given();
    await pair(p, await registerOne(p), owner, { time: GENESIS + 3 * DAY_S, at });
    expect(await countsOf(p, [2, 3])).to.deep.equal([0n, 1n]);
  });

  it("given a release in the first second of a day, it does not count for that day", async () => {
    const { p, owner } = await given();
    const one = await registerOne(p);
    await pair(p, one, owner, { time: GENESIS + DAY_S, at });
    await release(p, one, owner, GENESIS + 3 * DAY_S);
    expect(await countsOf(p, [1, 2, 3, 4])).to.deep.equal([1n, 1n, 0n, 0n]);
  });

  it("given a release in the first second of day 1, it counts for day 0 alone", async () => {
    const { p, owner } = await given();
    const one = await registerOne(p);
    await pair(p, one, owner, { time: GENESIS + 100, at });
    await release(p, one, owner, GENESIS + DAY_S);
    expect(await countsOf(p, [0, 1, 2])).to.deep.equal([1n, 0n, 0n]);
  });

  it("given a release in the second of genesis, what was before it counts for day 0", async () => {
    const { p, owner } = await given();
    const one = await registerOne(p);
    await pair(p, one, owner, { time: GENESIS - 100, at });
    await release(p, one, owner, GENESIS);
    expect(await countsOf(p, [0, 1])).to.deep.equal([1n, 0n]);
  });

  it("given a release in the second second of a day, it counts for that day", async () => {
    const { p, owner } = await given();
    const one = await registerOne(p);
    await pair(p, one, owner, { time: GENESIS + DAY_S, at });
    await release(p, one, owner, GENESIS + 3 * DAY_S + 1);
    expect(await countsOf(p, [2, 3, 4])).to.deep.equal([1n, 1n, 0n]);
  });

  it("given a pairing and a release in one second, it counts for no day", async () => {
    const { p, owner } = await given();
    const one = await registerOne(p);
    await pair(p, one, owner, { time: GENESIS + DAY_S + 50, at });
    await release(p, one, owner, GENESIS + DAY_S + 50);
    expect(await countsOf(p, [0, 1, 2])).to.deep.equal([0n, 0n, 0n]);
  });

  it("given any pairings and releases, it counts as a list of intervals does", async () => {
    const moment = fc.tuple(fc.nat(DAYS - 1), fc.constantFrom(0, 1, 2, DAY_S / 2, DAY_S - 1));
    const period = fc.record({ since: moment, lasts: fc.constantFrom(0, 1, 2, DAY_S / 2, DAY_S, 2 * DAY_S) });
    await fc.assert(
      fc.asyncProperty(fc.array(period, { minLength: 1, maxLength: 8 }), async (periods) => {
        const { p, owner } = await given();
        const vehicles = await register(p, ...periods.map((_, i) => `vehicle ${i}`));
        const held = periods.map(({ since: [day, second], lasts }, i) => {
          const since = GENESIS + day * DAY_S + second;
          return { vehicle: vehicles[i] as TestVehicle, since, until: since + lasts };
        });
        const steps = held
          .flatMap(({ vehicle, since, until }) => [
            { time: since, order: 0, run: () => pair(p, vehicle, owner, { time: since, at }) },
            { time: until, order: 1, run: () => release(p, vehicle, owner, until) },
          ])
          .sort((a, b) => a.time - b.time || a.order - b.order);
        for (const { run } of steps) await run();
        await moveTo(GENESIS + 2 * DAYS * DAY_S);
        const days = Array.from({ length: 2 * DAYS }, (_, day) => day);
        const model = days.map((day) => {
          const [from, to] = [GENESIS + day * DAY_S, GENESIS + (day + 1) * DAY_S];
          return BigInt(held.filter(({ since, until }) => Math.max(since, from) < Math.min(until, to)).length);
        });
        expect(await countsOf(p, days)).to.deep.equal(model);
      }),
      { seed: SEED, numRuns: 25 },
    );
  });
});
