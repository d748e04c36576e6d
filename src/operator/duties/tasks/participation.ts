import type { Hex } from "../../../protocol/codec/bytes.ts";
import { hashWords } from "../../../protocol/codec/keccak.ts";
import { CairnError, type ErrorCode } from "../../../protocol/errors.ts";
import type { Signer } from "../../../service/signer.ts";
import type { DutyContext } from "../../duty.ts";
import type { Tx } from "../../store/open.ts";
import { type AwardRequest, type AwardTime, awardTime, placeAward } from "./award.ts";
import { SUBMISSION_TASK, VOTE_TASK } from "./starting-tasks.ts";

/** Votes and proposals that are looked at in one transaction. */
const AT_ONCE = 100;
/** For these there is no award, and none will come later. */
const NO_AWARD: ReadonlySet<ErrorCode> = new Set(["NOT_FOUND", "TASK_NOT_OPEN", "AWARD_LIMIT_REACHED", "BODY_INVALID"]);

/**
 * Awards the tasks of co-creation to those who have taken part and were not looked at. The award and the mark that it was made
 * are one transaction, and the occurrence is the vote's poll or the proposal: nothing is awarded twice.
 * @returns Whether there was anybody.
 */
export async function awardParticipation(context: DutyContext, signer: Signer): Promise<boolean> {
  const { store } = context;
  const votes = await store.db
    .selectFrom("votes")
    .select(["digest", "poll", "account"])
    .where("participation", "is", null)
    .limit(AT_ONCE)
    .execute();
  const proposals = await store.db
    .selectFrom("proposals")
    .select(["digest", "account"])
    .where("participation", "is", null)
    .limit(AT_ONCE)
    .execute();
  if (votes.length + proposals.length === 0) return false;
  const at = await awardTime(context, signer);
  await store.transaction(async (tx) => {
    for (const { digest, poll, account } of votes) {
      const outcome = await tryAward(tx, context, signer, at, {
        id: VOTE_TASK,
        account,
        occurrence: hashWords([poll]),
      });
      await tx.updateTable("votes").set({ participation: outcome }).where("digest", "=", digest).execute();
    }
    for (const { digest, account } of proposals) {
      const outcome = await tryAward(tx, context, signer, at, { id: SUBMISSION_TASK, account, occurrence: digest });
      await tx.updateTable("proposals").set({ participation: outcome }).where("digest", "=", digest).execute();
    }
  });
  return true;
}

async function tryAward(
  tx: Tx,
  context: DutyContext,
  signer: Signer,
  at: AwardTime,
  request: AwardRequest & { occurrence: Hex },
): Promise<string> {
  try {
    await placeAward(tx, context, signer, { request, at });
    return "awarded";
  } catch (error) {
    // All are thrown before anything is written.
    if (error instanceof CairnError && NO_AWARD.has(error.code)) return error.code;
    throw error;
  }
}
