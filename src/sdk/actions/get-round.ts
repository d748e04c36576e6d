import { readHead } from "../../chain/read/head.ts";
import { type RoundOpeningRecord, type RoundRecord, readRound, readRoundOpening } from "../../chain/read/rounds.ts";
import { CairnError } from "../../protocol/index.ts";
import type { SdkContext } from "../context.ts";
import { parseRoundText, type RoundText, readDocument } from "../programme-text.ts";

/** A benefit round as it stands (docs/protocol.md 13.4). */
export interface RoundState extends RoundRecord, RoundOpeningRecord {
  /** `opened`: the guardian can still cancel it. `over`: nobody can claim any more. */
  readonly state: "opened" | "claimable" | "over" | "cancelled";
  /** What it is for; nothing when the client has no operator to ask, or the operator does not know it. */
  readonly text: RoundText | undefined;
}

/**
 * A benefit round: from the chain, its text from the operator, believed only with the hash that the chain has.
 * @param parameters `round`: its number, from 1.
 * @throws NOT_FOUND when there is no such round, EVIDENCE_INVALID when the operator gives another text, CHAIN_UNREACHABLE,
 * OPERATOR_UNREACHABLE.
 */
export async function getRound(context: SdkContext, { round }: { round: number }): Promise<RoundState> {
  const { chain, deployment } = context;
  const [record, opening, head] = await Promise.all([
    readRound(chain, deployment, round),
    readRoundOpening(chain, deployment, round),
    readHead(chain),
  ]);
  if (opening === undefined) throw new CairnError("NOT_FOUND", `benefit round ${round}`);
  const document = await readDocument(context, opening.contentHash);
  return {
    ...record,
    ...opening,
    state: stateOf(record, head.time),
    text: document === undefined ? undefined : parseRoundText(document),
  };
}

/** A round's state at a time, unix seconds. */
export function stateOf({ claimableFrom, deadline }: RoundRecord, time: number): RoundState["state"] {
  // A cancelled round keeps everything but its deadline.
  if (deadline === 0) return "cancelled";
  if (time < claimableFrom) return "opened";
  return time <= deadline ? "claimable" : "over";
}
