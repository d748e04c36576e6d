import { readHead } from "../../chain/read/head.ts";
import { type PollRecord, type PollResultRecord, readPoll, readPollResult } from "../../chain/read/polls.ts";
import { CairnError } from "../../protocol/index.ts";
import type { SdkContext } from "../context.ts";
import { type PollText, parsePollText, readDocument } from "../programme-text.ts";

/** Who has a vote in a poll: each account with a vehicle one, or by settled stones. By the contract's numbers. */
const POLL_WEIGHTINGS = ["account", "stones"] as const;

/** A poll as it stands (docs/protocol.md 13.2). */
export interface PollState extends Omit<PollRecord, "weighting"> {
  readonly weighting: (typeof POLL_WEIGHTINGS)[number];
  /** `published`: the result can still be taken back. `final`: it counts. */
  readonly state: "announced" | "open" | "closed" | "published" | "final";
  /** Nothing while there is none. */
  readonly result: PollResultRecord | undefined;
  /** What it asks; nothing when the client has no operator to ask, or the operator does not know it. */
  readonly text: PollText | undefined;
}

/**
 * A poll: terms and result from the chain, its text from the operator, believed only with the hash of the terms.
 * @param parameters `poll`: its number, from 1.
 * @throws NOT_FOUND when there is no such poll, EVIDENCE_INVALID when the operator gives another text, CHAIN_UNREACHABLE,
 * OPERATOR_UNREACHABLE.
 */
export async function getPoll(context: SdkContext, { poll }: { poll: number }): Promise<PollState> {
  const { chain, deployment } = context;
  const [terms, found, head] = await Promise.all([
    readPoll(chain, deployment, poll),
    readPollResult(chain, deployment, poll),
    readHead(chain),
  ]);
  if (terms.closesAt === 0) throw new CairnError("NOT_FOUND", `poll ${poll}`);
  const document = await readDocument(context, terms.contentHash);
  const result = found.countsFrom === 0 ? undefined : found;
  return {
    ...terms,
    weighting: POLL_WEIGHTINGS[terms.weighting === 0 ? 0 : 1],
    state: stateOf(terms, result, head.time),
    result,
    text: document === undefined ? undefined : parsePollText(document),
  };
}

function stateOf(
  { opensAt, closesAt }: PollRecord,
  result: PollResultRecord | undefined,
  time: number,
): PollState["state"] {
  if (time < opensAt) return "announced";
  if (time < closesAt) return "open";
  if (result === undefined) return "closed";
  return time < result.countsFrom ? "published" : "final";
}
