import type { SignedAward } from "../../protocol/codec/award.ts";
import type { Hex } from "../../protocol/codec/bytes.ts";
import { DROPS_PER_DAY } from "../../protocol/codec/codes.ts";
import { AWARD_REFUSAL_CODES, type AwardRefusalCode } from "../../protocol/errors.ts";
import { dayOf, dropOf } from "../../protocol/schedule.ts";
import {
  type AwardMoment,
  type AwardSituation,
  checkAward,
  isTaskKeyAt,
  type TaskKeyPeriod,
  type TaskSituation,
} from "../domain/award-intake.ts";
import type { Restrictions } from "../domain/restrictions.ts";
import { rulesOn } from "../domain/rules.ts";
import { type ChainSnapshot, rulesForIntake } from "../jobs/chain-view.ts";
import { countAwarded, crystalsOfDay, findAward, insertAward, isAwarded, type StoredAward } from "../store/awards.ts";
import { addToCounters } from "../store/counters.ts";
import { readForward } from "../store/moves.ts";
import type { Db, Tx } from "../store/open.ts";
import { readTask, readTaskKey } from "../store/tasks.ts";

/** A delivered award with all that can be judged without the state. */
export interface AwardCandidate {
  readonly award: SignedAward;
  readonly digest: Hex;
  /** Whose signature it is; undefined when it is none that a contract would take. */
  readonly signer: Hex | undefined;
}

/** What the relayer answers for one award. */
export type AwardResult =
  | { readonly digest: Hex; readonly drop: number }
  | { readonly digest: Hex; readonly refusal: AwardRefusalCode; readonly message: string };

/** The moment at which awards are judged, and what blocks that are not final take away. */
interface Scene {
  readonly moment: AwardMoment;
  readonly restrictions: Restrictions;
}

/**
 * Judges awards one after the other and stores what comes of it, in the caller's transaction. What is returned may be
 * answered once that transaction is durable.
 * @param by `nextDrop`: the first drop that is not closed.
 */
export async function acceptAwards(
  tx: Tx,
  by: { snapshot: ChainSnapshot; nextDrop: number; genesis: number },
  candidates: readonly AwardCandidate[],
): Promise<AwardResult[]> {
  const scene = sceneOf(by);
  const results: AwardResult[] = [];
  const amounts = new Map<string, number>();
  for (const candidate of candidates) {
    const known = await findAward(tx, candidate.digest);
    const result = await (known === undefined
      ? acceptAward(tx, candidate, scene)
      : answerAgain(tx, known, { candidate, scene }));
    results.push(result);
    const name = "refusal" in result ? `award-refused:${result.refusal}` : "awarded";
    if (known === undefined || "refusal" in result) amounts.set(name, (amounts.get(name) ?? 0) + 1);
  }
  await addToCounters(tx, amounts);
  return results;
}

function sceneOf({
  snapshot,
  nextDrop,
  genesis,
}: {
  snapshot: ChainSnapshot;
  nextDrop: number;
  genesis: number;
}): Scene {
  const chainTime = snapshot.head.time;
  // A chain that lost its tail shows an earlier time again; a closed drop stays closed all the same.
  const drop = Math.max(dropOf(genesis, chainTime), nextDrop);
  const rules = rulesOn(rulesForIntake(snapshot), Math.floor(drop / DROPS_PER_DAY));
  const { readingMaxAgeS, maxCrystalsPerDay } = rules;
  return {
    moment: { genesis, chainTime, drop, readingMaxAgeS, maxCrystalsPerDay },
    restrictions: snapshot.restrictions,
  };
}

async function acceptAward(tx: Tx, candidate: AwardCandidate, scene: Scene): Promise<AwardResult> {
  const { award, digest, signer } = candidate;
  if (signer === undefined) return refused(digest, "AWARD_SIGNATURE_INVALID");
  const situation = await situationOf(tx, { award, signer }, scene);
  const refusal = checkAward(award, situation, scene.moment);
  if (refusal !== undefined) return refused(digest, refusal);
  const { drop, genesis } = scene.moment;
  const { task, account, occurrence, crystals, awardedAt, signature } = award;
  const row = { digest, task, account, occurrence, crystals, signature, drop_no: drop };
  const awardedOn = dayOf(genesis, awardedAt);
  await insertAward(tx, { ...row, awarded_at: awardedAt, awarded_on: awardedOn }, Math.floor(drop / DROPS_PER_DAY));
  return { digest, drop };
}

/** Another signature over a known award adds nothing to it, but must be one that would have been taken. */
async function answerAgain(
  tx: Tx,
  known: StoredAward,
  { candidate, scene }: { candidate: AwardCandidate; scene: Scene },
): Promise<AwardResult> {
  const { award, digest, signer } = candidate;
  const answer = { digest, drop: known.drop_no };
  if (known.signature === award.signature) return answer;
  if (signer === undefined) return refused(digest, "AWARD_SIGNATURE_INVALID");
  const periods = await keyPeriodsOf(tx, signer, scene.restrictions);
  return isTaskKeyAt(periods, award.awardedAt) ? answer : refused(digest, "AWARD_KEY_INVALID");
}

function refused(digest: Hex, refusal: AwardRefusalCode): AwardResult {
  return { digest, refusal, message: AWARD_REFUSAL_CODES[refusal] };
}

async function situationOf(
  db: Db,
  { award, signer }: { award: SignedAward; signer: Hex },
  { moment, restrictions }: Scene,
): Promise<AwardSituation> {
  const { account, awardedAt } = award;
  return {
    task: await taskOf(db, award.task, restrictions),
    keyPeriods: await keyPeriodsOf(db, signer, restrictions),
    hasMoved: restrictions.moved.has(account) || (await readForward(db, account)) !== undefined,
    isAwarded: await isAwarded(db, award),
    awardedOnDay: await countAwarded(db, award, dayOf(moment.genesis, awardedAt)),
    crystalsOfDay: await crystalsOfDay(db, Math.floor(moment.drop / DROPS_PER_DAY)),
  };
}

/** A key's final period, and those that are not final yet; none when it is no final task key. */
async function keyPeriodsOf(db: Db, signer: Hex, { taskKeys }: Restrictions): Promise<TaskKeyPeriod[]> {
  const key = await readTaskKey(db, signer);
  return key === undefined ? [] : [key, ...(taskKeys.get(signer) ?? [])];
}

/** A final task, ended as blocks that are not final say. */
async function taskOf(db: Db, number: number, { taskEnds }: Restrictions): Promise<TaskSituation | undefined> {
  const task = await readTask(db, number);
  return task && { ...task, untilDay: taskEnds.get(number) ?? task.untilDay };
}
