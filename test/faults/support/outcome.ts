import { runScenario } from "./run-scenario.ts";
import type { Scenario } from "./scenario.ts";
import type { World } from "./world.ts";

/** What became of a scenario. */
export interface Outcome {
  readonly row: number;
  readonly name: string;
  readonly fault: string;
  readonly shows: string;
  readonly runs: number;
  readonly passed: number;
  /** Of each run, in order. */
  readonly seconds: readonly number[];
  /** Why it did not run here, if it did not. */
  readonly skipped?: string;
  readonly failures: readonly string[];
}

/** Runs a scenario several times, each on a stage of its own. */
export async function runOften(world: World, scenario: Scenario, runs: number): Promise<Outcome> {
  const { row, name, fault, shows } = scenario;
  const skipped = scenario.cannotRun?.();
  const seconds: number[] = [];
  const failures: string[] = [];
  for (let run = 0; run < runs && skipped === undefined; run++) {
    const startedAt = performance.now();
    await runScenario(world, scenario).catch((error: Error) => failures.push(error.message));
    seconds.push(Math.round((performance.now() - startedAt) / 100) / 10);
  }
  const passed = seconds.length - failures.length;
  return { row, name, fault, shows, runs, passed, seconds, failures, ...(skipped === undefined ? {} : { skipped }) };
}
