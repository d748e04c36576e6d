import { isSignedByDevice } from "../evidence/device-signature.ts";
import { rootOfProof } from "../evidence/proofs.ts";
import {
  type Deployment,
  type Hex,
  hashMetresLeaf,
  hashMileageLeaf,
  hashStonesLeaf,
  type P256PublicKey,
  readingDigest,
  signatureHash,
  signingDomain,
} from "../protocol/index.ts";
import type { Contribution, ContributionContracts, DayProof } from "./contribution-file.ts";

/** One thing that was looked at. */
export interface ContributionCheck {
  readonly check: ContributionCheckName;
  readonly ok: boolean;
  readonly expected: string;
  readonly actual: string;
}

/** What can be wrong with a contribution file or a day proof, and what that would mean. */
export const CONTRIBUTION_CHECKS = {
  chain: "the file speaks of this chain and these contracts",
  "reading-digest": "receipt and leaf name the digest of this reading",
  "device-signature": "the car's device key signed the reading",
  "signature-hash": "the leaf names the device's signature",
  "receipt-account": "receipt and leaf name the same account",
  "receipt-drop": "receipt and leaf name the same drop",
  "receipt-signature": "a receipt key of the programme signed the receipt",
  "chain-root": "the root is the one on the chain",
  proof: "the leaf stands under the root",
  "stones-root": "the root of stones is the one on the chain",
  "stones-proof": "the leaf of stones stands under its root",
  "metres-root": "the root of metres is the one on the chain",
  "metres-proof": "the leaf of metres stands under its root",
  "same-account": "both leaves name the same account and index",
} as const;
export type ContributionCheckName = keyof typeof CONTRIBUTION_CHECKS;

/** What the chain says, as far as a contribution needs it. */
export interface ContributionFacts {
  readonly deployment: Deployment;
  /** Root of the leaf's drop; nothing when it is not anchored. */
  readonly root: Hex | undefined;
  /** The vehicle's device key at the reading's end; nothing when none held. */
  readonly deviceKey: P256PublicKey | undefined;
  /** Address that signed the receipt; nothing when the signature is of no address. */
  readonly receiptSigner: Hex | undefined;
  /** Whether that address was a receipt key during the drop. */
  readonly isReceiptKey: boolean;
}

/** What the chain says, as far as a day proof needs it. */
export interface DayProofFacts {
  readonly deployment: Deployment;
  /** Nothing when the day is not settled. */
  readonly settlement: { readonly stonesRoot: Hex; readonly metresRoot: Hex } | undefined;
}

const NONE = "none";

/**
 * Checks a contribution against facts of the chain. Pure; it leaves nothing out when something is wrong.
 * @returns Every check, in the order in which the file hangs together.
 */
export function checkContribution(file: Contribution, facts: ContributionFacts): ContributionCheck[] {
  const { reading, receipt, leaf } = file;
  const digest = readingDigest(signingDomain(facts.deployment, "Reading"), reading);
  const deviceSigned = isSignedByDevice(facts.deviceKey, digest, file.readingSignature) ? "valid" : "invalid";
  const signer = facts.receiptSigner ?? NONE;
  return [
    chainCheck(file, facts.deployment),
    equal("reading-digest", digest, leaf.readingDigest === receipt.readingDigest ? leaf.readingDigest : NONE),
    equal("device-signature", "valid", deviceSigned),
    equal("signature-hash", signatureHash(file.readingSignature), leaf.signatureHash),
    equal("receipt-account", receipt.account, leaf.account),
    equal("receipt-drop", String(receipt.drop), String(leaf.drop)),
    equal("receipt-signature", "by a receipt key", facts.isReceiptKey ? "by a receipt key" : `by ${signer}`),
    equal("chain-root", facts.root ?? NONE, file.root),
    equal("proof", file.root, rootOfProof(hashMileageLeaf(leaf), file.proof)),
  ];
}

/**
 * Checks a day proof against facts of the chain. Pure.
 * @returns Every check.
 */
export function checkDayProof(file: DayProof, facts: DayProofFacts): ContributionCheck[] {
  const { stonesLeaf, metresLeaf } = file;
  return [
    chainCheck(file, facts.deployment),
    equal("same-account", `${stonesLeaf.account} ${stonesLeaf.index}`, `${metresLeaf.account} ${metresLeaf.index}`),
    equal("stones-root", facts.settlement?.stonesRoot ?? NONE, file.stonesRoot),
    equal("stones-proof", file.stonesRoot, rootOfProof(hashStonesLeaf(stonesLeaf), file.stonesProof)),
    equal("metres-root", facts.settlement?.metresRoot ?? NONE, file.metresRoot),
    equal("metres-proof", file.metresRoot, rootOfProof(hashMetresLeaf(metresLeaf), file.metresProof)),
  ];
}

function chainCheck(file: { chainId: number; contracts: ContributionContracts }, { chainId, contracts }: Deployment) {
  const place = (id: number, at: ContributionContracts) =>
    `${id} ${at.dropAnchor} ${at.vehicleRegistry} ${at.stoneLedger}`.toLowerCase();
  return equal("chain", place(chainId, contracts), place(file.chainId, file.contracts));
}

function equal(check: ContributionCheckName, expected: string, actual: string): ContributionCheck {
  return { check, ok: expected === actual, expected, actual };
}
