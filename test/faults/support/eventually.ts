import { setTimeout as pause } from "node:timers/promises";

const PAUSE_MS = 20;

/**
 * Asks until the answer is there.
 * @param what Names it when it does not come.
 * @param ask Undefined, false, or a failure means not yet.
 * @param timeoutMs How long it may take.
 */
export async function eventually<T>(
  what: string,
  ask: () => Promise<T | undefined | false> | T | undefined | false,
  timeoutMs = 60_000,
): Promise<T> {
  const endsAt = performance.now() + timeoutMs;
  let last: unknown;
  for (;;) {
    try {
      const answer = await ask();
      if (answer !== undefined && answer !== false) return answer;
      last = answer;
    } catch (error) {
      last = error;
    }
    if (performance.now() > endsAt) {
      const why = last instanceof Error ? ` (${last.message})` : "";
      throw new Error(`${what}: not within ${timeoutMs / 1000} s${why}`, { cause: last });
    }
    await pause(PAUSE_MS);
  }
}
