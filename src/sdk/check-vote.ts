import { rootOfProof } from "../evidence/proofs.ts";
import { type Deployment, type Hex, hashVoteLeaf, signingDomain, typedDigest } from "../protocol/index.ts";
import type { CountedVote, VoteFile } from "./vote-file.ts";

/** What can be wrong with a vote's file, and what that would mean. */
export const VOTE_CHECKS = {
  place: "the file speaks of this chain and its polls",
  "vote-digest": "the receipt names this vote",
  "receipt-signature": "a receipt key of the programme signed the receipt",
  "receipt-time": "the vote was received while the poll was open",
  counted: "the vote has a leaf",
  leaf: "the leaf is of this vote",
  weight: "the vote weighs what the poll gives it",
  "chain-root": "the root is the result's on the chain",
  proof: "the leaf stands under the root",
} as const;

/** One thing that was looked at. */
export interface VoteCheck {
  readonly check: keyof typeof VOTE_CHECKS;
  readonly ok: boolean;
  readonly expected: string;
  readonly actual: string;
}

/** What the chain says, as far as a receipt needs it. */
export interface VoteReceiptFacts {
  readonly deployment: Deployment;
  /** First second of voting, and the first after it. */
  readonly opensAt: number;
  readonly closesAt: number;
  /** Address that signed the receipt; nothing when the signature is of no address. */
  readonly receiptSigner: Hex | undefined;
  /** Whether that address was a receipt key when the vote was received. */
  readonly isReceiptKey: boolean;
}

/** What the chain says, as far as a vote's file needs it. */
export interface VoteFacts extends VoteReceiptFacts {
  /** Root of the poll's result. */
  readonly root: Hex;
  /** 1, or the stones of the account's leaf of the poll's day; nothing when that leaf is not known, and is not looked at. */
  readonly weight: bigint | undefined;
}

const NONE = "none";

/**
 * Checks a vote's file against facts of the chain. Pure; it leaves nothing out when something is wrong.
 * @returns Every check, in the order in which the file hangs together (docs/protocol.md 13.2).
 */
export function checkVote(file: VoteFile, facts: VoteFacts): VoteCheck[] {
  const { counted } = file;
  return [
    ...checkVoteReceipt(file, facts),
    compare("counted", "a leaf", counted === undefined ? NONE : "a leaf"),
    ...(counted === undefined ? [] : checkCounted(file, counted, facts)),
  ];
}

/** Checks what stands in a vote's file before the poll has a result. Pure. */
export function checkVoteReceipt(file: VoteFile, facts: VoteReceiptFacts): VoteCheck[] {
  const { deployment, opensAt, closesAt, receiptSigner, isReceiptKey } = facts;
  const { receivedAt } = file.receipt;
  const place = (chainId: number, polls: Hex) => `chain ${chainId}, polls ${polls.toLowerCase()}`;
  const inTime = receivedAt >= opensAt && receivedAt < closesAt;
  return [
    compare("place", place(deployment.chainId, deployment.contracts.polls), place(file.chainId, file.polls)),
    compare("vote-digest", digestOf(file, deployment), file.receipt.voteDigest),
    compare("receipt-signature", "by a receipt key", isReceiptKey ? "by a receipt key" : `by ${receiptSigner ?? NONE}`),
    { check: "receipt-time", ok: inTime, expected: `from ${opensAt}, before ${closesAt}`, actual: String(receivedAt) },
  ];
}

function checkCounted(file: VoteFile, { leaf, root, proof }: CountedVote, facts: VoteFacts): VoteCheck[] {
  const { poll, account, option } = file.vote;
  const named = (of: { poll: number; account: Hex; option: number }, digest: Hex) =>
    `poll ${of.poll}, ${of.account}, option ${of.option}, ${digest}`;
  return [
    compare("leaf", named({ poll, account, option }, digestOf(file, facts.deployment)), named(leaf, leaf.voteDigest)),
    ...(facts.weight === undefined ? [] : [compare("weight", String(facts.weight), String(leaf.weight))]),
    compare("chain-root", facts.root, root),
    compare("proof", root, rootOfProof(hashVoteLeaf(leaf), proof)),
  ];
}

function digestOf({ vote }: VoteFile, deployment: Deployment): Hex {
  return typedDigest(signingDomain(deployment, "Vote"), "Vote", vote);
}

function compare(check: VoteCheck["check"], expected: string, actual: string): VoteCheck {
  return { check, ok: expected === actual, expected, actual };
}
