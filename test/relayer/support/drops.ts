import fc from "fast-check";
import { DROP_S, type Hex, keccak, toHex, ZERO_HASH } from "../../../src/protocol/index.ts";
import type { AcceptedReading, AccountHead, VehicleHead } from "../../../src/relayer/domain/drop.ts";
import { addressOf, keyOf } from "./keys.ts";
import { carOf, readingOf } from "./owners.ts";
import { GENESIS } from "./programme.ts";

const OWNERS = ["alice", "bob", "carol"] as const;
/** Cars, two to an owner. */
export const CARS = ["a", "b", "c", "d", "e", "f"].map((name, at) => carOf(name, OWNERS[at >> 1] as string));

/** What each car drives in one drop, metres; 0 = nothing. */
export type Drives = readonly number[];

/** Some consecutive drops of all cars. */
export const drives = fc.array(
  fc.array(fc.integer({ min: 0, max: 9_000 }), { minLength: CARS.length, maxLength: CARS.length }),
  { minLength: 1, maxLength: 6 },
);

/** The accepted readings of a drop in which the cars drove this, in any order. */
export function readingsOf(drop: number, driven: Drives): AcceptedReading[] {
  return CARS.flatMap((car, at) => {
    const metres = driven[at] ?? 0;
    if (metres === 0) return [];
    const startedAt = GENESIS + drop * DROP_S;
    const reading = readingOf(car, {
      ...{ sequence: drop + 1, startedAt, endedAt: startedAt + DROP_S },
      ...{ odometerStart: 100_000 * drop, odometerEnd: 100_000 * drop + metres },
    });
    const text = new TextEncoder().encode(`${car.vehicle} ${drop}`);
    const digest = keccak(text);
    return [
      { ...reading, digest, signature: `${digest}${toHex(text).slice(2, 66)}` as Hex, account: addressOf(car.owner) },
    ];
  }).sort(() => (drop % 2 === 0 ? 1 : -1));
}

/** The state before the first drop: nobody has a leaf. */
export function noHeads(): { vehicles: Map<Hex, VehicleHead>; accounts: Map<Hex, AccountHead> } {
  const accounts = OWNERS.map((owner): [Hex, AccountHead] => [
    addressOf(owner),
    { leaf: ZERO_HASH, metres: 0, awardLeaf: ZERO_HASH, crystals: 0n, key: keyOf(`account ${owner}`) },
  ]);
  return { vehicles: new Map(), accounts: new Map(accounts) };
}
