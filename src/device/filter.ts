import { ALL_CATEGORIES_MASK, CATEGORY, type LetOutSample, SIGNAL_LIST, type SignalName } from "../protocol/index.ts";
import type { RawSample } from "./raw-sample.ts";

export const MILEAGE_MASK = 1 << CATEGORY.mileage;
export const TAKEOVERS_MASK = 1 << CATEGORY.takeovers;

/**
 * The categories that may leave under a consent. Without mileage there is no reading that could carry anything, so then
 * nothing leaves; nor does a category that does not exist.
 * @param consented Category mask of the owner's consent; 0 = none, which is the state a car is delivered in.
 */
export function effectiveMask(consented: number): number {
  return (consented & MILEAGE_MASK) === 0 ? 0 : consented & ALL_CATEGORIES_MASK;
}

/**
 * The on-board filter: copies the signals of consented categories and nothing else. It lists what may pass, not what
 * may not: a field that is unknown, not a number, not finite or out of its signal's bounds has no way out.
 * @param sample Signals as the car has them.
 * @param consented Category mask of the owner's consent at that time.
 * @returns The signals that may leave, rounded to their signal's precision.
 */
export function letOut(sample: RawSample, consented: number): LetOutSample {
  const mask = effectiveMask(consented);
  const values: Partial<Record<SignalName, number>> = {};
  if (mask === 0) return { time: sample.time, values };
  for (const signal of SIGNAL_LIST) {
    if ((signal.mask & mask) === 0 || !Object.hasOwn(sample, signal.name)) continue;
    const value: unknown = sample[signal.name];
    if (typeof value !== "number" || !(value >= signal.min && value <= signal.max)) continue;
    // `+ 0` turns -0 into 0, which would not survive the encoding.
    values[signal.name] = Math.round(value * signal.scale) / signal.scale + 0;
  }
  return { time: sample.time, values };
}

/** The categories of which a let-out sample carries something, as a mask. */
export function maskOf(sample: LetOutSample): number {
  let mask = 0;
  for (const signal of SIGNAL_LIST) if (sample.values[signal.name] !== undefined) mask |= signal.mask;
  return mask;
}
