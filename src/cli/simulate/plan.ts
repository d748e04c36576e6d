import type { VehicleIdentity } from "../../fleet/index.ts";
import { ownerSecret, vehicleIdentity } from "../../fleet/index.ts";
import { type RandomStream, randomStream } from "../../fleet/random.ts";
import { type Category, categoryMask, DROP_S, DROPS_PER_DAY, dropStart, type Hex } from "../../protocol/index.ts";
import { addressOf } from "../keys.ts";

/** An owner of the simulated programme. */
export interface PlannedOwner {
  readonly name: string;
  readonly key: Hex;
  readonly address: Hex;
  readonly categories: readonly Category[];
}

/** A car in one ownership. Times in unix seconds. */
export interface PlannedCar {
  /** Labels its driving. */
  readonly name: string;
  readonly identity: VehicleIdentity;
  readonly owner: PlannedOwner;
  readonly from: number;
  readonly until?: number;
  /** The same car in its earlier ownership. */
  readonly follows?: Hex;
}

/** Something that an owner, or two, do during a drop. */
export type PlannedAction =
  | { readonly kind: "withdraw"; readonly owner: PlannedOwner }
  | { readonly kind: "grant"; readonly owner: PlannedOwner }
  | { readonly kind: "sell"; readonly car: PlannedCar; readonly next: PlannedCar };

/** All that happens in a simulation and does not follow from driving. It depends on seed, vehicles and days alone. */
export interface Plan {
  /** Cars of the start, in order of registration. */
  readonly cars: readonly PlannedCar[];
  /** Cars that come back under a new identity after a sale. */
  readonly resold: readonly PlannedCar[];
  readonly actions: ReadonlyMap<number, readonly PlannedAction[]>;
  /** The consent for mining of a vehicle's owner at a time: a category mask, 0 for none. */
  readonly consentMaskAt: (vehicle: Hex, time: number) => number;
}

/** What a plan is made from. */
export interface PlanOptions {
  readonly seed: string;
  readonly vehicles: number;
  readonly days: number;
  readonly genesis: number;
  /** Chain time at which everything before genesis is set up. */
  readonly setUpAt: number;
}

/** Actions happen in the middle of a drop: after its readings, which need the consent that stood at its start. */
export const ACTION_OFFSET_S = DROP_S / 2;
/** Every so many cars belong to the owner of the one before. */
const SECOND_CAR_EVERY = 25;
const ALL: readonly Category[] = ["mileage", "drivingBehaviour", "takeovers", "battery"];
const LEAST: readonly Category[] = ["mileage"];

/** Makes the plan of a simulation. */
export function makePlan(options: PlanOptions): Plan {
  const { seed, vehicles, genesis, setUpAt } = options;
  const owners: PlannedOwner[] = [];
  const cars: PlannedCar[] = [];
  for (let i = 0; i < vehicles; i++) {
    const shares = i % SECOND_CAR_EVERY === SECOND_CAR_EVERY - 1;
    const owner = shares ? (owners.at(-1) as PlannedOwner) : ownerOf(seed, `owner ${i}`);
    if (!shares) owners.push(owner);
    const name = `car ${i}`;
    cars.push({ name, identity: vehicleIdentity(seed, name, 0), owner, from: setUpAt });
  }
  const sales = planSales(options, cars);
  const sellers = new Set(sales.map(({ car }) => car.owner));
  const actions = new ActionList();
  for (const sale of sales) actions.add(dropOfTime(genesis, sale.next.from), sale);
  const consents = new ConsentPeriods();
  for (const owner of owners) consents.begin(owner, setUpAt);
  for (const { next } of sales) consents.begin(next.owner, next.from);
  planWithdrawals(
    options,
    owners.filter((owner) => !sellers.has(owner)),
    { actions, consents },
  );
  const resold = sales.map(({ next }) => next);
  const sold = new Map(sales.map(({ car, next }) => [car.identity.vehicle, next.from]));
  const ownerOfVehicle = new Map([...cars, ...resold].map(({ identity, owner }) => [identity.vehicle, owner]));
  return {
    cars: cars.map((car) => {
      const until = sold.get(car.identity.vehicle);
      return until === undefined ? car : { ...car, until };
    }),
    resold,
    actions: actions.byDrop,
    consentMaskAt: (vehicle, time) => {
      const owner = ownerOfVehicle.get(vehicle);
      return owner !== undefined && consents.standsAt(owner, time) ? categoryMask(owner.categories) : 0;
    },
  };
}

