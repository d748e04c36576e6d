import { readHead } from "../../chain/read/head.ts";
import { type PollRecord, readPoll } from "../../chain/read/polls.ts";
import { Fields } from "../../evidence/fields.ts";
import { CairnError } from "../../protocol/index.ts";
import { checkVoteReceipt } from "../check-vote.ts";
import { actingAccount, actingAddress, operatorOf, type SdkContext } from "../context.ts";
import { signIntent } from "../intents.ts";
import { patiently } from "../patience.ts";
import { readReceiptFacts } from "../vote-facts.ts";
import { parseVoteReceipt, type Vote, type VoteFile } from "../vote-file.ts";

/** What is voted. */
export interface VoteParameters {
  /** The poll's number, from 1. */
  readonly poll: number;
  /** The option's number, from 0. */
  readonly option: number;
  /** When the vote is cast, unix seconds. Default: chain time. The same vote again, with the same time, gets the same receipt. */
  readonly castAt?: number;
}

/**
 * Casts the acting account's vote: signed, handed to the operator, and acknowledged by a receipt that is checked against the
 * programme's receipt keys. The first vote of an account counts (docs/protocol.md 13.2).
 * @returns The vote with its receipt: keep it, and give it to {@link verifyVote} when the poll has a result.
 * @throws NOT_FOUND when there is no such poll; INTENT_REJECTED when there is no such option, the poll is not open, the account
 * has no vote in it or has voted; EVIDENCE_INVALID when the operator's receipt is none; ARGUMENT_INVALID without an account or
 * operator; CHAIN_UNREACHABLE, OPERATOR_UNREACHABLE: the vote may have been taken, so try with the same `castAt`.
 */
export async function vote(context: SdkContext, parameters: VoteParameters): Promise<VoteFile> {
  const { chain, deployment } = context;
  const { poll, option } = parameters;
  const operator = operatorOf(context);
  const account = actingAddress(context);
  const [terms, { time }] = await Promise.all([readPoll(chain, deployment, poll), readHead(chain)]);
  const message = { poll, account, option, castAt: parameters.castAt ?? time };
  requireVotable(terms, message);
  const signature = await signIntent(context, { kind: "Vote", message }, actingAccount(context));
  const answer = await patiently(context, () => operator.post("/v1/votes", { vote: message, signature }));
  const file: VoteFile = {
    ...{ type: "cairn.vote/1", chainId: deployment.chainId, polls: deployment.contracts.polls, vote: message },
    ...parseVoteReceipt(new Fields(answer, "the answer")),
  };
  const failed = checkVoteReceipt(file, await readReceiptFacts(context, file, terms)).find(({ ok }) => !ok);
  if (failed === undefined) return file;
  throw new CairnError("EVIDENCE_INVALID", `the operator's receipt fails: ${failed.check}`, { details: { ...failed } });
}

/** Refuses a vote that cannot count before it is signed. */
function requireVotable({ options, opensAt, closesAt }: PollRecord, { poll, option, castAt }: Vote): void {
  if (closesAt === 0) throw new CairnError("NOT_FOUND", `poll ${poll}`);
  const problem =
    option >= options
      ? `poll ${poll} has no option ${option}`
      : castAt < opensAt
        ? `poll ${poll} is not open yet`
        : castAt >= closesAt
          ? `poll ${poll} is closed`
          : undefined;
  if (problem !== undefined)
    throw new CairnError("INTENT_REJECTED", problem, { details: { opensAt, closesAt, castAt } });
}
