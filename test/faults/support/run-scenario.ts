import { afterwards } from "./afterwards.ts";
import type { Scenario } from "./scenario.ts";
import { Stage } from "./stage.ts";
import type { World } from "./world.ts";

/** How much of a relayer's log is shown when a scenario fails. */
const LOG_SHOWN = 6_000;

/** Runs a scenario on a stage of its own, and the check that all end with. @throws With the relayer's log when it fails. */
export async function runScenario(world: World, scenario: Scenario): Promise<void> {
  const stage = await Stage.open(world, scenario.stage);
  try {
    await afterwards(stage, await scenario.run(stage));
  } catch (cause) {
    const log = stage.relayer.log.slice(-LOG_SHOWN);
    throw new Error(`${scenario.row} ${scenario.name}: ${(cause as Error).message}\n${log}`, { cause });
  } finally {
    await stage.close();
  }
}
