import { randomStream } from "../../fleet/random.ts";
import { STARTING_TASKS, startingTask } from "../../operator/index.ts";
import type { Hex } from "../../protocol/index.ts";
import { addressOf } from "../keys.ts";
import { hashOf } from "./hash.ts";
import { inParallel } from "./in-parallel.ts";
import type { PlannedOwner } from "./plan.ts";
import type { Moment, Scenario } from "./scenario.ts";
import type { World } from "./world.ts";

/** How often an owner does a task on a day, as a probability. */
const HABITS = [
  { task: "daily-sign-in", chance: 0.9 },
  { task: "trip-feedback", chance: 0.6 },
] as const;
/** The first day on which tasks are awarded; every owner tries a function of the car for the first time. */
const ACTIVATION_DAY = 1;
const AT_ONCE = 16;

interface TaskParts {
  readonly world: World;
  readonly owners: readonly PlannedOwner[];
  readonly seed: string;
  /** Days that are driven. */
  readonly days: number;
  /** Signs awards. */
  readonly taskKey: Hex;
}

/** The tasks of a simulation: owners sign in, tell of trips and try functions; the service that sees it asks for the awards. */
export class TaskScenario implements Scenario {
  readonly #parts: TaskParts;
  #asked = 0;

  constructor(parts: TaskParts) {
    this.#parts = parts;
  }

  /** Awards that were asked for. */
  get asked(): number {
    return this.#asked;
  }

  async prepare(): Promise<void> {
    const { world, taskKey } = this.#parts;
    const { rules } = world.writers;
    for (const template of STARTING_TASKS) {
      const document = startingTask(template, ACTIVATION_DAY);
      const { crystals, perDay, fromDay, untilDay } = document;
      const { hash } = (await world.operator.postAsDesk("/v1/documents", document)) as { hash: Hex };
      await rules.call("taskBook", "defineTask", [{ crystals, perDay, fromDay, untilDay, contentHash: hash }]);
    }
    await rules.call("taskBook", "setTaskKey", [addressOf(taskKey), 1, 0]);
  }

  async step({ day }: Moment): Promise<void> {
    const { world, owners, seed, days } = this.#parts;
    if (day < ACTIVATION_DAY || day >= days) return;
    const awards = owners.flatMap(({ name, address }) => {
      const random = randomStream(seed, "tasks", name, day);
      const done = HABITS.filter(({ chance }) => random.chance(chance)).map(({ task }) =>
        task === "daily-sign-in"
          ? { task, account: address }
          : { task, account: address, occurrence: hashOf(`trip of ${day}`) },
      );
      const first = { task: "function-activation", account: address, occurrence: hashOf("heated seats") };
      return day === ACTIVATION_DAY ? [...done, first] : done;
    });
    await inParallel(awards, AT_ONCE, ({ task, ...award }) => world.operator.award(task, award));
    this.#asked += awards.length;
  }

  async isOver(): Promise<boolean> {
    return true;
  }
}
