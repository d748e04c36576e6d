import { createHash } from "node:crypto";

/** A stream of pseudo-random numbers. Not for secrets. */
export interface RandomStream {
  /** Uniform in [0, 1), with 32 bits. */
  float(): number;
  /** A whole number, uniform in [min, max]. */
  integer(min: number, max: number): number;
  /** Uniform in [min, max). */
  between(min: number, max: number): number;
  /** Normally distributed, held within four deviations. */
  normal(mean: number, deviation: number): number;
  /** True with that probability. */
  chance(probability: number): boolean;
  /** One of a list that is not empty. */
  pick<T>(items: readonly [T, ...T[]]): T;
}

/**
 * The stream that belongs to a seed and a path of labels: xoshiro128** (Blackman and Vigna, 2018), its state being the
 * first 128 bits of SHA-256 over the labels. Each path has a stream of its own, so that one more car, or one more
 * number drawn for a car's Monday, changes nothing for any other car or day.
 * @param seed Any text; the same seed gives the same streams.
 * @param path Labels, such as a vehicle's name and a day.
 */
export function randomStream(seed: string, ...path: readonly (string | number)[]): RandomStream {
  const digest = createHash("sha256")
    .update(JSON.stringify([seed, ...path]))
    .digest();
  const word = (at: number): number => digest.readUInt32LE(4 * at);
  const next = xoshiro128([word(0), word(1), word(2), word(3)]);
  const float = (): number => next() / 2 ** 32;
  return {
    float,
    integer: (min, max) => min + Math.floor(float() * (max - min + 1)),
    between: (min, max) => min + float() * (max - min),
    normal: (mean, deviation) => {
      // Box-Muller; 1 - float() is never 0.
      const z = Math.sqrt(-2 * Math.log(1 - float())) * Math.cos(2 * Math.PI * float());
      return mean + deviation * Math.max(-4, Math.min(4, z));
    },
    chance: (probability) => float() < probability,
    pick: <T>(items: readonly [T, ...T[]]) => items[Math.floor(float() * items.length)] as T,
  };
}

/** The generator itself, from a state of four 32-bit words that are not all 0. Gives 32-bit numbers. */
export function xoshiro128(state: readonly [number, number, number, number]): () => number {
  let [a, b, c, d] = state;
  return () => {
    const result = Math.imul(rotate(Math.imul(b, 5), 7), 9) >>> 0;
    const shifted = b << 9;
    c ^= a;
    d ^= b;
    b ^= c;
    a ^= d;
    c ^= shifted;
    d = rotate(d, 11);
    return result;
  };
}

function rotate(x: number, bits: number): number {
  return (x << bits) | (x >>> (32 - bits));
}
