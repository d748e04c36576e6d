// `npm run test:faults`: every scenario, each some times, and a table of what passed.
import { parseArgs } from "node:util";
import { SCENARIOS } from "./scenarios/index.ts";
import { runScenario } from "./support/run-scenario.ts";
import { makeWorld } from "./support/world.ts";

const { values } = parseArgs({
  options: {
    only: { type: "string" },
    runs: { type: "string", default: "3" },
    json: { type: "boolean", default: false },
  },
});
const rows = values.only?.split(",").map(Number);
const chosen = SCENARIOS.filter(({ row }) => rows?.includes(row) ?? true);
const t0 = performance.now();
const world = await makeWorld();
console.log("world", performance.now() - t0);
try {
  for (const scenario of chosen) {
    for (let run = 0; run < Number(values.runs); run++) {
      const startedAt = performance.now();
      try {
        await runScenario(world, scenario);
        console.log(scenario.row, scenario.name, "passed", ((performance.now() - startedAt) / 1000).toFixed(1));
      } catch (error) {
        console.log(scenario.row, scenario.name, "FAILED", ((performance.now() - startedAt) / 1000).toFixed(1), error);
      }
    }
  }
} finally {
  await world.discard();
}
