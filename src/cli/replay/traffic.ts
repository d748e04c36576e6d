import type { Delivery } from "../../fleet/index.ts";
import { dayOf, type Hex } from "../../protocol/index.ts";
import type { ReadingResult } from "../relayer-api.ts";
import { IntakeTally } from "../simulate/intake-tally.ts";

const HOUR_S = 3_600;

/** What one vehicle drove: metres by odometer of its accepted readings, before the daily cap. */
export interface VehicleTraffic {
  metres: number;
  readings: number;
}

/** The tally of a replay: it also knows who drove when, by vehicle, day and hour. Bounded by cars and hours. */
export class Traffic extends IntakeTally {
  readonly #genesis: number;
  readonly #hours = new Map<number, Set<Hex>>();
  readonly byVehicle = new Map<Hex, VehicleTraffic>();
  readonly metresByDay: number[] = [];

  constructor(genesis: number) {
    super();
    this.#genesis = genesis;
  }

  override add(deliveries: readonly Delivery[], results: readonly ReadingResult[], dropStartsAt: number): void {
    super.add(deliveries, results, dropStartsAt);
    deliveries.forEach(({ vehicle, reading }, i) => {
      if (results[i]?.receipt === undefined) return;
      const metres = reading.odometerEnd - reading.odometerStart;
      const day = dayOf(this.#genesis, reading.startedAt);
      this.metresByDay[day] = (this.metresByDay[day] ?? 0) + metres;
      const traffic = this.byVehicle.get(vehicle) ?? { metres: 0, readings: 0 };
      this.byVehicle.set(vehicle, { metres: traffic.metres + metres, readings: traffic.readings + 1 });
      this.#drove(vehicle, Math.floor((reading.startedAt - this.#genesis) / HOUR_S));
    });
  }

  /** How many cars drove in each hour since genesis; hours without any are 0. */
  carsPerHour(hours: number): { readonly time: number; readonly value: number }[] {
    return Array.from({ length: hours }, (_, hour) => ({
      time: this.#genesis + hour * HOUR_S,
      value: this.#hours.get(hour)?.size ?? 0,
    }));
  }

  #drove(vehicle: Hex, hour: number): void {
    const cars = this.#hours.get(hour);
    if (cars === undefined) this.#hours.set(hour, new Set([vehicle]));
    else cars.add(vehicle);
  }
}
