import type { Hex } from "../../../protocol/codec/bytes.ts";
import { LEAF_KIND } from "../../../protocol/codec/codes.ts";
import { hashVoteLeaf, type VoteLeaf } from "../../../protocol/codec/leaves.ts";
import { dataDigest, hashVoteRow, ROW_SALT_KIND, type VoteRow } from "../../../protocol/codec/rows.ts";
import { deriveSalt } from "../../../protocol/salts.ts";
import { MerkleTree } from "../../../protocol/tree.ts";

/** A vote that was accepted. */
export interface AcceptedVote {
  readonly account: Hex;
  readonly option: number;
  readonly castAt: number;
  /** EIP-712 digest of the vote. */
  readonly digest: Hex;
  /** keccak256 of the owner's signature `kind ‖ data`. */
  readonly signatureHash: Hex;
  /** 1, or units of 1e-9 stone. */
  readonly weight: bigint;
  /** The account's key for salts, 32 bytes. */
  readonly key: Hex;
}

/** A poll's counted votes: what is published on the chain, and the rows behind it. */
export interface CountedPoll {
  readonly rows: readonly { readonly row: VoteRow; readonly rowSalt: Hex; readonly rowHash: Hex }[];
  readonly leaves: readonly VoteLeaf[];
  readonly tree: MerkleTree;
  /** Sum of weights of each option. */
  readonly tallies: readonly bigint[];
  /** Digest of the file; 0 when nobody voted. */
  readonly digest: Hex;
  /** dataDigest of the publishing call. */
  readonly dataDigest: Hex;
}

/**
 * Counts a poll: votes in order of account, leaves, tree and tallies (docs/protocol.md 13.2). Depends on nothing else, so that
 * a stopped process counts the same again.
 * @param options How many options the poll has; every vote's option is below it.
 * @param votes One of each account at most.
 */
export function countPoll(poll: number, options: number, votes: readonly AcceptedVote[]): CountedPoll {
  const tallies = new Array<bigint>(options).fill(0n);
  const opened = inOrder(votes).map((vote, index) => {
    tallies[vote.option] = (tallies[vote.option] as bigint) + vote.weight;
    return openVote(poll, index, vote);
  });
  const tree = new MerkleTree(opened.map(({ leaf }) => hashVoteLeaf(leaf)));
  const digest = new MerkleTree(opened.map(({ rowHash }) => rowHash)).root;
  const leaves = opened.map(({ leaf }) => leaf);
  return { rows: opened, leaves, tree, tallies, digest, dataDigest: dataDigest([digest]) };
}

/** Addresses in lower case sort as their bytes do. */
function inOrder(votes: readonly AcceptedVote[]): AcceptedVote[] {
  return [...votes].sort((a, b) => (a.account < b.account ? -1 : 1));
}

function openVote(poll: number, index: number, vote: AcceptedVote) {
  const { account, option, castAt, digest, signatureHash, weight, key } = vote;
  const salt = deriveSalt(key, LEAF_KIND.vote, poll, index);
  const row: VoteRow = { poll, index, account, option, castAt, signatureHash, weight, salt };
  const rowSalt = deriveSalt(key, ROW_SALT_KIND.vote, poll, index);
  const leaf: VoteLeaf = { poll, index, voteDigest: digest, account, option, weight, salt };
  return { row, rowSalt, rowHash: hashVoteRow(row, rowSalt), leaf };
}
