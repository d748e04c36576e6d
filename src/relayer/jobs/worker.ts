import { setTimeout as sleep } from "node:timers/promises";
import type { Logger } from "pino";
import { CairnError } from "../../protocol/errors.ts";
import type { Alerts } from "../../service/alerts.ts";
import { storeError } from "../../storage/failure.ts";
import type { Leadership } from "../../storage/lease.ts";
import { readProgress } from "../store/closing.ts";
import { countOpenIntents } from "../store/intents.ts";
import { openEffects } from "../store/outbox.ts";
import type { Senders } from "../submitter/senders.ts";
import { type AnchorParts, enqueueAnchor } from "./anchor.ts";
import type { ChainSnapshot, ChainView } from "./chain-view.ts";
import { type ClosingParts, closeEnded, isClosingDue } from "./close.ts";
import { eraseOrdered, eraseSamples } from "./erase-samples.ts";
import { enqueueFollows, type FollowParts } from "./follow-exclusions.ts";
import type { Follower } from "./follower.ts";
import { enqueueIntents } from "./intents.ts";
import { enqueueCredits, type PushParts } from "./push.ts";
import { runEach } from "./run-each.ts";
import { enqueueSettlement, type SettleParts } from "./settle.ts";
import type { Watcher } from "./watcher.ts";

/** After so many failures in a row, and again after as many more, a leader lets another one try. */
const FAILURES_LEADING = 3;
/** What is about this process, whether or not it leads; all other alerts are about a leader's work. */
const OWN_ALERT = "worker";
/** Longest pause after failures in a row, milliseconds. */
const MAX_PAUSE_MS = 10_000;

/** What the worker works with. */
export interface WorkerParts {
  readonly leadership: Leadership;
  /** Prepares this process for leading, each time that it begins to. */
  readonly takeOver: () => Promise<void>;
  /** Looks at the chain as long as another process leads. */
  readonly watcher: Watcher;
  readonly follower: Follower;
  readonly submitter: Senders;
  readonly view: ChainView;
  readonly closing: ClosingParts;
  readonly anchoring: AnchorParts;
  readonly settling: SettleParts;
  readonly pushing: PushParts;
  readonly following: FollowParts;
  readonly alerts: Alerts;
  readonly log: Logger;
  readonly pollMs: number;
}

/**
 * The relayer's one loop: look at the chain, close what ended, write down what is due, carry the outbox on. Every step does
 * what the state asks for and nothing else, so it does not matter where the last process stopped. Of several relayers on one
 * store one does all that; the others look at the chain, take in, and wait for the lead.
 */
export class Worker {
  readonly #parts: WorkerParts;
  readonly #stop = new AbortController();
  #nap = new AbortController();
  #running: Promise<void> | undefined;
  #isWoken = true;
  /** Nothing is under way, so without a new block or an intent there is nothing to do. */
  #isQuiet = false;
  #isIdle = false;
  #hasLed: boolean;
  #changes = 0;
  #lookedAt = 0;
  #problem: string | undefined;

  constructor(parts: WorkerParts) {
    this.#parts = parts;
    this.#hasLed = parts.leadership.isHeld;
  }

  /** Whether everything due at chain time is done and final. */
  get isIdle(): boolean {
    return this.#isIdle && !this.#isWoken;
  }

  /** Whether this process does the work, rather than another one of the same store. */
  get isLeading(): boolean {
    return this.#parts.leadership.isHeld;
  }

  /** Grows whenever a step did something. */
  get changes(): number {
    return this.#changes;
  }

  /** What the last step failed on, until one succeeds. */
  get problem(): string | undefined {
    return this.#problem;
  }

  start(): void {
    this.#running ??= this.#run();
  }

  /** There is something new: work begins at once. */
  wake(): void {
    this.#isWoken = true;
    this.#nap.abort();
  }

  /** Somebody asks how far the chain is: it is looked at now rather than after the rest of the pause. */
  nudge(): void {
    if (performance.now() - this.#lookedAt >= this.#parts.pollMs / 2) this.#nap.abort();
  }

  /** Ends after the step under way. */
  async close(): Promise<void> {
    this.#stop.abort();
    this.#nap.abort();
    await this.#running;
  }

  async #run(): Promise<void> {
    let failures = 0;
    while (!this.#stop.signal.aborted) {
      try {
        const changed = await this.#step();
        failures = 0;
        this.#recovered();
        if (!changed) await this.#pause(this.#parts.pollMs);
      } catch (error) {
        this.#failed(error);
        const pauseMs = this.#parts.pollMs * 2 ** Math.min(failures++, 16);
        if (failures % FAILURES_LEADING === 0) await this.#giveUpLead();
        await this.#pause(Math.min(pauseMs, MAX_PAUSE_MS));
      }
    }
  }

