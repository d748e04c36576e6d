import { CairnError } from "../../protocol/errors.ts";
import { DeviceSignatures } from "../device-signatures.ts";
import type { ChainView } from "../jobs/chain-view.ts";
import { beginIntake } from "../jobs/intake-moment.ts";
import type { Store } from "../store/open.ts";
import { loadKeys } from "../store/situations.ts";
import { type AcceptParts, acceptReadings } from "./accept.ts";
import { type Candidate, type DeliveredReading, examine, prove, type ReadingResult } from "./candidate.ts";
import { GroupQueue } from "./group-queue.ts";

/** What taking in works with. */
export interface IntakeParts extends AcceptParts {
  readonly store: Store;
  readonly view: ChainView;
}

/** Takes readings in; each is answered once it is durable. */
export class IntakeQueue {
  readonly #parts: IntakeParts;
  readonly #signatures = new DeviceSignatures();
  readonly #queue: GroupQueue<Candidate, ReadingResult>;

  constructor(parts: IntakeParts) {
    this.#parts = parts;
    this.#queue = new GroupQueue((candidates) => this.#commit(candidates));
  }

  /**
   * @returns A receipt or a refusal for each reading, in order.
   * @throws OVERLOADED when too many wait; CHAIN_UNREACHABLE before the chain was first processed; STORE_FULL; PROGRAMME_STOPPED.
   */
  async take(readings: readonly DeliveredReading[]): Promise<ReadingResult[]> {
    return this.#queue.take(readings.length, () => this.#examine(readings));
  }

  /** Takes nothing more and waits until what was taken is answered. */
  close(): Promise<void> {
    return this.#queue.close();
  }

  async #examine(readings: readonly DeliveredReading[]): Promise<Candidate[]> {
    if (this.#parts.view.snapshot === undefined) throw new CairnError("CHAIN_UNREACHABLE", "not caught up yet");
    const candidates = readings.map((reading) => examine(this.#parts.programme, reading));
    const vehicles = [...new Set(readings.map(({ reading }) => reading.vehicle))];
    const keys = await loadKeys(this.#parts.store.db, vehicles);
    return Promise.all(
      candidates.map((candidate) => prove(candidate, keys.get(candidate.reading.vehicle) ?? [], this.#signatures)),
    );
  }

  #commit(candidates: readonly Candidate[]): Promise<ReadingResult[]> {
    const { store, view, programme } = this.#parts;
    return store.transaction(async (tx) => {
      return acceptReadings(tx, this.#parts, await beginIntake(tx, view, programme), candidates);
    });
  }
}
