/** How long what was seen holds, milliseconds. */
const HOLDS_MS = 1_000;

/**
 * Looks at something at most once a second, however often it is asked for.
 * @param look A look that does not fail.
 * @param now The clock, milliseconds.
 * @returns Gives what the last look saw, or waits for the one under way.
 */
export function lookSeldom<T>(look: () => Promise<T>, now: () => number = () => performance.now()): () => Promise<T> {
  let lookedAt = -Infinity;
  let seen: Promise<T> | undefined;
  return () => {
    if (seen === undefined || now() - lookedAt > HOLDS_MS) {
      lookedAt = now();
      seen = look();
    }
    return seen;
  };
}
