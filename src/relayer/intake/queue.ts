import type { SignedReading } from "../../protocol/codec/reading.ts";
import { CairnError } from "../../protocol/errors.ts";
import { DeviceSignatures } from "../device-signatures.ts";
import type { ChainView } from "../jobs/chain-view.ts";
import { readProgress } from "../store/closing.ts";
import type { Store } from "../store/open.ts";
import { loadKeys } from "../store/situations.ts";
import { type AcceptParts, acceptReadings } from "./accept.ts";
import { type Candidate, examine, prove, type ReadingResult } from "./candidate.ts";

/** Readings that may wait; beyond, callers are told to come back. */
const MAX_WAITING = 10_000;
/** Readings that one database transaction takes, so that one fsync serves many requests. */
const MAX_A_COMMIT = 2_000;

/** What taking in works with. */
export interface IntakeParts extends AcceptParts {
  readonly store: Store;
  readonly view: ChainView;
}

interface Waiting {
  readonly candidates: readonly Candidate[];
  readonly resolve: (results: ReadingResult[]) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Takes readings in. Requests that arrive while a transaction is being written share the next one; none is answered before
 * its readings are durable.
 */
export class IntakeQueue {
  readonly #parts: IntakeParts;
  readonly #signatures = new DeviceSignatures();
  readonly #waiting: Waiting[] = [];
  #held = 0;
  #running: Promise<void> | undefined;
  #closed = false;

  constructor(parts: IntakeParts) {
    this.#parts = parts;
  }

  /**
   * @returns A receipt or a refusal for each reading, in order.
   * @throws OVERLOADED when too many wait; CHAIN_UNREACHABLE before the chain was first processed; STORE_FULL; PROGRAMME_STOPPED.
   */
  async take(readings: readonly SignedReading[]): Promise<ReadingResult[]> {
    if (this.#closed) throw new CairnError("PROGRAMME_STOPPED");
    if (this.#parts.view.snapshot === undefined) throw new CairnError("CHAIN_UNREACHABLE", "not caught up yet");
    if (this.#held + readings.length > MAX_WAITING) throw new CairnError("OVERLOADED");
    this.#held += readings.length;
    try {
      const candidates = await this.#examine(readings);
      return await new Promise<ReadingResult[]>((resolve, reject) => {
        this.#waiting.push({ candidates, resolve, reject });
        this.#running ??= this.#run().finally(() => {
          this.#running = undefined;
        });
      });
    } finally {
      this.#held -= readings.length;
    }
  }

  /** Takes nothing more and waits until what was taken is answered. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#running;
  }

  async #examine(readings: readonly SignedReading[]): Promise<Candidate[]> {
    const candidates = readings.map((reading) => examine(this.#parts.programme, reading));
    const vehicles = [...new Set(readings.map(({ reading }) => reading.vehicle))];
    const keys = await loadKeys(this.#parts.store.db, vehicles);
    return Promise.all(
      candidates.map((candidate) => prove(candidate, keys.get(candidate.reading.vehicle) ?? [], this.#signatures)),
    );
  }

  async #run(): Promise<void> {
    while (this.#waiting.length > 0) {
      const group = this.#nextGroup();
      try {
        const results = await this.#commit(group.flatMap(({ candidates }) => candidates));
        let at = 0;
        for (const { candidates, resolve } of group) {
          resolve(results.slice(at, at + candidates.length));
          at += candidates.length;
        }
      } catch (error) {
        for (const { reject } of group) reject(error);
      }
    }
  }

  #nextGroup(): Waiting[] {
    const group = this.#waiting.splice(0, 1);
    let size = group[0]?.candidates.length ?? 0;
    while (this.#waiting[0] !== undefined && size + this.#waiting[0].candidates.length <= MAX_A_COMMIT) {
      size += this.#waiting[0].candidates.length;
      group.push(...this.#waiting.splice(0, 1));
    }
    return group;
  }

  #commit(candidates: readonly Candidate[]): Promise<ReadingResult[]> {
    const { store, view } = this.#parts;
    return store.transaction(async (tx) => {
      // Taken inside the transaction: nothing can close the drop between this look and the commit.
      const snapshot = view.snapshot;
      if (snapshot === undefined) throw new CairnError("CHAIN_UNREACHABLE", "not caught up yet");
      const { nextDrop } = await readProgress(tx);
      return acceptReadings(tx, this.#parts, { snapshot, nextDrop }, candidates);
    });
  }
}
