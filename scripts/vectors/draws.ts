import { encodeAbiParameters, type Hex, keccak256, numberToHex } from "viem";
import { address, below, bytes32 } from "./values.ts";

const WORD = { type: "bytes32" } as const;
const REQUEST = [WORD, { type: "uint96" }, { type: "address" }, { type: "uint256" }] as const;
const MAX_WEIGHTS = 2 ** 32 - 1;
const MAX_SALT = 2n ** 96n - 1n;
const MAX_BOXES = 2 ** 24 - 1;

/** The links of a chain, made from its end, and what commits to them. */
function chain(label: string, count: number) {
  let tip = bytes32(label);
  const last = tip;
  const links: Hex[] = [];
  while (links.length < count) {
    links.unshift(tip);
    tip = keccak256(encodeAbiParameters([WORD], [tip]));
  }
  return { last, count, links, tip };
}

function seed(label: string) {
  const [link, blockHash] = [bytes32(`link ${label}`), bytes32(`block ${label}`)];
  return { link, blockHash, seed: keccak256(encodeAbiParameters([WORD, WORD], [link, blockHash])) };
}

/** The tier whose tickets begin last among those that do not begin after the given one. */
function tierOf(weights: readonly number[], outcome: bigint): number {
  const sums = weights.map((_, tier) => weights.slice(0, tier).reduce((sum, weight) => sum + BigInt(weight), 0n));
  const all = weights.reduce((sum, weight) => sum + BigInt(weight), 0n);
  return sums.findLastIndex((sum) => sum <= outcome % all);
}

function tier(weights: readonly number[], outcome: bigint) {
  return { weights, outcome: numberToHex(outcome, { size: 32 }), tier: tierOf(weights, outcome) };
}

/** The first and last ticket of each tier, and the same a few rounds of all tickets later. */
function edges(weights: readonly number[]) {
  const all = weights.reduce((sum, weight) => sum + BigInt(weight), 0n);
  let first = 0n;
  return weights.flatMap((weight) => {
    const begin = first;
    first += BigInt(weight);
    return [begin, first - 1n, begin + 7n * all].map((outcome) => tier(weights, outcome));
  });
}

interface Opening {
  readonly label: string;
  readonly firstBox: number;
  readonly count: number;
  readonly salt: bigint;
  readonly weights: readonly number[];
  readonly guarantee: number;
  readonly guaranteedTier: number;
  readonly misses: number;
}

/** A request opened: the hash of each box, the tier that it draws, and what the guarantee makes of it. */
function opening({ label, salt, ...given }: Opening) {
  const { weights, guarantee, guaranteedTier } = given;
  const [hash, account] = [bytes32(`seed ${label}`), address(`account ${label}`)];
  let missesAfter = given.misses;
  const boxes = [...Array(given.count).keys()].map((k) => {
    const number = BigInt(given.firstBox + k);
    const outcome = keccak256(encodeAbiParameters(REQUEST, [hash, salt, account, number]));
    const drawn = tierOf(weights, BigInt(outcome));
    const isMiss = drawn > guaranteedTier;
    const isGuaranteed = isMiss && missesAfter === guarantee;
    missesAfter = !isMiss || isGuaranteed ? 0 : missesAfter + 1;
    return { outcome, tier: isGuaranteed ? guaranteedTier : drawn };
  });
  const outcomes = boxes.map((box) => box.outcome);
  return { seed: hash, account, salt: `${salt}`, ...given, outcomes, tiers: boxes.map((box) => box.tier), missesAfter };
}

const EIGHT = [1, 4, 25, 70, 150, 50, 200, 500];
const SIXTEEN = [...Array(16).keys()].map((n) => 1 + below(1_000, `weight ${n}`));
const LARGEST = [1, MAX_WEIGHTS - 2, 1];

/** Hash chains, seeds, the tiers of hashes at the edges of every tier, and requests opened under guarantees of every kind. */
export function drawVectors() {
  const eight = { weights: EIGHT, guarantee: 3, guaranteedTier: 4, misses: 0 };
  const salt = BigInt(bytes32("salt")) >> 160n;
  return {
    chains: [chain("chain of one", 1), chain("chain of five", 5)],
    seeds: ["a", "b", "c"].map(seed),
    tiers: [
      ...[[7], [1, 1], EIGHT, [...EIGHT, 9], SIXTEEN, LARGEST].flatMap(edges),
      ...["x", "y", "z"].flatMap((label) =>
        [EIGHT, SIXTEEN, LARGEST].map((weights) => tier(weights, BigInt(bytes32(`outcome ${label}`)))),
      ),
      tier(EIGHT, 2n ** 256n - 1n),
    ],
    openings: [
      opening({ label: "first", firstBox: 0, count: 1, salt: 0n, ...eight }),
      opening({ label: "ten", firstBox: 20, count: 10, salt, ...eight }),
      opening({ label: "largest", firstBox: MAX_BOXES - 10, count: 10, salt: MAX_SALT, ...eight }),
      opening({ label: "one miss left", firstBox: 1, count: 10, salt, ...eight, misses: 2 }),
      opening({ label: "no miss left", firstBox: 2, count: 10, salt, ...eight, misses: 3 }),
      opening({ label: "no miss ever", firstBox: 3, count: 10, salt, ...eight, guarantee: 0 }),
      opening({ label: "always a miss", firstBox: 4, count: 10, salt, ...eight, guarantee: 65_534, misses: 65_000 }),
      opening({ label: "best", firstBox: 5, count: 10, salt, ...eight, guaranteedTier: 0, guarantee: 9 }),
      opening({ label: "worst", firstBox: 6, count: 10, salt, ...eight, guaranteedTier: 7 }),
      opening({ label: "sixteen", firstBox: 7, count: 10, salt, ...eight, weights: SIXTEEN, guaranteedTier: 10 }),
    ],
  };
}
