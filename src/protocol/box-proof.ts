import type { Hex } from "./codec/bytes.ts";
import { hashWords } from "./codec/keccak.ts";
import { type DrawRules, drawOutcome, drawSeed, drawTier, MAX_SEASON_DROPS, winTier } from "./draws.ts";

/** What a box was drawn with. */
export interface BoxDraw {
  /** What the season committed to before it began. */
  readonly tip: Hex;
  /** Which drop with requests of the season it was, counted from 1: so many hashes lead from the link to the tip. */
  readonly position: number;
  /** What the operator revealed after the drop. */
  readonly link: Hex;
  /** Hash of the block after the request's. */
  readonly blockHash: Hex;
  /** keccak256(abi.encode(link, blockHash)). */
  readonly seed: Hex;
  /** keccak256(abi.encode(seed, salt, account, number)). */
  readonly outcome: Hex;
}

/** Everything that a box's tier follows from (docs/protocol.md 9.3): enough to compute it again. Plain JSON. */
export interface BoxProof {
  readonly account: Hex;
  /** Of the account's boxes, counted from 0 over all seasons. */
  readonly number: number;
  readonly season: number;
  readonly drop: number;
  readonly requestBlock: number;
  /** Chosen by the account; decimal text. */
  readonly salt: string;
  readonly rules: DrawRules;
  /** Missing when the reveal was late: then the guaranteed tier stands in the place of a draw. */
  readonly draw?: BoxDraw;
  /** The tier that was drawn, before the guarantee. */
  readonly drawn: number;
  /** The account's boxes in a row below the guaranteed tier, in this season and before this box. */
  readonly misses: number;
  /** What the chain says that the box won. */
  readonly tier: number;
}

/** What a proof is made from: what the chain says, with nothing computed. */
export type BoxFacts = Omit<BoxProof, "draw" | "drawn"> & { readonly draw?: Omit<BoxDraw, "seed" | "outcome"> };

/** What is checked of a proof. */
export const BOX_CHECKS = {
  link: "the link leads to the tip that the season committed to",
  seed: "the seed follows from the link and the hash of the block after the request",
  outcome: "the outcome follows from the seed, the salt, the account and the box's number",
  drawn: "the tier drawn follows from the outcome and the season's weights",
  tier: "the tier won follows from the tier drawn and the guarantee",
} as const;

/** One check of a proof; what was expected is computed from the rest of the proof. */
export interface BoxCheck {
  readonly check: keyof typeof BOX_CHECKS;
  readonly ok: boolean;
  readonly expected: string;
  readonly actual: string;
}

/** Completes what the chain says of a box to a proof. */
export function proveBox({ draw, ...facts }: BoxFacts): BoxProof {
  if (draw === undefined) return { ...facts, drawn: facts.rules.guaranteedTier };
  const seed = drawSeed(draw.link, draw.blockHash);
  const outcome = outcomeOf(facts, seed);
  return { ...facts, draw: { ...draw, seed, outcome }, drawn: drawTier(facts.rules.weights, outcome) };
}

/**
 * Computes a box again. That its facts are the chain's is for the caller to see to: the SDK's `getBoxProof` takes them from
 * there.
 * @throws ARGUMENT_INVALID when a hash or number is of another form.
 */
export function verifyBox(proof: BoxProof): { readonly valid: boolean; readonly checks: readonly BoxCheck[] } {
  const { draw, rules, drawn, misses, tier } = proof;
  const compare = (check: BoxCheck["check"], expected: Hex | number, actual: Hex | number): BoxCheck => ({
    ...{ check, expected: String(expected), actual: String(actual) },
    ok: expected === actual,
  });
  const expectedDraw = draw === undefined ? rules.guaranteedTier : drawTier(rules.weights, draw.outcome);
  const checks = [
    ...(draw === undefined
      ? []
      : [
          compare("link", draw.tip, tipOf(draw)),
          compare("seed", drawSeed(draw.link, draw.blockHash), draw.seed),
          compare("outcome", outcomeOf(proof, draw.seed), draw.outcome),
        ]),
    compare("drawn", expectedDraw, drawn),
    compare("tier", winTier(drawn, misses, rules), tier),
  ];
  return { valid: checks.every(({ ok }) => ok), checks };
}

function outcomeOf({ account, salt, number }: Pick<BoxProof, "account" | "salt" | "number">, seed: Hex): Hex {
  return drawOutcome(seed, { account, salt: BigInt(salt), number });
}

function tipOf({ link, position }: Pick<BoxDraw, "link" | "position">): Hex {
  let hash = link;
  for (let i = 0; i < Math.min(position, MAX_SEASON_DROPS); i++) hash = hashWords([hash]);
  return hash;
}
