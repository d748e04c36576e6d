import { CairnError } from "../../../protocol/errors.ts";
import type { RelayerApi } from "../../../sdk/relayer-http.ts";
import type { DutyContext } from "../../duty.ts";

/** Awards of one delivery. */
const AT_ONCE = 100;

/** What the relayer answers for one award. */
interface Answer {
  readonly drop?: number;
  /** A code, when it was not taken. */
  readonly refusal?: string;
}

/**
 * Delivers awards that wait to the relayer, which takes the same one again without harm: so it does not matter whether an
 * earlier process has delivered them.
 * @returns Whether any waited.
 * @throws RELAYER_UNREACHABLE and whatever the relayer says to all of them at once: then they wait on.
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
    award: { task, account, occurrence, crystals, awardedAt: awarded_at },
    signature,
  }));
  const answers = resultsOf(await relayer.post("/v1/awards", { awards }), waiting.length);
  await store.transaction(async (tx) => {
    for (const [at, { id }] of waiting.entries()) {
      const { refusal } = answers[at] as Answer;
      const outcome =
        refusal === undefined ? { state: "taken" as const } : { state: "refused" as const, reason: refusal };
      await tx.updateTable("awards").set(outcome).where("id", "=", id).execute();
    }
  });
  return true;
}

function resultsOf(answer: unknown, count: number): readonly Answer[] {
  const { results } = answer as { results?: unknown };
  if (!Array.isArray(results) || results.length !== count) {
    throw new CairnError("RELAYER_UNREACHABLE", "it does not answer for each award");
  }
  return results as Answer[];
}
