import { DAY_S, dayOf, dayStart } from "../protocol/index.ts";
import { randomStream } from "./random.ts";

/** How often cars are out of reach, as probabilities per car and day. */
export interface OfflineRates {
  /** Out of reach for an hour to three days: what it has is delivered late, and still counts. */
  readonly late: number;
  /** Out of reach for eight to nine days: longer than a reading may be old by the default rules. */
  readonly tooLong: number;
}

/** A simulated car's link to the programme. */
export class Link {
  readonly #seed: string;
  readonly #name: string;
  readonly #genesis: number;
  readonly #rates: OfflineRates;
  #nextDay = 0;
  #spells: { from: number; until: number }[] = [];

  constructor(seed: string, name: string, genesis: number, rates: OfflineRates) {
    this.#seed = seed;
    this.#name = name;
    this.#genesis = genesis;
    this.#rates = rates;
  }

  /** Whether the car can deliver. @param time Unix seconds; never falls from call to call. */
  isOnline(time: number): boolean {
    while (this.#nextDay <= dayOf(this.#genesis, time)) this.#plan(this.#nextDay++);
    this.#spells = this.#spells.filter(({ until }) => until > time);
    return !this.#spells.some(({ from }) => from <= time);
  }

  #plan(day: number): void {
    const random = randomStream(this.#seed, this.#name, "link", day);
    const drawn = random.float();
    const from = dayStart(this.#genesis, day) + random.integer(0, DAY_S - 1);
    const lateS = Math.round(3_600 * 72 ** random.float());
    const tooLongS = random.integer(8 * DAY_S, 9 * DAY_S);
    const { late, tooLong } = this.#rates;
    // A spell inside another would make it longer than it was meant to be.
    if (drawn >= late + tooLong || this.#spells.some(({ until }) => until > from)) return;
    this.#spells.push({ from, until: from + (drawn < late ? lateS : tooLongS) });
  }
}
