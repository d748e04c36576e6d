import { type PollRecord, readPoll, readPollResult } from "../../chain/read/polls.ts";
import { Fields } from "../../evidence/fields.ts";
import { CairnError } from "../../protocol/index.ts";
import { checkVote, type VoteCheck } from "../check-vote.ts";
import type { SdkContext } from "../context.ts";
import { patiently } from "../patience.ts";
import { readReceiptFacts } from "../vote-facts.ts";
import { type CountedVote, parseCountedVote, parseVoteFile, type VoteFile } from "../vote-file.ts";
import { getProof } from "./get-proof.ts";

/** What became of a vote. */
export interface VoteVerdict {
  readonly valid: boolean;
  readonly checks: readonly VoteCheck[];
  /** The vote with the leaf that was looked at: with it, nobody needs to be asked but the chain. */
  readonly file: VoteFile;
}

/**
 * Checks that a vote was counted as it was cast: its receipt, its leaf, and the leaf's place under the root of the poll's result
 * on the chain. The leaf is taken from the file, or asked of the operator when the file has none under that root. What a vote by
 * stones must weigh is looked at when the client has a relayer; for a check without any connection see {@link checkVote}.
 * @param value Parsed JSON of the file that `vote` gave.
 * @throws EVIDENCE_INVALID when it is not such a file, NOT_FOUND when there is no such poll, INTENT_REJECTED while it has no
 * result, CHAIN_UNREACHABLE, OPERATOR_UNREACHABLE, RELAYER_UNREACHABLE. A vote that was not counted is no error: see `valid`.
 * @example
 * const kept = await cairn.vote({ poll: 1, option: 2 });
 * const { valid } = await cairn.verifyVote(kept);
 */
export async function verifyVote(context: SdkContext, value: unknown): Promise<VoteVerdict> {
  const { chain, deployment } = context;
  const given = parseVoteFile(value);
  const { poll } = given.vote;
  const [terms, result] = await Promise.all([
    readPoll(chain, deployment, poll),
    readPollResult(chain, deployment, poll),
  ]);
  if (terms.closesAt === 0) throw new CairnError("NOT_FOUND", `poll ${poll}`);
  if (result.countsFrom === 0) throw new CairnError("INTENT_REJECTED", `poll ${poll} has no result yet`);
  const { root } = result;
  const isOfRoot = given.counted?.root === root;
  const counted = (isOfRoot ? undefined : await askForLeaf(context, given)) ?? given.counted;
  const file: VoteFile = counted === undefined ? given : { ...given, counted };
  const [receipt, weight] = await Promise.all([readReceiptFacts(context, file, terms), weightOf(context, file, terms)]);
  const checks = checkVote(file, { ...receipt, root, weight });
  return { valid: checks.every(({ ok }) => ok), checks, file };
}

/** The account's leaf as the operator has it; nothing when it has none, or there is nobody to ask. */
async function askForLeaf(
  context: SdkContext,
  { vote: { poll, account } }: VoteFile,
): Promise<CountedVote | undefined> {
  const { operator } = context;
  if (operator === undefined) return undefined;
  try {
    const answer = await patiently(context, () => operator.get(`/v1/polls/${poll}/votes/${account}`));
    return parseCountedVote(new Fields(answer, "the answer"));
  } catch (error) {
    if (error instanceof CairnError && error.code === "NOT_FOUND") return undefined;
    throw error;
  }
}

/** What the vote must weigh; nothing when that stands in a leaf that nobody can be asked for. */
async function weightOf(
  context: SdkContext,
  { vote: { account } }: VoteFile,
  { weighting, snapshotDay }: PollRecord,
): Promise<bigint | undefined> {
  if (weighting === 0) return 1n;
  if (context.relayer === undefined) return undefined;
  const proof = await getProof(context, { account, day: snapshotDay });
  return proof?.stonesLeaf.stones ?? 0n;
}