  /** One step. @returns Whether anything changed, so that the next one should follow at once. */
  async #step(): Promise<boolean> {
    return (await this.#leads()) ? this.#lead() : this.#watch();
  }

  async #leads(): Promise<boolean> {
    const { leadership, takeOver, alerts, log } = this.#parts;
    if (leadership.isHeld) return true;
    if (this.#hasLed) {
      log.warn({ code: "LEASE_LOST" }, "this relayer leads no longer");
      // What stood in a leader's way is for the next one to say.
      alerts.clearAllBut(OWN_ALERT);
    }
    this.#hasLed = false;
    if (!(await leadership.acquire())) return false;
    try {
      await takeOver();
    } catch (error) {
      await leadership.release();
      throw error;
    }
    this.#hasLed = true;
    log.info("this relayer leads now");
    this.#isWoken = true;
    return true;
  }

  /** Its node may be away, and another relayer's not. Where there is no other, this one takes the lead again after its pause. */
  async #giveUpLead(): Promise<void> {
    const { leadership } = this.#parts;
    if (leadership.isShared) await leadership.release().catch(() => undefined);
  }

  async #watch(): Promise<boolean> {
    this.#isIdle = false;
    this.#isWoken = false;
    await this.#parts.watcher.poll();
    this.#lookedAt = performance.now();
    return false;
  }

  async #lead(): Promise<boolean> {
    const { follower, view, submitter, closing, leadership } = this.#parts;
    // Owners who have withdrawn need not wait for a chain that does not answer.
    while ((await eraseOrdered(closing.store)) && !this.#stop.signal.aborted) this.#changes++;
    const moved = await follower.poll();
    this.#lookedAt = performance.now();
    // Others take in as well, and cannot wake this process.
    if (!moved && !this.#isWoken && this.#isQuiet && !leadership.isShared) return false;
    const { snapshot } = view;
    if (snapshot === undefined) return false;
    this.#isWoken = false;
    this.#isIdle = false;
    this.#isQuiet = false;
    this.#changes++;
    const steps = [() => this.#prepareAll(snapshot), () => submitter.step(snapshot)];
    if (await runEach(steps)) return true;
    this.#isQuiet = (await openEffects(closing.store.db)).length === 0;
    this.#isIdle = this.#isQuiet && (await this.#nothingIsDue(snapshot));
    return false;
  }

  /** Everything that needs no answer from the chain. @returns False: whatever changed, nothing of it is left to do. */
  async #prepareAll(snapshot: ChainSnapshot): Promise<boolean> {
    while (await this.#prepare(snapshot)) this.#changes++;
    return false;
  }

  /** Each piece once. @returns Whether anything changed, so that there may be more. */
  async #prepare(snapshot: ChainSnapshot): Promise<boolean> {
    const { closing, anchoring, settling, pushing, following } = this.#parts;
    const changed = await runEach([
      () => closeEnded(closing, snapshot),
      () => enqueueIntents(pushing, snapshot),
      () => enqueueAnchor(anchoring, snapshot),
      () => enqueueSettlement(settling, snapshot),
      () => enqueueCredits(pushing, snapshot),
      () => enqueueFollows(following, snapshot),
      () => eraseSamples(closing.store, snapshot),
    ]);
    return changed && !this.#stop.signal.aborted;
  }

  /** Nothing could be prepared and nothing is under way: that is idle, unless something waits that was not taken up. */
  async #nothingIsDue(snapshot: ChainSnapshot): Promise<boolean> {
    const { closing, anchoring, settling, pushing, following } = this.#parts;
    const { db } = closing.store;
    if ([anchoring, settling, pushing, following].some(({ lane }) => lane.isStopped)) return false;
    // A block that is not final yet may end a drop.
    if (isClosingDue(await readProgress(db), closing.genesis, snapshot.head.time)) return false;
    return (await countOpenIntents(db, snapshot.head.time)) === 0;
  }

  async #pause(ms: number): Promise<void> {
    this.#nap = new AbortController();
    if (this.#stop.signal.aborted || (this.#isWoken && this.#problem === undefined)) return;
    await sleep(ms, undefined, { signal: this.#nap.signal }).catch(() => undefined);
  }

  #recovered(): void {
    if (this.#problem === undefined) return;
    this.#problem = undefined;
    this.#parts.alerts.clear(OWN_ALERT);
  }

  #failed(error: unknown): void {
    const known = storeError(error);
    this.#isIdle = false;
    this.#isQuiet = false;
    // Nothing failed: another one does the work now.
    if (known instanceof CairnError && known.code === "LEASE_LOST") return;
    const problem = known instanceof CairnError ? known.code : "UNEXPECTED";
    if (problem === "UNEXPECTED" && this.#problem !== problem) this.#parts.log.error({ err: error }, "a step failed");
    this.#problem = problem;
    this.#parts.alerts.raise(OWN_ALERT, known instanceof CairnError ? `${problem}: ${known.message}` : problem);
  }
}
