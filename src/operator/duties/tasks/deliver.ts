import type { Hex } from "../../../protocol/codec/bytes.ts";
import { type AwardRefusalCode, CairnError } from "../../../protocol/errors.ts";
import type { RelayerApi } from "../../../sdk/relayer-http.ts";
import type { DutyContext } from "../../duty.ts";

/** Awards of one delivery. */
const AT_ONCE = 100;

/** What the relayer answers for one award. */
interface Answer {
  readonly digest: Hex;
  /** A code, when it was not taken. */
  readonly refusal?: AwardRefusalCode;
}

/** A relayer that has not come to the block by which the award was made says so; later it takes it. */
const COMES_LATER: ReadonlySet<AwardRefusalCode> = new Set([
  "AWARD_BEFORE_GENESIS",
  "AWARD_FROM_FUTURE",
  "AWARD_KEY_INVALID",
  "AWARD_TASK_UNKNOWN",
]);

/**
 * Delivers awards that wait to the relayer, which takes the same one again without harm: so it does not matter whether an
 * earlier process has delivered them.
 * @returns Whether any waited.
 * @throws RELAYER_UNREACHABLE, also while it is behind, and whatever it says to all of them at once: then they wait on.
 */
export async function deliverAwards({ store }: Pick<DutyContext, "store">, relayer: RelayerApi): Promise<boolean> {
  const waiting = await store.db
    .selectFrom("awards")
    .selectAll()
    .where("state", "=", "waiting")
    .orderBy("id")
    .limit(AT_ONCE)
    .execute();
  if (waiting.length === 0) return false;
  const awards = waiting.map(({ task, account, occurrence, crystals, awarded_at, signature }) => ({
    ...{ task, account, occurrence, crystals, awardedAt: awarded_at, signature },
  }));
  const answers = resultsOf(await relayer.post("/v1/awards", { awards }), waiting.length);
  const decided = waiting.flatMap(({ id }, at) => {
    const { refusal } = answers[at] as Answer;
    if (refusal !== undefined && COMES_LATER.has(refusal)) return [];
    return [{ id, state: refusal === undefined ? "taken" : "refused", reason: refusal ?? null } as const];
  });
  await store.transaction(async (tx) => {
    for (const { id, ...outcome } of decided)
      await tx.updateTable("awards").set(outcome).where("id", "=", id).execute();
  });
  if (decided.length === 0) throw new CairnError("RELAYER_UNREACHABLE", "it has not caught up with the chain yet");
  return true;
}

function resultsOf(answer: unknown, count: number): readonly Answer[] {
  const { results } = answer as { results?: unknown };
  if (!Array.isArray(results) || results.length !== count) {
    throw new CairnError("RELAYER_UNREACHABLE", "it does not answer for each award");
  }
  return results as Answer[];
}
