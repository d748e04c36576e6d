import type { Device, DeviceKey, DeviceReading, PayloadOpening, SkipCode } from "../device/index.ts";
import {
  CairnError,
  type Domain,
  dropStart,
  type Hex,
  type Reading,
  type RefusalCode,
  readingDigest,
  type SignedReading,
} from "../protocol/index.ts";
import { type FeedEvent, isMark, type SampleFeed } from "./feed.ts";
import { FORGERIES, forge, MISCHIEF, type MischiefKind } from "./mischief.ts";
import type { RandomStream } from "./random.ts";

/** A signed reading that is to be delivered in a drop. */
export interface Delivery extends SignedReading {
  readonly vehicle: Hex;
  /** EIP-712 digest of the reading. */
  readonly digest: Hex;
  readonly deliverInDrop: number;
  /** What the owner keeps; a forgery has none. */
  readonly opening?: PayloadOpening;
  /** What is wrong with it on purpose, and the refusal that must come of it, if any. */
  readonly mischief?: { readonly kind: MischiefKind; readonly expected: RefusalCode | undefined };
}

/** A vehicle of a fleet in one ownership: its device and where its samples come from. */
export interface FleetMember {
  readonly device: Device;
  readonly key: DeviceKey;
  readonly feed: SampleFeed;
  /** First second of the ownership, unix seconds. */
  readonly from: number;
  /** End of the ownership, unix seconds. The device then delivers what it has, and is done. */
  readonly until: number;
  /** Whether it can deliver at a time; by default always. */
  readonly isOnline?: (time: number) => boolean;
  /** Where its mischief is drawn from; without it there is none. */
  readonly mischief?: RandomStream;
}

export interface FleetOptions {
  /** VehicleRegistry's EIP-712 domain. */
  readonly domain: Domain;
  /** First second of day 0, unix seconds. */
  readonly genesis: number;
  /** The consent for mining of a vehicle's owner at a time: a category mask, 0 for none. */
  readonly consentMaskAt: (vehicle: Hex, time: number) => number;
  /** How old a reading may be by the rules, seconds: older ones are labelled `too-old`. */
  readonly readingMaxAgeS: number;
  /** Forgeries and repetitions for each honest reading, and of which kinds. */
  readonly mischief: { readonly rate: number; readonly kinds: readonly MischiefKind[] };
}

interface Running {
  readonly member: FleetMember;
  queue: DeviceReading[];
  previous: Reading | undefined;
  ended: boolean;
}

/** Kinds of mischief that a rate is for; `too-old` comes of being out of reach. */
export const MISCHIEF_BY_RATE: readonly MischiefKind[] = [...FORGERIES, "sent-twice"];

/**
 * Drives a fleet drop by drop: feeds give samples, devices make readings of them, and what can be delivered is. It
 * holds what cars out of reach have not delivered yet, and nothing else.
 */
export class Fleet {
  readonly #options: FleetOptions;
  readonly #running = new Map<Hex, Running>();
  #lastDrop = -1;
  #withheld = 0;

  constructor(options: FleetOptions) {
    this.#options = options;
  }

  /** Readings that stayed in the car for ever, since consent for them had ended before they could be delivered. */
  get withheld(): number {
    return this.#withheld;
  }