function ownerOf(seed: string, name: string): PlannedOwner {
  const key = ownerSecret(seed, name);
  const categories = randomStream(seed, "categories", name).chance(0.1) ? LEAST : ALL;
  return { name, key, address: addressOf(key), categories };
}

type Sale = Extract<PlannedAction, { kind: "sell" }>;

/** One car in a hundred, and at least one, is sold about the middle of the programme. */
function planSales({ seed, days, genesis }: PlanOptions, cars: readonly PlannedCar[]): Sale[] {
  if (cars.length < 2 || days < 2) return [];
  const random = randomStream(seed, "sales");
  const chosen = sample(random, cars.slice(0, -1), Math.max(1, Math.floor(cars.length / 100)));
  return chosen.map((car) => {
    const day = Math.min(days - 1, Math.floor(days / 2) + random.integer(0, Math.floor(days / 10)));
    const from = dropStart(genesis, day * DROPS_PER_DAY + random.integer(60, 100)) + ACTION_OFFSET_S;
    const next: PlannedCar = {
      name: `${car.name}, second owner`,
      identity: vehicleIdentity(seed, car.name, 1),
      owner: ownerOf(seed, `second owner of ${car.name}`),
      from,
      follows: car.identity.vehicle,
    };
    return { kind: "sell", car, next };
  });
}

/** One owner in eight, and at least one, withdraws the consent some day; most grant it again one to three days later. */
function planWithdrawals(
  { seed, days, genesis }: PlanOptions,
  owners: readonly PlannedOwner[],
  { actions, consents }: { actions: ActionList; consents: ConsentPeriods },
): void {
  if (owners.length === 0 || days < 2) return;
  const random = randomStream(seed, "withdrawals");
  const lastDrop = days * DROPS_PER_DAY - 1;
  sample(random, owners, Math.max(1, Math.floor(owners.length / 8))).forEach((owner, i) => {
    const drop = random.integer(DROPS_PER_DAY / 2, Math.max(DROPS_PER_DAY, lastDrop - 2 * DROPS_PER_DAY));
    actions.add(drop, { kind: "withdraw", owner });
    consents.end(owner, dropStart(genesis, drop) + ACTION_OFFSET_S);
    const again = drop + random.integer(DROPS_PER_DAY / 2, 3 * DROPS_PER_DAY);
    const staysAway = i > 0 && random.chance(0.2);
    if (staysAway || again > lastDrop) return;
    actions.add(again, { kind: "grant", owner });
    consents.begin(owner, dropStart(genesis, again) + ACTION_OFFSET_S);
  });
}

/** Some of a list, without repetition, in an order that only the stream decides. */
function sample<T>(random: RandomStream, items: readonly T[], count: number): T[] {
  const rest = [...items];
  return Array.from({ length: Math.min(count, rest.length) }, () =>
    rest.splice(random.integer(0, rest.length - 1), 1),
  ).flat();
}

function dropOfTime(genesis: number, time: number): number {
  return Math.floor((time - genesis) / DROP_S);
}

class ActionList {
  readonly byDrop = new Map<number, PlannedAction[]>();

  add(drop: number, action: PlannedAction): void {
    this.byDrop.set(drop, [...(this.byDrop.get(drop) ?? []), action]);
  }
}

/** When each owner's consent stands: half-open periods, as on the chain. */
class ConsentPeriods {
  readonly #periods = new Map<PlannedOwner, { from: number; until: number }[]>();

  begin(owner: PlannedOwner, from: number): void {
    this.#periods.set(owner, [...(this.#periods.get(owner) ?? []), { from, until: Number.POSITIVE_INFINITY }]);
  }

  end(owner: PlannedOwner, until: number): void {
    const last = this.#periods.get(owner)?.at(-1);
    if (last !== undefined) last.until = until;
  }

  standsAt(owner: PlannedOwner, time: number): boolean {
    return this.#periods.get(owner)?.some(({ from, until }) => from <= time && time < until) ?? false;
  }
}
