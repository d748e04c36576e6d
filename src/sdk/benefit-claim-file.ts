import { Fields, invalid } from "../evidence/fields.ts";
import type { Hex, RoundLeaf } from "../protocol/index.ts";

/** The wish to have a part of a benefit round paid, as it is signed (docs/protocol.md 13.4). */
export interface BenefitClaim {
  /** Who signs: the account that stands for that of the part. */
  readonly account: Hex;
  readonly round: number;
  /** The part's place in the round's tree. */
  readonly index: number;
  /** Who is paid. */
  readonly to: Hex;
  /** Last moment at which it may be carried out, unix seconds; at most a day ahead. */
  readonly deadline: number;
}

/** A signed claim, with all that whoever sends it needs. It is plain JSON. */
export interface BenefitClaimFile {
  readonly type: "cairn.benefit-claim/1";
  readonly chainId: number;
  /** The contract of benefit rounds. */
  readonly benefitRounds: Hex;
  readonly claim: BenefitClaim;
  /** The part, its weight as decimal text. */
  readonly leaf: Omit<RoundLeaf, "weight"> & { readonly weight: string };
  readonly proof: readonly Hex[];
  /** `kind ‖ data`, as contracts take it. */
  readonly signature: Hex;
}

/**
 * Reads a signed claim from parsed JSON.
 * @throws EVIDENCE_INVALID naming the first field that is missing or not of its form.
 */
export function parseBenefitClaimFile(value: unknown): BenefitClaimFile {
  const file = new Fields(value, "");
  if (file.text("type") !== "cairn.benefit-claim/1") throw invalid("type", "cairn.benefit-claim/1");
  const { leaf, proof } = parseBenefitPart(file);
  return {
    type: "cairn.benefit-claim/1",
    chainId: file.whole("chainId"),
    benefitRounds: file.hex("benefitRounds", 20),
    claim: parseClaim(file.object("claim")),
    leaf: { ...leaf, weight: leaf.weight.toString() },
    proof,
    signature: file.bytes("signature"),
  };
}

/** A part of a round with its proof, in a file or in an operator's answer. @throws EVIDENCE_INVALID. */
export function parseBenefitPart(part: Fields): { readonly leaf: RoundLeaf; readonly proof: readonly Hex[] } {
  const leaf = part.object("leaf");
  return {
    leaf: {
      round: wholeOf(leaf, "round", 32),
      index: wholeOf(leaf, "index", 40),
      account: leaf.hex("account", 20),
      weight: leaf.units("weight"),
      salt: leaf.hex("salt", 32),
    },
    proof: part.proof("proof"),
  };
}

function parseClaim(claim: Fields): BenefitClaim {
  return {
    account: claim.hex("account", 20),
    round: wholeOf(claim, "round", 32),
    index: wholeOf(claim, "index", 40),
    to: claim.hex("to", 20),
    deadline: wholeOf(claim, "deadline", 40),
  };
}

/** A whole number of so many bits, as the contract takes it. */
function wholeOf(fields: Fields, field: string, bits: 32 | 40): number {
  const value = fields.whole(field);
  if (value >= 2 ** bits) throw invalid(field, `below 2^${bits}`);
  return value;
}
