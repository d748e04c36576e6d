import type { ImportedLog } from "../../fleet/importers/index.ts";
import { ownerSecret, type RecordedVehicle, vehicleIdentity } from "../../fleet/index.ts";
import { type Category, categoryMask, DROPS_PER_DAY, dropStart } from "../../protocol/index.ts";
import { addressOf } from "../keys.ts";
import { ACTION_OFFSET_S, type Plan, type PlannedAction, type PlannedCar } from "../simulate/plan.ts";

/** What every owner of a recorded car consents to. Location is sensitive and not among it: positions stay in the car. */
export const CATEGORIES: readonly Category[] = ["mileage", "drivingBehaviour", "takeovers", "battery"];
/** Drops of the first day after the log in which a consent is withdrawn and a car sold. */
const WITHDRAWAL_DROP = 40;
const SALE_DROP = 60;

/** A log's cars under their identities, and what happens besides driving. */
export interface ReplayPlan extends Plan {
  /** One for each of {@link Plan.cars}, in the same order. */
  readonly recorded: readonly RecordedVehicle[];
}

export interface ReplayPlanOptions {
  readonly seed: string;
  readonly genesis: number;
  /** Days of the log that are driven. */
  readonly days: number;
  /** Chain time at which everything before genesis is set up. */
  readonly setUpAt: number;
}

/**
 * Gives each car of a log an identity and an owner. After the last day the last car's owner withdraws the consent and the
 * one before it is sold; a log of one car has only the withdrawal.
 */
export function planReplay(log: ImportedLog, { seed, genesis, days, setUpAt }: ReplayPlanOptions): ReplayPlan {
  const recorded = identify(log, seed);
  const cars = recorded.map(({ recorded: { id }, identity }): PlannedCar => {
    return { name: id, identity, owner: ownerOf(seed, id), from: setUpAt };
  });
  const afterwards = days * DROPS_PER_DAY;
  const actions = new Map<number, PlannedAction[]>();
  const withdrawing = cars.at(-1) as PlannedCar;
  const withdrawnAt = dropStart(genesis, afterwards + WITHDRAWAL_DROP) + ACTION_OFFSET_S;
  actions.set(afterwards + WITHDRAWAL_DROP, [{ kind: "withdraw", owner: withdrawing.owner }]);
  const sold = cars.at(-2);
  const resold: PlannedCar[] = [];
  if (sold !== undefined) {
    const from = dropStart(genesis, afterwards + SALE_DROP) + ACTION_OFFSET_S;
    const next: PlannedCar = {
      name: `${sold.name}, second owner`,
      identity: vehicleIdentity(seed, sold.name, 1),
      owner: ownerOf(seed, `${sold.name}, second owner`),
      from,
      follows: sold.identity.vehicle,
    };
    actions.set(afterwards + SALE_DROP, [{ kind: "sell", car: sold, next }]);
    resold.push(next);
  }
  const mask = categoryMask(CATEGORIES);
  return {
    recorded,
    cars: cars.map((car) => (car === sold && resold[0] !== undefined ? { ...car, until: resold[0].from } : car)),
    resold,
    actions,
    consentMaskAt: (vehicle, time) =>
      vehicle === withdrawing.identity.vehicle && time >= withdrawnAt ? 0 : time >= setUpAt ? mask : 0,
  };
}

function ownerOf(seed: string, name: string): PlannedCar["owner"] {
  const key = ownerSecret(seed, `owner of ${name}`);
  return { name, key, address: addressOf(key), categories: CATEGORIES };
}

/** Gives each car of a log the identity that follows from the seed and its id. */
export function identify(log: ImportedLog, seed: string): RecordedVehicle[] {
  return log.vehicles.map((recorded) => ({ recorded, identity: vehicleIdentity(seed, recorded.id, 0) }));
}
