import type { Delivery } from "../../fleet/index.ts";
import { DROP_S, type Hex } from "../../protocol/index.ts";
import type { ReadingResult } from "../relayer-api.ts";
import type { KeptReceipts } from "./kept-receipts.ts";

/** An answer that does not fit what the reading was made for. */
export interface Surprise {
  readonly digest: Hex;
  readonly expected: string;
  readonly actual: string;
}

/** Listed surprises; the rest is counted. */
const MOST_LISTED = 20;

/**
 * What became of the readings of a simulation. Counted from the answers and not from the relayer's own count, so that a
 * request that was repeated after the relayer died counts once.
 */
export class IntakeTally {
  readonly #accepted = new Set<Hex>();
  readonly #receipts: KeptReceipts | undefined;
  readonly #surprises: Surprise[] = [];
  readonly refused: Record<string, number> = {};
  /** Metres driven by odometer in accepted readings. */
  metres = 0;
  /** Accepted readings that were delivered more than one drop after they ended. */
  late = 0;
  surprises = 0;
  firstDigest: Hex | undefined;

  /** @param receipts Where the answers' receipts are kept; nowhere without it. */
  constructor(receipts?: KeptReceipts) {
    this.#receipts = receipts;
  }

  get accepted(): number {
    return this.#accepted.size;
  }

  get listedSurprises(): readonly Surprise[] {
    return this.#surprises;
  }

  /** @param dropStartsAt First second of the drop in which they were delivered. */
  add(deliveries: readonly Delivery[], results: readonly ReadingResult[], dropStartsAt: number): void {
    deliveries.forEach((delivery, i) => {
      const { refusal, receipt, signature } = results[i] ?? {};
      if (receipt !== undefined && signature !== undefined) this.#receipts?.keep({ receipt, signature });
      const expected = delivery.mischief?.expected;
      if (refusal !== expected) this.#surprise(delivery.digest, expected ?? "accepted", refusal ?? "accepted");
      if (refusal !== undefined) {
        this.refused[refusal] = (this.refused[refusal] ?? 0) + 1;
        return;
      }
      if (this.#accepted.has(delivery.digest)) return;
      const { odometerStart, odometerEnd, endedAt } = delivery.reading;
      this.#accepted.add(delivery.digest);
      this.firstDigest ??= delivery.digest;
      this.metres += odometerEnd - odometerStart;
      if (dropStartsAt - endedAt > DROP_S) this.late++;
    });
  }

  #surprise(digest: Hex, expected: string, actual: string): void {
    this.surprises++;
    if (this.#surprises.length < MOST_LISTED) this.#surprises.push({ digest, expected, actual });
  }
}
