import { readRulesAt } from "../../../chain/read/rules.ts";
import { readIsTaskKey } from "../../../chain/read/tasks.ts";
import type { Hex } from "../../../protocol/codec/bytes.ts";
import { signingDomain } from "../../../protocol/codec/deployment.ts";
import { typedDigest } from "../../../protocol/codec/eip712.ts";
import { CairnError } from "../../../protocol/errors.ts";
import { dayOf } from "../../../protocol/schedule.ts";
import type { Signer } from "../../../service/signer.ts";
import type { DutyContext } from "../../duty.ts";
import type { Tx } from "../../store/open.ts";
import type { AwardState } from "../../store/schema-services.ts";
import { type AwardsOfDay, isOpenOn, occurrenceOf, requireAwardable } from "./judge-award.ts";
import { type KnownTask, readTasks } from "./tasks.ts";

/** What is asked for. */
export interface AwardRequest {
  /** Id of the task's document. */
  readonly id: string;
  readonly account: Hex;
  /** What it is for; a task of the day needs none. */
  readonly occurrence: Hex | undefined;
}

/** An award as it is stored. */
export interface StoredAward {
  readonly digest: Hex;
  readonly task: number;
  readonly account: Hex;
  readonly occurrence: Hex;
  readonly crystals: number;
  readonly awarded_at: number;
  readonly state: AwardState;
  readonly reason: string | null;
}

/** When something is awarded. */
export interface AwardTime {
  /** Unix seconds of chain time. */
  readonly time: number;
  readonly day: number;
  /** maxCrystalsPerDay of the day's rules. */
  readonly mostCrystals: number;
}

/**
 * The moment of awarding: chain time, and what may be awarded on its day.
 * @throws CHAIN_UNREACHABLE before the chain was looked at for the first time; TASK_NOT_OPEN before the programme begins, and
 * while the signer is no task key.
 */
export async function awardTime({ client, deployment, snapshot }: DutyContext, signer: Signer): Promise<AwardTime> {
  const time = snapshot()?.head.time;
  if (time === undefined) throw new CairnError("CHAIN_UNREACHABLE", "not caught up yet");
  if (time < deployment.genesis) throw new CairnError("TASK_NOT_OPEN", "the programme has not begun");
  if (!(await readIsTaskKey(client, deployment, signer.address, time))) {
    throw new CairnError("TASK_NOT_OPEN", "the task key does not hold now");
  }
  const day = dayOf(deployment.genesis, time);
  const { maxCrystalsPerDay } = await readRulesAt(client, deployment, day);
  return { time, day, mostCrystals: Number(maxCrystalsPerDay) };
}

/**
 * Signs and stores an award, in the caller's transaction; one for the same (task, account, occurrence) is only looked up.
 * @throws NOT_FOUND for a task that nobody knows, TASK_NOT_OPEN, AWARD_LIMIT_REACHED, BODY_INVALID.
 */
export async function placeAward(
  tx: Tx,
  { deployment }: Pick<DutyContext, "deployment">,
  signer: Signer,
  { request, at }: { request: AwardRequest; at: AwardTime },
): Promise<StoredAward> {
  const { task, terms, document } = await openTask(tx, request.id, at.day);
  const occurrence = occurrenceOf(document, at.day, request.occurrence);
  const { account } = request;
  const known = await findAward(tx, { task, account, occurrence });
  if (known !== undefined) return known;
  requireAwardable(terms, at.day, {
    so: await awardsOfDay(tx, { task, account, day: at.day }),
    mostCrystals: at.mostCrystals,
  });
  const award = { task, account, occurrence, crystals: terms.crystals, awardedAt: at.time };
  const digest = typedDigest(signingDomain(deployment, "TaskAward"), "TaskAward", award);
  await tx
    .insertInto("awards")
    .values({
      ...{ task, account, occurrence, crystals: terms.crystals, awarded_at: at.time, day: at.day },
      ...{ digest, signature: signer.sign(digest), state: "waiting", reason: null },
    })
    .execute();
  return (await findAward(tx, { task, account, occurrence })) as StoredAward;
}

/** The newest task of an id that is open on the day. */
async function openTask(tx: Tx, id: string, day: number): Promise<KnownTask> {
  const tasks = (await readTasks(tx)).filter(({ document }) => document.id === id);
  if (tasks.length === 0) throw new CairnError("NOT_FOUND", `there is no task ${id}`);
  const open = tasks.findLast(({ terms }) => isOpenOn(terms, day));
  if (open === undefined) throw new CairnError("TASK_NOT_OPEN", id, { details: { day } });
  return open;
}

function findAward(tx: Tx, award: { task: number; account: Hex; occurrence: Hex }): Promise<StoredAward | undefined> {
  return tx
    .selectFrom("awards")
    .select(["digest", "task", "account", "occurrence", "crystals", "awarded_at", "state", "reason"])
    .where("task", "=", award.task)
    .where("account", "=", award.account)
    .where("occurrence", "=", award.occurrence)
    .executeTakeFirst();
}

/** What was awarded on a day; what the relayer refused is not. */
async function awardsOfDay(
  tx: Tx,
  { task, account, day }: { task: number; account: Hex; day: number },
): Promise<AwardsOfDay> {
  const given = tx.selectFrom("awards").where("day", "=", day).where("state", "<>", "refused");
  const sum = await given.select((eb) => eb.fn.sum<number>("crystals").as("crystals")).executeTakeFirstOrThrow();
  const own = await given
    .select((eb) => eb.fn.countAll<number>().as("count"))
    .where("task", "=", task)
    .where("account", "=", account)
    .executeTakeFirstOrThrow();
  return { ofAccount: own.count, crystals: Number(sum.crystals ?? 0) };
}
