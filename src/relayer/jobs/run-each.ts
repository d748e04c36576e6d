import { CairnError, type ErrorCode } from "../../protocol/errors.ts";

/** What fails with one of these would fail for all others, too, and may keep each of them waiting. */
const FOR_ALL: ReadonlySet<ErrorCode> = new Set(["CHAIN_UNREACHABLE", "STORE_UNAVAILABLE", "LEASE_LOST"]);

/**
 * Does pieces of work in their order, each whether or not those before it failed.
 * @returns Whether any of them changed something.
 * @throws What failed first: once all were tried, or at once when it is no fault of the one piece.
 */
export async function runEach(works: readonly (() => Promise<boolean>)[]): Promise<boolean> {
  const failures: unknown[] = [];
  let changed = false;
  for (const work of works) {
    try {
      changed = (await work()) || changed;
    } catch (error) {
      if (error instanceof CairnError && FOR_ALL.has(error.code)) throw error;
      failures.push(error);
    }
  }
  if (failures.length > 0) throw failures[0];
  return changed;
}
