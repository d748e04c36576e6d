import { type DeviceKey, type DeviceReading, signReading } from "../device/index.ts";
import {
  ALL_CATEGORIES_MASK,
  CATEGORY,
  type Domain,
  DROP_S,
  dayOf,
  type Hex,
  MAX_SPEED_MPS,
  type Reading,
  type RefusalCode,
  type SignedReading,
  ZERO_HASH,
} from "../protocol/index.ts";
import type { RandomStream } from "./random.ts";

/** What goes wrong on purpose, and the refusal that must come of it; `undefined` where nothing is to be refused. */
export const MISCHIEF = {
  "beyond-consent": "READING_CONSENT_MISSING",
  "category-unknown": "READING_CATEGORY_UNKNOWN",
  "from-future": "READING_FROM_FUTURE",
  "interval-empty": "READING_INTERVAL_EMPTY",
  "interval-overlaps": "READING_OVERLAPS",
  "odometer-turned-back": "READING_ODOMETER_BACKWARDS",
  "payload-zero": "READING_PAYLOAD_ZERO",
  "sent-twice": undefined,
  "sequence-replayed": "READING_SEQUENCE_OLD",
  "signature-tampered": "READING_SIGNATURE_INVALID",
  "too-fast": "READING_TOO_FAST",
  "too-old": "READING_TOO_OLD",
  "vehicle-unknown": "READING_VEHICLE_UNKNOWN",
  "without-mileage": "READING_WITHOUT_MILEAGE",
} as const satisfies Record<string, RefusalCode | undefined>;
export type MischiefKind = keyof typeof MISCHIEF;

/** What a forgery is made from. */
export interface ForgeryContext {
  /** The honest reading that is about to be delivered; the forgery goes before it. */
  readonly honest: DeviceReading;
  /** The last honest reading that was delivered. */
  readonly previous: Reading | undefined;
  /** First second of the drop in which it is delivered, unix seconds. */
  readonly now: number;
  readonly genesis: number;
  /** The owner's consent at `now`, a category mask. */
  readonly consented: number;
  readonly key: DeviceKey;
  readonly domain: Domain;
  readonly random: RandomStream;
}

type Change = (context: ForgeryContext) => Partial<Reading> | undefined;

/** What each forgery changes: one thing, so that it is refused for that alone. `undefined` where that cannot be. */
const CHANGES: Readonly<Record<Exclude<MischiefKind, "sent-twice" | "signature-tampered" | "too-old">, Change>> = {
  "beyond-consent": ({ honest, consented }) => {
    const missing = ALL_CATEGORIES_MASK & ~consented;
    return missing === 0 ? undefined : { categories: honest.reading.categories | missing };
  },
  "category-unknown": ({ honest }) => ({ categories: honest.reading.categories | (ALL_CATEGORIES_MASK + 1) }),
  "from-future": ({ honest, now, genesis }) => {
    const endedAt = now + DROP_S + 1;
    return dayOf(genesis, endedAt - 1) === dayOf(genesis, honest.reading.startedAt) ? { endedAt } : undefined;
  },
  "interval-empty": ({ honest }) => ({ endedAt: honest.reading.startedAt }),
  "interval-overlaps": ({ honest, previous, genesis }) => {
    if (previous === undefined) return undefined;
    const startedAt = previous.endedAt - 1;
    return dayOf(genesis, startedAt) === dayOf(genesis, honest.reading.endedAt - 1) ? { startedAt } : undefined;
  },
  "odometer-turned-back": ({ honest }) =>
    honest.reading.odometerStart === 0 ? undefined : { odometerEnd: honest.reading.odometerStart - 1 },
  "payload-zero": () => ({ payload: ZERO_HASH }),
  "sequence-replayed": ({ previous }) => (previous === undefined ? undefined : { sequence: previous.sequence }),
  "too-fast": ({ honest: { reading } }) => ({
    odometerEnd: reading.odometerStart + MAX_SPEED_MPS * (reading.endedAt - reading.startedAt) + 1,
  }),
  "vehicle-unknown": ({ random }) => ({ vehicle: randomBytes32(random) }),
  "without-mileage": ({ honest }) => ({ categories: honest.reading.categories & ~(1 << CATEGORY.mileage) }),
};

/** Kinds that are a forged reading besides the honest one. */
export const FORGERIES: readonly MischiefKind[] = ["signature-tampered", ...(Object.keys(CHANGES) as MischiefKind[])];

/**
 * Makes a forged reading, signed by the device's own key unless the signature is what is wrong.
 * @returns Nothing where that kind is not possible for this reading, or none of {@link FORGERIES}.
 */
export function forge(kind: MischiefKind, context: ForgeryContext): SignedReading | undefined {
  const { honest, key, domain } = context;
  if (kind === "sent-twice" || kind === "too-old") return undefined;
  if (kind === "signature-tampered") return { reading: honest.reading, signature: tampered(honest.signature) };
  const change = CHANGES[kind](context);
  if (change === undefined) return undefined;
  const reading = { ...honest.reading, ...change };
  return { reading, signature: signReading(key, domain, reading) };
}

/** Another last digit of s: still in range and low, and of no message. */
function tampered(signature: Hex): Hex {
  return `${signature.slice(0, -1)}${signature.endsWith("1") ? "2" : "1"}` as Hex;
}

function randomBytes32(random: RandomStream): Hex {
  return `0x${Array.from({ length: 64 }, () => random.integer(0, 15).toString(16)).join("")}`;
}
