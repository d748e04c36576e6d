import type { Delivery } from "../../fleet/index.ts";
import { DROPS_PER_DAY, dropStart } from "../../protocol/index.ts";
import type { SamplesSealer } from "../kept-samples.ts";
import type { Progress } from "../progress.ts";
import type { RelayerStatus } from "../relayer-api.ts";
import { act, type ScenarioCounts } from "./actions.ts";
import type { IntakeTally } from "./intake-tally.ts";
import { ACTION_OFFSET_S, type Plan } from "./plan.ts";
import type { Scenario } from "./scenario.ts";
import type { World } from "./world.ts";

/** Cars that were simulated or recorded. @see SimulatedFleet, RecordedFleet */
interface DrivenFleet {
  readingsOfDrop(drop: number): Promise<Delivery[]>;
}

/** Credits and scenarios come to an end within the push interval and this, days. */
export const MOST_TAIL_DAYS = 12;

/** What the driver drives. */
export interface DriverParts {
  readonly world: World;
  readonly plan: Plan;
  readonly fleet: DrivenFleet;
  readonly scenarios: readonly Scenario[];
  readonly tally: IntakeTally;
  /** Seals the samples that go along with readings. */
  readonly seal: SamplesSealer;
  readonly counts: ScenarioCounts;
  readonly days: number;
  /** Days after the last driven one within which credits and scenarios must come to an end. */
  readonly mostTailDays: number;
  readonly progress: Progress;
}

/** Drop of each day in which scenarios take their steps: noon. */
const NOON = DROPS_PER_DAY / 2;
/** Drops of each day that are never passed over. */
const FIXED: readonly number[] = [0, NOON, NOON + 1];
/** By the start of the drop so many later, what was delivered in a drop is anchored: its receipts' deadline is one drop more. */
const ANCHORED_WITHIN_DROPS = 6;

interface Stop {
  readonly drop: number;
  readonly deliveries: readonly Delivery[];
}

/**
 * Drives the programme drop by drop: chain time to the drop's start, wait for the relayer, deliver, act, go on. Drops in
 * which nothing is delivered or done are passed over, but never a day's first one: days are settled in their own time. Nor the one
 * after noon, in which the operator reveals what was requested then: a reveal that is late would force the season. Nor the last one
 * in which what was delivered can be anchored as its receipts promise: the relayer would find it passed.
 * @returns How many days it went through, the tail included.
 */
export async function driveProgramme(parts: DriverParts): Promise<number> {
  const { world, fleet, tally, seal, days, progress } = parts;
  const { genesis } = world.deployment;
  const delivered = new Set<number>();
  let next = nextStop(parts, 0);
  for (;;) {
    const { drop, deliveries } = await next;
    const day = Math.floor(drop / DROPS_PER_DAY);
    const moving = world.moveTo(dropStart(genesis, drop));
    // While the relayer closes the drops before, the cars drive on.
    next = nextStop(parts, drop + 1);
    const status = await moving;
    progress.update(Math.min(drop, days * DROPS_PER_DAY), `day ${day}, ${tally.accepted} readings`);
    if (drop % DROPS_PER_DAY === 0 && (await isOver(parts, day, status))) {
      await next;
      return day;
    }
    tally.add(deliveries, await world.relayer.deliver(await seal(deliveries)), dropStart(genesis, drop));
    await actIn(parts, drop, status);
  }
  function nextStop({ plan }: DriverParts, from: number): Promise<Stop> {
    const find = async (): Promise<Stop> => {
      for (let drop = from; ; drop++) {
        const deliveries = await fleet.readingsOfDrop(drop);
        if (deliveries.length > 0) delivered.add(drop);
        const isFixed = FIXED.includes(drop % DROPS_PER_DAY) || delivered.has(drop - ANCHORED_WITHIN_DROPS);
        if (deliveries.length > 0 || isFixed || plan.actions.has(drop)) return { drop, deliveries };
      }
    };
    const found = find();
    // Should the relayer fail first, that is what is reported.
    found.catch(() => undefined);
    return found;
  }
}

/** What owners and the programme's duties do in a drop. */
async function actIn(parts: DriverParts, drop: number, status: RelayerStatus): Promise<void> {
  const { world, plan, scenarios, counts } = parts;
  const actions = plan.actions.get(drop) ?? [];
  const isNoon = drop % DROPS_PER_DAY === NOON;
  if (actions.length === 0 && !isNoon) return;
  const time = dropStart(world.deployment.genesis, drop) + ACTION_OFFSET_S;
  await world.moveTo(time);
  await act(world, actions, counts);
  const day = Math.floor(drop / DROPS_PER_DAY);
  if (isNoon) for (const scenario of scenarios) await scenario.step({ time, day, status });
  await world.settleDown();
}

/** Whether all that was driven is credited and all scenarios have ended, or that has taken too long. */
async function isOver(
  { days, mostTailDays, scenarios }: DriverParts,
  day: number,
  status: RelayerStatus,
): Promise<boolean> {
  if (day <= days) return false;
  if (day >= days + mostTailDays) return true;
  const credited = status.creditedThroughDay ?? -1;
  if (credited < days - 1) return false;
  for (const scenario of scenarios) if (!(await scenario.isOver(day))) return false;
  return true;
}
