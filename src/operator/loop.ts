import { setTimeout as sleep } from "node:timers/promises";
import type { Logger } from "pino";
import { CairnError } from "../protocol/errors.ts";
import type { Alerts } from "../service/alerts.ts";
import { storeError } from "../storage/failure.ts";
import type { Leadership } from "../storage/lease.ts";
import type { Duty } from "./duty.ts";
import type { Follower } from "./follower.ts";
import { refusalOf, type Sender } from "./sender.ts";

/** Longest pause after failures in a row, milliseconds. */
const MAX_PAUSE_MS = 10_000;

/** A duty, with the sender of its key when it has one. */
export interface Worker {
  readonly duty: Duty;
  readonly sender: Sender | undefined;
}

/** What the loop works with. */
export interface LoopParts {
  /** Over the store, which a shared database gives to one operator at a time. */
  readonly leadership: Leadership;
  /** Prepares this process for the store after another one may have had it. */
  readonly takeOver: () => Promise<void>;
  readonly follower: Follower;
  readonly workers: readonly Worker[];
  readonly alerts: Alerts;
  readonly log: Logger;
  readonly pollMs: number;
  /** Ends the loop after the step under way. */
  readonly stop: AbortController;
}

/** How often something failed in a row, and when it may be tried again. */
class Backoff {
  #failures = 0;
  #notBefore = 0;

  get mayTry(): boolean {
    return performance.now() >= this.#notBefore;
  }

  succeeded(): void {
    this.#failures = 0;
    this.#notBefore = 0;
  }

  failed(firstPauseMs: number): void {
    const pauseMs = Math.min(firstPauseMs * 2 ** Math.min(this.#failures++, 16), MAX_PAUSE_MS);
    this.#notBefore = performance.now() + pauseMs;
  }
}

/**
 * The operator's one loop: look at the chain, then let each duty do what is due. A duty that fails is tried again ever more
 * slowly, raises an alert, and holds up no other.
 */
export class Loop {
  readonly #parts: LoopParts;
  readonly #backoffs = new Map<string, Backoff>();
  #running: Promise<void> | undefined;
  /** Whether something is left to do in the block that was last looked at. */
  #isBusy = true;
  /** Whether something came to be done since the step under way began. */
  #isWoken = false;
  #problem: string | undefined;

  constructor(parts: LoopParts) {
    this.#parts = parts;
  }

  /** Whether all that was due when the chain was last looked at is done. */
  get isIdle(): boolean {
    return !this.#isBusy && !this.#isWoken;
  }

  /** Why the chain or the store cannot be used; undefined when they can. */
  get problem(): string | undefined {
    return this.#problem;
  }

  /** Lets every duty take its turn at the next look, although the chain stands still. */
  wake(): void {
    this.#isWoken = true;
  }

  start(): void {
    this.#running ??= this.#run();
  }

  /** Ends after the step under way; waits for transactions are given up. */
  async close(): Promise<void> {
    this.#parts.stop.abort();
    await this.#running;
  }

  async #run(): Promise<void> {
    const { stop, pollMs } = this.#parts;
    while (!stop.signal.aborted) {
      const didSomething = await this.#step();
      if (!didSomething) await sleep(pollMs, undefined, { signal: stop.signal }).catch(() => undefined);
    }
  }

  /** @returns Whether anything was done, so that the next step should follow at once. */
  async #step(): Promise<boolean> {
    const { leadership, follower, workers } = this.#parts;
    const held = await this.#attempt("lead", () => this.#lead());
    if (!held.ok) {
      this.#problem = held.problem;
      return false;
    }
    let moved = false;
    const looked = await this.#attempt("chain", async () => {
      moved = await follower.poll();
      return moved;
    });
    this.#problem = looked.problem;
    const { snapshot } = follower;
    this.#isBusy ||= this.#isWoken;
    this.#isWoken = false;
    if (!looked.ok || snapshot === undefined || (!moved && !this.#isBusy)) return false;
    this.#isBusy = true;
    let changed = false;
    let failed = false;
    for (const { duty, sender } of workers) {
      if (sender === undefined || this.#parts.stop.signal.aborted || !leadership.isHeld) continue;
      const { ok, result } = await this.#attempt(duty.name, () => duty.step(snapshot, sender));
      changed ||= result === true;
      failed ||= !ok;
    }
    this.#isBusy = changed || failed;
    return changed;
  }

  /**
   * Takes the store back when it was lost.
   * @returns Whether it had to be.
   * @throws LEASE_LOST while another operator has it.
   */
  async #lead(): Promise<boolean> {
    const { leadership, takeOver } = this.#parts;
    if (leadership.isHeld) return false;
    this.#isBusy = true;
    if (!(await leadership.acquire())) throw new CairnError("LEASE_LOST");
    try {
      await takeOver();
    } catch (error) {
      await leadership.release();
      throw error;
    }
    return true;
  }

  async #attempt(
    subject: string,
    work: () => Promise<boolean>,
  ): Promise<{ ok: boolean; result?: boolean; problem?: string }> {
    const { alerts, pollMs, stop } = this.#parts;
    const backoff = this.#backoffs.get(subject) ?? new Backoff();
    this.#backoffs.set(subject, backoff);
    if (!backoff.mayTry) return { ok: false, problem: this.#problem ?? "UNEXPECTED" };
    try {
      const result = await work();
      backoff.succeeded();
      alerts.clear(subject);
      return { ok: true, result };
    } catch (error) {
      if (stop.signal.aborted) return { ok: false, problem: "PROGRAMME_STOPPED" };
      backoff.failed(pollMs);
      return { ok: false, problem: this.#report(subject, error) };
    }
  }

  /** Says what went wrong by codes and names only: the values of a refused call may be secret. @returns The code. */
  #report(subject: string, error: unknown): string {
    const known = storeError(error);
    if (!(known instanceof CairnError)) {
      this.#parts.log.error({ err: error }, `${subject}: a step failed`);
      this.#parts.alerts.raise(subject, "UNEXPECTED");
      return "UNEXPECTED";
    }
    const refusal = refusalOf(known);
    this.#parts.alerts.raise(subject, `${known.code}: ${refusal ?? known.message}`);
    return known.code;
  }
}
