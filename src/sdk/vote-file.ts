import { Fields, invalid } from "../evidence/fields.ts";
import type { Hex, VoteLeaf } from "../protocol/index.ts";

/** What an account votes, as it is signed (docs/protocol.md 13.2). */
export interface Vote {
  readonly poll: number;
  readonly account: Hex;
  /** Counted from 0. */
  readonly option: number;
  /** Unix seconds of chain time. */
  readonly castAt: number;
}

/** A vote's leaf of the result, and its proof. */
export interface CountedVote {
  readonly leaf: VoteLeaf;
  readonly root: Hex;
  readonly proof: readonly Hex[];
}

/** A vote with the signed promise that it is counted, and the proof that it was: what a voter keeps. */
export interface VoteFile {
  readonly type: "cairn.vote/1";
  readonly chainId: number;
  /** The contract of polls. */
  readonly polls: Hex;
  readonly vote: Vote;
  readonly receipt: {
    /** EIP-712 digest of the vote. */
    readonly voteDigest: Hex;
    /** Unix seconds of chain time. */
    readonly receivedAt: number;
  };
  /** ECDSA `r ‖ s ‖ v`, 65 bytes, of a receipt key. */
  readonly receiptSignature: Hex;
  /** Nothing before the poll has a result. */
  readonly counted?: CountedVote;
}

/**
 * Reads a vote's file from parsed JSON.
 * @throws EVIDENCE_INVALID naming the first field that is missing or not of its form.
 */
export function parseVoteFile(value: unknown): VoteFile {
  const file = new Fields(value, "");
  if (file.text("type") !== "cairn.vote/1") throw invalid("type", "cairn.vote/1");
  return {
    type: "cairn.vote/1",
    chainId: file.whole("chainId"),
    polls: file.hex("polls", 20),
    vote: parseVote(file.object("vote")),
    ...parseVoteReceipt(file),
    ...(file.has("counted") ? { counted: parseCountedVote(file.object("counted")) } : {}),
  };
}

/** The receipt in an operator's answer to a vote. @throws EVIDENCE_INVALID. */
export function parseVoteReceipt(file: Fields): Pick<VoteFile, "receipt" | "receiptSignature"> {
  const receipt = file.object("receipt");
  return {
    receipt: { voteDigest: receipt.hex("voteDigest", 32), receivedAt: receipt.whole("receivedAt") },
    receiptSignature: file.hex("receiptSignature", 65),
  };
}

/** A counted vote in a file or in an operator's answer. @throws EVIDENCE_INVALID. */
export function parseCountedVote(counted: Fields): CountedVote {
  const leaf = counted.object("leaf");
  return {
    leaf: {
      poll: leaf.whole("poll"),
      index: leaf.whole("index"),
      voteDigest: leaf.hex("voteDigest", 32),
      account: leaf.hex("account", 20),
      option: leaf.whole("option"),
      weight: leaf.units("weight"),
      salt: leaf.hex("salt", 32),
    },
    root: counted.hex("root", 32),
    proof: counted.proof("proof"),
  };
}

function parseVote(vote: Fields): Vote {
  return {
    poll: vote.whole("poll"),
    account: vote.hex("account", 20),
    option: vote.whole("option"),
    castAt: vote.whole("castAt"),
  };
}
