import { CairnError } from "../../protocol/errors.ts";
import { Bound } from "../../service/bound.ts";

/** Items that may wait; beyond, callers are told to come back. */
const MAX_WAITING = 10_000;
/** Items that one database transaction takes, so that one fsync serves many requests. */
const MAX_A_COMMIT = 2_000;

interface Waiting<I, R> {
  readonly items: readonly I[];
  readonly resolve: (results: R[]) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Takes items in by groups. Requests that arrive while a transaction is being written share the next one; none is answered
 * before its items are durable.
 */
export class GroupQueue<I, R> {
  readonly #commit: (items: readonly I[]) => Promise<R[]>;
  readonly #bound = new Bound(MAX_WAITING);
  readonly #waiting: Waiting<I, R>[] = [];
  #running: Promise<void> | undefined;
  #closed = false;

  /** @param commit Judges and stores items in one transaction, durable when it returns; a result for each, in order. */
  constructor(commit: (items: readonly I[]) => Promise<R[]>) {
    this.#commit = commit;
  }

  /**
   * @param count How many items there will be.
   * @param prepare Makes them: what needs no transaction is done before they wait.
   * @returns A result for each, in order.
   * @throws OVERLOADED when too many wait; PROGRAMME_STOPPED; whatever preparing or committing throws.
   */
  async take(count: number, prepare: () => Promise<readonly I[]>): Promise<R[]> {
    if (this.#closed) throw new CairnError("PROGRAMME_STOPPED");
    return this.#bound.within(count, async () => {
      const items = await prepare();
      return new Promise<R[]>((resolve, reject) => {
        this.#waiting.push({ items, resolve, reject });
        this.#running ??= this.#run().finally(() => {
          this.#running = undefined;
        });
      });
    });
  }

  /** Takes nothing more and waits until what was taken is answered. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#running;
  }

  async #run(): Promise<void> {
    while (this.#waiting.length > 0) {
      const group = this.#nextGroup();
      try {
        const results = await this.#commit(group.flatMap(({ items }) => items));
        let at = 0;
        for (const { items, resolve } of group) {
          resolve(results.slice(at, at + items.length));
          at += items.length;
        }
      } catch (error) {
        for (const { reject } of group) reject(error);
      }
    }
  }

  #nextGroup(): Waiting<I, R>[] {
    const group = this.#waiting.splice(0, 1);
    let size = group[0]?.items.length ?? 0;
    while (this.#waiting[0] !== undefined && size + this.#waiting[0].items.length <= MAX_A_COMMIT) {
      size += this.#waiting[0].items.length;
      group.push(...this.#waiting.splice(0, 1));
    }
    return group;
  }
}
