import { createPublicKey, verify } from "node:crypto";
import {
  createSimulatedFleet,
  type Delivery,
  type SimulatedFleet,
  type SimulatedFleetOptions,
  type SimulatedVehicle,
  vehicleIdentity,
} from "../../src/fleet/index.ts";
import {
  ALL_CATEGORIES_MASK,
  type Domain,
  DROPS_PER_DAY,
  dayOf,
  domainOf,
  dropStart,
  fromHex,
  type Hex,
  MAX_SPEED_MPS,
  p256Der,
  p256Spki,
  type Reading,
  type RefusalCode,
  readingDigest,
  ZERO_HASH,
} from "../../src/protocol/index.ts";

export const GENESIS = 1_700_000_100;
const DOMAIN: Domain = domainOf("vehicleRegistry", 31_337, `0x${"33".repeat(20)}`);
/** Mileage, driving behaviour, takeovers and battery. */
export const CONSENTED = 0b1111;

export function vehiclesOf(seed: string, count: number, more: Partial<SimulatedVehicle> = {}): SimulatedVehicle[] {
  return Array.from({ length: count }, (_, i) => {
    const { vehicle, key } = vehicleIdentity(seed, `car-${i}`, 0);
    return { name: `car-${i}/0`, vehicle, key, from: GENESIS - 3_600, ...more };
  });
}

export function fleetOf(options: Partial<SimulatedFleetOptions> = {}): SimulatedFleet {
  const seed = options.seed ?? "fleet test";
  return createSimulatedFleet({
    seed,
    domain: DOMAIN,
    genesis: GENESIS,
    days: 2,
    vehicles: vehiclesOf(seed, 6),
    consentMaskAt: () => CONSENTED,
    ...options,
  });
}

/** All deliveries of the drops of some days, from the first. */
export async function deliveriesOf(fleet: SimulatedFleet, days: number): Promise<Delivery[]> {
  const all: Delivery[] = [];
  for (let drop = 0; drop < days * DROPS_PER_DAY; drop++) all.push(...(await fleet.readingsOfDrop(drop)));
  return all;
}

/** Metres of all honest readings. */
export function metresOf(deliveries: readonly Delivery[]): number {
  return deliveries.reduce((sum, { reading, mischief }) => {
    return mischief === undefined ? sum + reading.odometerEnd - reading.odometerStart : sum;
  }, 0);
}

/**
 * A page's worth of the acceptance rules of docs/protocol.md 5.3, written for these tests alone: what a reading breaks,
 * all of it, against what was accepted before.
 */
export class Acceptance {
  readonly #last = new Map<Hex, Reading>();
  readonly #digests = new Set<Hex>();
  readonly #keys: ReadonlyMap<Hex, ReturnType<typeof createPublicKey>>;

  constructor(vehicles: readonly SimulatedVehicle[]) {
    this.#keys = new Map(
      vehicles.map(({ vehicle, key }) => {
        const spki = Buffer.from(p256Spki(key.publicKey));
        return [vehicle, createPublicKey({ key: spki, format: "der", type: "spki" })];
      }),
    );
  }

  /** @returns The rules that it breaks; none when it is accepted, now or before. */
  take({ reading, signature, deliverInDrop }: Delivery): RefusalCode[] {
    const key = this.#keys.get(reading.vehicle);
    if (key === undefined) return ["READING_VEHICLE_UNKNOWN"];
    const digest = readingDigest(DOMAIN, reading);
    const signed = verify("sha256", fromHex(digest), key, p256Der(signature));
    if (signed && this.#digests.has(digest)) return [];
    const broken = [
      ...(signed ? [] : (["READING_SIGNATURE_INVALID"] as const)),
      ...brokenOf(reading, this.#last.get(reading.vehicle), dropStart(GENESIS, deliverInDrop)),
    ];
    if (broken.length === 0) {
      this.#last.set(reading.vehicle, reading);
      this.#digests.add(digest);
    }
    return broken;
  }
}

function brokenOf(reading: Reading, last: Reading | undefined, dropStartsAt: number): RefusalCode[] {
  if (reading.endedAt <= reading.startedAt) return ["READING_INTERVAL_EMPTY"];
  const metres = reading.odometerEnd - reading.odometerStart;
  const rules: readonly [boolean, RefusalCode][] = [
    [reading.payload === ZERO_HASH, "READING_PAYLOAD_ZERO"],
    [reading.startedAt < GENESIS, "READING_BEFORE_GENESIS"],
    [reading.categories > ALL_CATEGORIES_MASK, "READING_CATEGORY_UNKNOWN"],
    [(reading.categories & 1) === 0, "READING_WITHOUT_MILEAGE"],
    [(reading.categories & ALL_CATEGORIES_MASK & ~CONSENTED) !== 0, "READING_CONSENT_MISSING"],
    [reading.sequence <= (last?.sequence ?? 0), "READING_SEQUENCE_OLD"],
    [reading.startedAt < (last?.endedAt ?? 0), "READING_OVERLAPS"],
    [metres < 0 || reading.odometerStart < (last?.odometerEnd ?? 0), "READING_ODOMETER_BACKWARDS"],
    [metres > MAX_SPEED_MPS * (reading.endedAt - reading.startedAt), "READING_TOO_FAST"],
    [dayOf(GENESIS, reading.startedAt) !== dayOf(GENESIS, reading.endedAt - 1), "READING_ACROSS_DAYS"],
    [reading.endedAt > dropStartsAt + 600, "READING_FROM_FUTURE"],
    [dropStartsAt - reading.endedAt > 604_800, "READING_TOO_OLD"],
  ];
  return rules.filter(([broken]) => broken).map(([, code]) => code);
}
