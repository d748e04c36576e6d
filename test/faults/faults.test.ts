import { after, before, describe, test } from "node:test";
import { SCENARIOS } from "./scenarios/index.ts";
import { runScenario } from "./support/run-scenario.ts";
import { makeWorld, type World } from "./support/world.ts";

/** The scenarios that every change is held to; `npm run test:faults` runs all of them. */
describe("a relayer under faults", { concurrency: 2 }, () => {
  let world: World;
  before(async () => {
    world = await makeWorld();
  });
  after(() => world?.discard());

  for (const scenario of SCENARIOS.filter(({ isInSuite }) => isInSuite)) {
    test(`when ${scenario.fault}, nothing is lost or doubled (${scenario.name})`, () => runScenario(world, scenario));
  }
});
