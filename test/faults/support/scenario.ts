import type { Allowed } from "./afterwards.ts";
import type { Stage, StageOptions } from "./stage.ts";

/** One fault, provoked for real. */
export interface Scenario {
  /** Its row of docs/reliability.md. */
  readonly row: number;
  /** In kebab-case. */
  readonly name: string;
  /** What goes wrong. */
  readonly fault: string;
  /** What it shows, beside what is checked after every scenario. */
  readonly shows: string;
  /** Also part of `npm test`. */
  readonly isInSuite?: true;
  readonly stage?: StageOptions;
  /** Why it cannot run on this machine, if it cannot. */
  readonly cannotRun?: () => string | undefined;
  /** @returns What the check afterwards may find different from an undisturbed run. */
  run(stage: Stage): Promise<Allowed | undefined>;
}
