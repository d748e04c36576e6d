import { setTimeout as pause } from "node:timers/promises";
import type { Hex, SignedReading, SignedReceipt } from "../../../src/protocol/index.ts";

const READINGS_A_REQUEST = 100;
/** After so long a car's backend asks the other relayer. */
const PATIENCE_MS = 5_000;
const PAUSE_MS = 200;
/** A relayer may be behind the chain that the car looks at; the car asks again. */
const COMES_AGAIN: ReadonlySet<string> = new Set(["READING_FROM_FUTURE"]);

type Delivered = SignedReading & { readonly vehicle: Hex; readonly digest: Hex };
type Result = { readonly digest: Hex; readonly receipt?: SignedReceipt["receipt"]; signature?: Hex; refusal?: string };

/** Delivers readings to either of several relayers until each is acknowledged, and keeps every receipt. */
export class Deliveries {
  /** By the reading's digest. */
  readonly receipts = new Map<Hex, SignedReceipt>();
  /** Refusals that are final, by code. */
  readonly refused = new Map<string, number>();
  /** Readings that got two receipts that differ: each would be a promise of its own. */
  readonly doubled: Hex[] = [];
  /** Requests that were not answered, or with an error, by what came instead. */
  readonly failures = new Map<string, number>();
  readonly #urls: () => readonly string[];
  readonly #lanes: Delivered[][];
  readonly #workers: Promise<void>[];
  #isStopped = false;
  #delivered = 0;

  /**
   * @param urls Where the relayers are, those included that do not answer.
   * @param lanes Deliveries at once; each car belongs to one, so that its readings arrive in order.
   */
  constructor(urls: () => readonly string[], lanes: number) {
    this.#urls = urls;
    this.#lanes = Array.from({ length: lanes }, () => []);
    this.#workers = this.#lanes.map((queue, lane) => this.#work(queue, lane));
  }

  /** How many readings there were to deliver. */
  get count(): number {
    return this.#delivered;
  }

  get waiting(): number {
    return this.#lanes.reduce((sum, { length }) => sum + length, 0);
  }

  add(readings: readonly Delivered[]): void {
    this.#delivered += readings.length;
    for (const reading of readings) {
      this.#lanes[Number.parseInt(reading.vehicle.slice(2, 10), 16) % this.#lanes.length]?.push(reading);
    }
  }

  /** Waits until everything was delivered, and ends. */
  async finish(): Promise<void> {
    this.#isStopped = true;
    await Promise.all(this.#workers);
  }

  async #work(queue: Delivered[], lane: number): Promise<void> {
    for (let attempt = lane; !this.#isStopped || queue.length > 0; ) {
      const some = queue.slice(0, READINGS_A_REQUEST);
      const results = some.length === 0 ? undefined : await this.#ask(some, attempt);
      if (results === undefined) {
        attempt += 1;
        await pause(PAUSE_MS);
        continue;
      }
      const again = new Set(results.filter(({ refusal = "" }) => COMES_AGAIN.has(refusal)).map(({ digest }) => digest));
      for (const result of results) if (!again.has(result.digest)) this.#note(result);
      queue.splice(0, some.length, ...some.filter(({ digest }) => again.has(digest)));
      if (again.size > 0) await pause(PAUSE_MS);
    }
  }

  async #ask(readings: readonly Delivered[], attempt: number): Promise<Result[] | undefined> {
    const urls = this.#urls();
    const body = JSON.stringify({ readings: readings.map(({ reading, signature }) => ({ reading, signature })) });
    try {
      const answer = await fetch(`${urls[attempt % urls.length]}/v1/readings`, {
        ...{ method: "POST", headers: { "content-type": "application/json" }, body },
        signal: AbortSignal.timeout(PATIENCE_MS),
      });
      if (answer.status === 200) return ((await answer.json()) as { results: Result[] }).results;
      const { error } = (await answer.json()) as { error: { code: string } };
      this.#failed(error.code);
    } catch (error) {
      this.#failed((error as Error).name === "TimeoutError" ? "no answer" : "no connection");
    }
    return undefined;
  }

  #failed(why: string): void {
    this.failures.set(why, (this.failures.get(why) ?? 0) + 1);
  }

  #note({ digest, receipt, signature, refusal }: Result): void {
    if (receipt === undefined || signature === undefined) {
      this.refused.set(refusal ?? "none", (this.refused.get(refusal ?? "none") ?? 0) + 1);
      return;
    }
    const known = this.receipts.get(digest);
    if (known !== undefined && known.signature !== signature) this.doubled.push(digest);
    this.receipts.set(digest, { receipt, signature });
  }
}
