import { type Hex, ZERO_HASH } from "../../protocol/codec/bytes.ts";
import { ALL_CATEGORIES_MASK, CATEGORY, MAX_SPEED_MPS } from "../../protocol/codec/codes.ts";
import type { P256PublicKey } from "../../protocol/codec/p256.ts";
import type { Reading } from "../../protocol/codec/reading.ts";
import type { RefusalCode } from "../../protocol/errors.ts";
import { dayOf, dropStart } from "../../protocol/schedule.ts";
import { type ConsentPeriod, consentCovers, consentStands } from "./consents.ts";

/** A device key and when it held: `from` inclusive, `until` exclusive, 0 = still. */
export interface DeviceKeyPeriod extends P256PublicKey {
  readonly from: number;
  readonly until: number;
}

/**
 * How long one account held a vehicle: `since` inclusive, `until` exclusive, 0 = still. A vehicle has one pairing, and within
 * it another holder only after the holder's account moved and the vehicle followed.
 */
export interface HoldingPeriod {
  readonly account: Hex;
  readonly since: number;
  readonly until: number;
}

/** What is known of a vehicle, restrictions that are not final yet included. */
export interface VehicleSituation {
  /** In the order in which they were registered. */
  readonly keys: readonly DeviceKeyPeriod[];
  /** Oldest first; each begins when the one before ends. */
  readonly holders: readonly HoldingPeriod[];
  /** The last accepted reading. */
  readonly last: { readonly sequence: number; readonly endedAt: number; readonly odometerEnd: number } | undefined;
}

/** The moment of acceptance. Times in unix seconds of chain time. */
export interface IntakeMoment {
  readonly genesis: number;
  readonly chainTime: number;
  /** The drop that takes what is accepted now. */
  readonly drop: number;
  /** Rules of the drop's day. */
  readonly readingMaxAgeS: number;
}

/** Consent for mining of the account that held the vehicle during a reading. */
export interface MiningConsent {
  readonly periods: readonly ConsentPeriod[];
  /** A signed withdrawal was received and is not on chain yet. */
  readonly withdrawalPending: boolean;
}

/** The newest device key that held at a moment, if any: VehicleRegistry's `deviceKeyAt`. */
export function deviceKeyAt(keys: readonly DeviceKeyPeriod[], time: number): DeviceKeyPeriod | undefined {
  return keys.findLast(({ from, until }) => from <= time && (until === 0 || time < until));
}

/** The account that held the vehicle throughout a reading, if one did: VehicleRegistry's `ownerThroughout`. */
export function holderThroughout(
  { holders }: Pick<VehicleSituation, "holders">,
  { startedAt, endedAt }: Pick<Reading, "startedAt" | "endedAt">,
): Hex | undefined {
  return holders.find(({ since, until }) => since <= startedAt && (until || Infinity) >= endedAt)?.account;
}

/**
 * What is wrong with a reading by itself, whatever the state (docs/protocol.md 5.1–5.3).
 * @returns A refusal code, or undefined when nothing is.
 */
export function checkShape(reading: Reading, genesis: number): RefusalCode | undefined {
  const { startedAt, endedAt } = reading;
  if (reading.payload === ZERO_HASH) return "READING_PAYLOAD_ZERO";
  if (reading.categories > ALL_CATEGORIES_MASK) return "READING_CATEGORY_UNKNOWN";
  if (((reading.categories >> CATEGORY.mileage) & 1) === 0) return "READING_WITHOUT_MILEAGE";
  if (endedAt <= startedAt) return "READING_INTERVAL_EMPTY";
  if (startedAt < genesis) return "READING_BEFORE_GENESIS";
  if (dayOf(genesis, startedAt) !== dayOf(genesis, endedAt - 1)) return "READING_ACROSS_DAYS";
  const distanceM = reading.odometerEnd - reading.odometerStart;
  if (distanceM < 0) return "READING_ODOMETER_BACKWARDS";
  if (distanceM > MAX_SPEED_MPS * (endedAt - startedAt)) return "READING_TOO_FAST";
  return undefined;
}

/**
 * What is wrong with a well-formed, well-signed reading in the present state (docs/protocol.md 5.3).
 * @returns A refusal code, or undefined when it is to be accepted.
 */
export function checkState(
  reading: Reading,
  vehicle: VehicleSituation,
  consent: MiningConsent,
  moment: IntakeMoment,
): RefusalCode | undefined {
  return checkTime(reading, moment) ?? checkOrder(reading, vehicle) ?? checkRights(reading, vehicle, consent, moment);
}

// A reading that ended by the chain's time can no longer be touched by a later block's pairing or key.
function checkTime(reading: Reading, moment: IntakeMoment): RefusalCode | undefined {
  if (reading.endedAt > moment.chainTime) return "READING_FROM_FUTURE";
  const ageS = dropStart(moment.genesis, moment.drop) - reading.endedAt;
  return ageS > moment.readingMaxAgeS ? "READING_TOO_OLD" : undefined;
}

function checkOrder(reading: Reading, { last }: VehicleSituation): RefusalCode | undefined {
  if (last === undefined) return undefined;
  if (reading.sequence <= last.sequence) return "READING_SEQUENCE_OLD";
  if (reading.startedAt < last.endedAt) return "READING_OVERLAPS";
  return reading.odometerStart < last.odometerEnd ? "READING_ODOMETER_BACKWARDS" : undefined;
}

function checkRights(
  reading: Reading,
  vehicle: VehicleSituation,
  consent: MiningConsent,
  moment: IntakeMoment,
): RefusalCode | undefined {
  const { startedAt, endedAt, categories } = reading;
  if (holderThroughout(vehicle, reading) === undefined) return "READING_VEHICLE_UNPAIRED";
  const { periods, withdrawalPending } = consent;
  const newest = periods.at(-1);
  if (withdrawalPending || (newest !== undefined && newest.revoked !== 0)) return "READING_CONSENT_WITHDRAWN";
  const standsAt = Math.max(endedAt, dropStart(moment.genesis, moment.drop));
  const covered =
    consentCovers(periods, categories, { from: startedAt, to: endedAt }) &&
    consentStands(periods, categories, standsAt) &&
    consentStands(periods, categories, moment.chainTime);
  return covered ? undefined : "READING_CONSENT_MISSING";
}
