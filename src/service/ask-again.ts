import { BaseError, HttpRequestError, TimeoutError } from "viem";

/** How often something is asked in all. */
const TRIES = 3;

/**
 * Asks a node, and at once again when it answers that it cannot say: behind one URL there may be several nodes, and one
 * that lags does not know the newest blocks yet. A node that does not answer at all is left alone until the next look.
 */
export async function askAgain<T>(ask: () => Promise<T>): Promise<T> {
  for (let left = TRIES - 1; ; left--) {
    try {
      return await ask();
    } catch (error) {
      if (left === 0 || !isAnswer((error as { cause?: unknown }).cause)) throw error;
    }
  }
}

function isAnswer(cause: unknown): boolean {
  if (!(cause instanceof BaseError)) return false;
  return cause.walk((error) => error instanceof HttpRequestError || error instanceof TimeoutError) === null;
}
