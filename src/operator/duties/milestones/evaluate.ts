import { readSettledDays, readSettlement } from "../../../chain/read/days.ts";
import type { Hex } from "../../../protocol/codec/bytes.ts";
import { DAY_S } from "../../../protocol/codec/codes.ts";
import { chunksOf } from "../../../storage/chunks.ts";
import type { MilestoneDocument } from "../../documents/schemas.ts";
import type { ChainSnapshot, DutyContext } from "../../duty.ts";
import { readDocuments } from "../../store/documents.ts";
import type { Db, Tx } from "../../store/open.ts";
import { reachedDays, reachedMetres } from "./reached.ts";

/** A milestone that is defined on the chain and whose text is known. */
export interface KnownMilestone {
  readonly milestone: number;
  readonly contentHash: Hex;
  readonly document: MilestoneDocument;
}

/** The milestones whose texts are known, by number. */
export async function readMilestones(db: Db): Promise<KnownMilestone[]> {
  const documents = await readDocuments(db, "cairn.milestone/1");
  const rows = await db.selectFrom("chain_milestones").selectAll().orderBy("milestone").execute();
  return rows.flatMap(({ milestone, content_hash: contentHash }) => {
    const document = documents.get(contentHash);
    return document === undefined ? [] : [{ milestone, contentHash, document }];
  });
}

/**
 * Evaluates the rules as far as final blocks allow: of metres one day at a time, each once; of days by the vehicles' times.
 * @returns Whether a day was evaluated, so that the next one should follow.
 */
export async function evaluateMilestones(context: DutyContext, { final }: ChainSnapshot): Promise<boolean> {
  const { store } = context;
  for (const { milestone, document } of await readMilestones(store.db)) {
    const { rule } = document;
    if (rule.kind === "days") {
      await store.transaction((tx) => evaluateDays(tx, { milestone, days: rule.days }, final.time));
    } else if (await evaluateNextDay(context, { milestone, ...rule }, final.time)) {
      return true;
    }
  }
  return false;
}

async function evaluateDays(
  tx: Tx,
  { milestone, days }: { milestone: number; days: number },
  time: number,
): Promise<void> {
  const holdings = await tx
    .selectFrom("chain_vehicles")
    .innerJoin("chain_tenures", "chain_tenures.vehicle", "chain_vehicles.vehicle")
    .select(["chain_tenures.account as account", "chain_vehicles.since as since", "chain_vehicles.until as until"])
    .where("chain_vehicles.since", "<=", time - days * DAY_S)
    // The last tenure: the milestone is that of the account that holds, or held, the vehicle at the end.
    .whereRef("chain_tenures.until", "=", "chain_vehicles.until")
    .where((eb) =>
      eb.not(
        eb.exists(
          eb
            .selectFrom("milestone_reached")
            .select("milestone")
            .where("milestone", "=", milestone)
            .whereRef("milestone_reached.account", "=", "chain_tenures.account"),
        ),
      ),
    )
    .execute();
  const reached = reachedDays(holdings as { account: Hex; since: number; until: number }[], days, time);
  await noteReached(tx, milestone, reached);
}

async function evaluateNextDay(
  context: DutyContext,
  rule: { milestone: number; metres: number; withinDays: number },
  time: number,
): Promise<boolean> {
  const { store, client, deployment, days } = context;
  const { milestone, metres, withinDays } = rule;
  const progress = await store.db
    .selectFrom("milestone_progress")
    .select("next_day")
    .where("milestone", "=", milestone)
    .executeTakeFirst();
  const day = progress?.next_day ?? 0;
  if ((await readSettledDays(client, deployment)) <= day) return false;
  // Only then can the day not be vetoed any more.
  if ((await readSettlement(client, deployment, day)).creditableAt > time) return false;
  const reached = reachedMetres(await days.rows(day), await days.rows(day - withinDays), metres);
  await store.transaction(async (tx) => {
    await noteReached(tx, milestone, reached);
    await tx
      .insertInto("milestone_progress")
      .values({ milestone, next_day: day + 1 })
      .onConflict((conflict) => conflict.column("milestone").doUpdateSet({ next_day: day + 1 }))
      .execute();
  });
  return true;
}

async function noteReached(tx: Tx, milestone: number, accounts: readonly Hex[]): Promise<void> {
  for (const chunk of chunksOf(accounts)) {
    await tx
      .insertInto("milestone_reached")
      .values(chunk.map((account) => ({ milestone, account })))
      .onConflict((conflict) => conflict.columns(["milestone", "account"]).doNothing())
      .execute();
  }
}
