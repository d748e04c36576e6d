import type { DeviceReading } from "../../device/index.ts";
import type { Hex } from "../../protocol/index.ts";
import type { SamplesSealer } from "../kept-samples.ts";
import type { PatientRelayer } from "../relayer-api.ts";

/** Readings that wait for a relayer that is away; the oldest are dropped beyond it. */
const MOST_WAITING = 10_000;

/** Readings on their way to the relayer. */
export class Post {
  readonly #relayer: PatientRelayer;
  readonly #seal: SamplesSealer;
  #waiting: DeviceReading[] = [];
  firstDigest: Hex | undefined;

  constructor(relayer: PatientRelayer, seal: SamplesSealer) {
    this.#relayer = relayer;
    this.#seal = seal;
  }

  add(readings: readonly DeviceReading[]): void {
    this.#waiting = [...this.#waiting, ...readings].slice(-MOST_WAITING);
  }

  /** Sends what the chain's time has passed: a reading from the future would be refused. */
  async send(chainTime: number): Promise<void> {
    const due = this.#waiting.filter(({ reading }) => reading.endedAt <= chainTime);
    if (due.length === 0) return;
    const results = await this.#relayer.deliver(await this.#seal(due));
    const sent = new Set(due);
    this.#waiting = this.#waiting.filter((reading) => !sent.has(reading));
    for (const result of results) {
      if (result.refusal === undefined) this.firstDigest ??= result.digest;
    }
  }
}
