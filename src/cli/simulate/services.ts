import type { AuditReport } from "../../auditor/index.ts";
import type { VoteFile } from "../../sdk/index.ts";
import { addressOf } from "../keys.ts";
import { type BoxCounts, BoxScenario } from "./boxes.ts";
import { type ExclusionCounts, ExclusionScenario } from "./exclusions.ts";
import { MilestoneScenario } from "./milestones.ts";
import type { Plan } from "./plan.ts";
import { type PollCounts, PollScenario } from "./polls.ts";
import { type RoundCounts, RoundScenario } from "./rounds.ts";
import type { Moment, Scenario } from "./scenario.ts";
import type { Stage } from "./stage.ts";
import { TaskScenario } from "./tasks.ts";

/** What the programme's services did. */
export interface ServiceCounts {
  readonly awards: number;
  readonly boxes: BoxCounts;
  readonly polls: PollCounts;
  readonly milestones: Readonly<Record<string, number>>;
  readonly rounds: RoundCounts;
  readonly exclusions: ExclusionCounts;
  /** Functions that cars switched on. */
  readonly upgrades: number;
  /** Each season's outcomes beside its odds, as the auditor counted them. */
  readonly odds: AuditReport["seasons"];
}

/** Everything of a simulation that the operator's services take part in, as one scenario. */
export class ServiceScenarios implements Scenario {
  readonly #stage: Stage;
  readonly #tasks: TaskScenario;
  readonly #boxes: BoxScenario;
  readonly #polls: PollScenario;
  readonly #milestones: MilestoneScenario;
  readonly #rounds: RoundScenario;
  readonly #exclusions: ExclusionScenario;

  constructor(stage: Stage, plan: Plan, { seed, days }: { seed: string; days: number }) {
    const { world, workspace, keys } = stage;
    const owners = [...new Set(plan.cars.filter(({ until }) => until === undefined).map(({ owner }) => owner))];
    this.#stage = stage;
    this.#tasks = new TaskScenario({ world, owners, seed, days, taskKey: keys.task });
    this.#boxes = new BoxScenario({ world, workspace, owners, days });
    this.#polls = new PollScenario({ world, owners, seed, days });
    this.#milestones = new MilestoneScenario(world);
    this.#rounds = new RoundScenario({ world, keys, owners, days });
    this.#exclusions = new ExclusionScenario(world, owners, days);
  }

  async prepare(): Promise<void> {
    const { world, keys } = this.#stage;
    await world.writers.rules.call("rules", "setReceiptKey", [addressOf(keys.deskReceipt), 1, 0]);
    for (const scenario of this.#all()) {
      await scenario.prepare(0);
      await world.settleDown();
    }
  }

  async step(moment: Moment): Promise<void> {
    for (const scenario of this.#all()) await scenario.step(moment);
  }

  async isOver(day: number): Promise<boolean> {
    for (const scenario of this.#all()) if (!(await scenario.isOver(day))) return false;
    return true;
  }

  /** What voters keep. */
  get voteFiles(): readonly VoteFile[] {
    return this.#polls.files;
  }

  /** What all of them did. */
  async counts(report: AuditReport, upgrades: number): Promise<ServiceCounts> {
    return {
      awards: this.#tasks.asked,
      boxes: await this.#boxes.counts(),
      polls: this.#polls.counts,
      milestones: await this.#milestones.counts(),
      rounds: this.#rounds.counts,
      exclusions: this.#exclusions.counts,
      upgrades,
      odds: report.seasons,
    };
  }

  #all(): readonly Scenario[] {
    return [this.#tasks, this.#milestones, this.#boxes, this.#polls, this.#rounds, this.#exclusions];
  }
}
