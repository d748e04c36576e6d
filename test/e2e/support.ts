import assert from "node:assert/strict";
import { setTimeout as pause } from "node:timers/promises";

const PAUSE_MS = 50;

/**
 * Asks until the answer is there, at most for some time.
 * @param what Names it when it does not come.
 */
export async function eventually<T>(
  what: string,
  ask: () => Promise<T | undefined> | T | undefined,
  timeoutMs = 90_000,
): Promise<T> {
  const endsAt = Date.now() + timeoutMs;
  for (;;) {
    const found = await ask();
    if (found !== undefined) return found;
    if (Date.now() > endsAt) return assert.fail(`${what} did not come within ${timeoutMs / 1000} s`);
    await pause(PAUSE_MS);
  }
}

/** Whether a process runs; one that has ended and was not yet collected by its parent does not. */
export async function isRunning(pid: number): Promise<boolean> {
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  const { readFile } = await import("node:fs/promises");
  const stat = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => "");
  return !/\) Z /.test(stat);
}

/** The status of an HTTP answer, undefined when nobody answers. */
export async function statusOf(url: string): Promise<number | undefined> {
  return fetch(url).then(
    (answer) => answer.status,
    () => undefined,
  );
}