  /**
   * Adds a vehicle; order of adding is order of delivery within a drop.
   * @throws ARGUMENT_INVALID when the fleet has it already.
   */
  add(member: FleetMember): void {
    const { vehicle } = member.device;
    if (this.#running.has(vehicle)) throw new CairnError("ARGUMENT_INVALID", `vehicle ${vehicle} is there twice`);
    this.#running.set(vehicle, { member, queue: [], previous: undefined, ended: false });
  }

  /**
   * Drives up to the drop's first second and gives what is delivered in that drop. Every honest reading among it ended
   * at or before that second.
   * @param drop Number of the drop; higher than in the call before.
   * @throws ARGUMENT_INVALID when it is not.
   */
  async readingsOfDrop(drop: number): Promise<Delivery[]> {
    if (!Number.isSafeInteger(drop) || drop <= this.#lastDrop) {
      throw new CairnError("ARGUMENT_INVALID", `drop ${drop} after drop ${this.#lastDrop}`);
    }
    this.#lastDrop = drop;
    const now = dropStart(this.#options.genesis, drop);
    const deliveries: Delivery[] = [];
    for (const [vehicle, running] of this.#running) {
      if (running.member.from > now) continue;
      await this.#drive(running, now);
      if (!running.ended && !(running.member.isOnline?.(now) ?? true)) continue;
      this.#deliver(running, drop, now, deliveries);
      if (running.ended) this.#running.delete(vehicle);
    }
    return deliveries;
  }

  async #drive(running: Running, now: number): Promise<void> {
    const { feed, device, until } = running.member;
    // The second of the release is not its own any more: a reading must end while the device's key still holds.
    const coming = feed.until(Math.min(now, until - 1));
    for (const event of Array.isArray(coming) ? coming : await coming) running.queue.push(...push(device, event));
    if (now < until) {
      running.queue.push(...device.rest(now));
      return;
    }
    running.queue.push(...device.endTrip());
    running.ended = true;
  }

  #deliver(running: Running, drop: number, now: number, out: Delivery[]): void {
    const { genesis, consentMaskAt, readingMaxAgeS } = this.#options;
    const { vehicle } = running.member.device;
    const consented = running.queue.length === 0 ? 0 : consentMaskAt(vehicle, now);
    for (const honest of running.queue) {
      const { reading } = honest;
      if ((reading.categories & ~consented) !== 0) {
        this.#withheld++;
        continue;
      }
      const delivery: Delivery = { ...honest, vehicle, deliverInDrop: drop };
      if (now - reading.endedAt > readingMaxAgeS) {
        out.push({ ...delivery, mischief: { kind: "too-old", expected: MISCHIEF["too-old"] } });
        continue;
      }
      const kind = this.#drawMischief(running.member);
      if (kind !== undefined) {
        const { key } = running.member;
        const random = running.member.mischief as RandomStream;
        const { domain } = this.#options;
        const forged = forge(kind, {
          honest,
          previous: running.previous,
          now,
          genesis,
          consented,
          key,
          domain,
          random,
        });
        if (forged !== undefined) out.push(this.#forgery(forged, kind, drop));
      }
      out.push(delivery);
      if (kind === "sent-twice") out.push({ ...delivery, mischief: { kind, expected: MISCHIEF[kind] } });
      running.previous = reading;
    }
    running.queue = [];
  }

  #drawMischief({ mischief: random }: FleetMember): MischiefKind | undefined {
    const { rate, kinds } = this.#options.mischief;
    const [first, ...others] = kinds;
    if (random === undefined || first === undefined || !random.chance(rate)) return undefined;
    return random.pick([first, ...others]);
  }

  #forgery(forged: SignedReading, kind: MischiefKind, drop: number): Delivery {
    return {
      ...forged,
      vehicle: forged.reading.vehicle,
      digest: readingDigest(this.#options.domain, forged.reading),
      deliverInDrop: drop,
      mischief: { kind, expected: MISCHIEF[kind] },
    };
  }
}

function push(device: Device, event: FeedEvent): DeviceReading[] {
  if (!isMark(event)) return device.push(event);
  if (event.mark === "trip-ends") return device.endTrip();
  device.switchTripOff();
  return [];
}

/** What the devices of a fleet did not count, by code; codes that did not occur are left out. */
export function sumSkipped(all: readonly Readonly<Record<SkipCode, number>>[]): Partial<Record<SkipCode, number>> {
  const sums: Partial<Record<SkipCode, number>> = {};
  for (const skipped of all) {
    for (const [code, count] of Object.entries(skipped) as [SkipCode, number][]) {
      if (count > 0) sums[code] = (sums[code] ?? 0) + count;
    }
  }
  return sums;
}
