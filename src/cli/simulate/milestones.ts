import { readHistory } from "../../chain/read/events.ts";
import { readHead } from "../../chain/read/head.ts";
import type { Hex } from "../../protocol/index.ts";
import type { Scenario } from "./scenario.ts";
import type { World } from "./world.ts";

/** Milestones that simulations are long enough for; those of a programme are of 5,000 km in a year, or three years. */
const MILESTONES = [
  {
    id: "two-hundred-kilometres",
    title: { zh: "一周两百公里", en: "Two hundred kilometres in a week" },
    description: { zh: "连续七天内行驶两百公里。", en: "Two hundred counted kilometres within seven days." },
    rule: { kind: "metres", metres: 200_000, withinDays: 7 },
  },
  {
    id: "three-days",
    title: { zh: "三天同行", en: "Three days together" },
    description: { zh: "持有一辆车满三天。", en: "Holding one car for three days." },
    rule: { kind: "days", days: 3 },
  },
] as const;

/** The milestones of a simulation: they are defined, and the operator attests who reaches them. */
export class MilestoneScenario implements Scenario {
  readonly #world: World;

  constructor(world: World) {
    this.#world = world;
  }

  async prepare(): Promise<void> {
    for (const milestone of MILESTONES) {
      const document = { type: "cairn.milestone/1", ...milestone };
      const { hash } = (await this.#world.operator.postAsDesk("/v1/documents", document)) as { hash: Hex };
      await this.#world.writers.rules.call("milestones", "defineMilestone", [hash]);
    }
  }

  async step(): Promise<void> {}

  async isOver(): Promise<boolean> {
    return true;
  }

  /** Accounts that reached something, by milestone. */
  async counts(): Promise<Readonly<Record<string, number>>> {
    const { client, deployment } = this.#world;
    const events = await readHistory(client, deployment, "milestones", (await readHead(client)).number);
    const attested = events.filter(({ name }) => name === "MilestoneAttested");
    return Object.fromEntries(
      MILESTONES.map(({ id }, i) => [
        id,
        attested.filter(({ args }) => (args as { milestone: number }).milestone === i + 1).length,
      ]),
    );
  }
}
