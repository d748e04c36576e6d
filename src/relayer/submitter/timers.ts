/** How long a transaction that is not mined waits before its bytes go out again: when the node took them, and when not. */
const AGAIN_TAKEN_MS = 5_000;
const AGAIN_REFUSED_MS = 500;
/** How long, and over how many blocks, one that was taken by the node waits before its fee is bumped. */
const BUMP_MS = 30_000;
const BUMP_BLOCKS = 3;
/** Waiting after a refused preflight: doubled each time, from the first to the last of these. */
const FIRST_TRY_MS = 50;
const LAST_TRY_MS = 5_000;

interface Sending {
  firstAt: number;
  firstBlock: number;
  againAt: number;
  /** Whether the node took the bytes the last time. */
  taken: boolean;
}

/**
 * When to do something again for a row of the outbox. Real time and in memory only: a restart begins anew, and nothing here
 * decides what is done, only how soon.
 */
export class Timers {
  readonly #sendings = new Map<number, Sending>();
  readonly #notBefore = new Map<number, number>();
  readonly #now: () => number;

  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  /** What a row without receipt needs now. */
  due(row: number, headBlock: number): "first" | "again" | "bump" | "wait" {
    const sending = this.#sendings.get(row);
    if (sending === undefined) return "first";
    const now = this.#now();
    if (now - sending.firstAt >= BUMP_MS && headBlock - sending.firstBlock >= BUMP_BLOCKS) return "bump";
    return now >= sending.againAt ? "again" : "wait";
  }

  /** The bytes went out. After a bump the waiting begins anew. @param taken Whether the node took them. */
  sent(row: number, headBlock: number, taken: boolean): void {
    const now = this.#now();
    const sending = this.#sendings.get(row);
    const againAt = now + (taken ? AGAIN_TAKEN_MS : AGAIN_REFUSED_MS);
    if (sending === undefined || this.due(row, headBlock) === "bump") {
      this.#sendings.set(row, { firstAt: now, firstBlock: headBlock, againAt, taken });
    } else {
      sending.againAt = againAt;
      sending.taken = taken;
    }
  }

  /** Whether the node took the row's bytes. */
  isTaken(row: number): boolean {
    return this.#sendings.get(row)?.taken ?? false;
  }

  /** A preflight was refused for the `count + 1`-th time. */
  refused(row: number, count: number): void {
    this.#notBefore.set(row, this.#now() + Math.min(FIRST_TRY_MS * 2 ** count, LAST_TRY_MS));
  }

  /** Whether a row may be tried. */
  mayTry(row: number): boolean {
    return (this.#notBefore.get(row) ?? 0) <= this.#now();
  }

  /** The row is done, or begins anew. */
  forget(row: number): void {
    this.#sendings.delete(row);
    this.#notBefore.delete(row);
  }
}
