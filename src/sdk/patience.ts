import { CairnError } from "../protocol/index.ts";
import { delay } from "./delay.ts";

/** How long, and how often, something that may be starting again is asked anew. */
export interface Patience {
  /** Pause between two attempts, milliseconds. */
  readonly pollMs: number;
  /** After this time an attempt's failure is final, milliseconds. */
  readonly timeoutMs: number;
}

/**
 * Repeats an idempotent request while who answers it is away.
 * @throws What the attempt throws: at once unless its kind is `unavailable`, else when the patience is at its end.
 */
export async function patiently<T>({ pollMs, timeoutMs }: Patience, attempt: () => Promise<T>): Promise<T> {
  const endsAt = Date.now() + timeoutMs;
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      const mayPass = error instanceof CairnError && error.kind === "unavailable";
      if (!mayPass || Date.now() >= endsAt) throw error;
      await delay(pollMs);
    }
  }
}
