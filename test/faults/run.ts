// `npm run test:faults`: every scenario several times, each with processes and a chain of its own, and a table of what passed.
import { parseArgs } from "node:util";
import { SCENARIOS } from "./scenarios/index.ts";
import { runMix } from "./support/mix.ts";
import { type Outcome, runOften } from "./support/outcome.ts";
import type { Scenario } from "./support/scenario.ts";
import { asMarkdown, asText, writeReliability } from "./support/table.ts";
import { makeWorld, type World } from "./support/world.ts";

const USAGE = `npm run test:faults -- [options]

  --only 5,17     these rows only
  --runs 3        how often each scenario runs
  --at-once 2     how many scenarios run beside each other
  --json          the table as JSON
  --write         puts the table into docs/reliability.md
  --mix           a random mix of faults in place of the scenarios
  --seed 1        what the mix follows from
  --steps 200     how many steps it has`;

/** Bounds of a number on the command line. */
function wholeNumber(text: string, name: string, most: number): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= 1 && value <= most) return value;
  throw new RangeError(`--${name} is not a whole number from 1 to ${most}`);
}

function optionsOf(args: readonly string[]) {
  const { values } = parseArgs({
    args: [...args],
    options: {
      only: { type: "string" },
      runs: { type: "string", default: "3" },
      "at-once": { type: "string", default: "2" },
      json: { type: "boolean", default: false },
      write: { type: "boolean", default: false },
      mix: { type: "boolean", default: false },
      seed: { type: "string", default: String((Date.now() % 1_000_000) + 1) },
      steps: { type: "string", default: "200" },
    },
  });
  const rows = values.only?.split(",").map((row) => wholeNumber(row, "only", 99));
  const unknown = rows?.filter((row) => !SCENARIOS.some((scenario) => scenario.row === row)) ?? [];
  if (unknown.length > 0) throw new RangeError(`there is no row ${unknown.join(", ")}`);
  if (values.write && (rows !== undefined || values.mix)) throw new RangeError("--write needs all rows");
  return {
    ...{ rows, json: values.json, write: values.write, mix: values.mix },
    runs: wholeNumber(values.runs, "runs", 100),
    atOnce: wholeNumber(values["at-once"], "at-once", 64),
    seed: wholeNumber(values.seed, "seed", 2 ** 32 - 1),
    steps: wholeNumber(values.steps, "steps", 100_000),
  };
}

/** Runs scenarios beside each other and shows each outcome when it is there. @returns All, in the order of their rows. */
async function runAll(
  world: World,
  scenarios: readonly Scenario[],
  { runs, atOnce, json }: { runs: number; atOnce: number; json: boolean },
): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  const waiting = [...scenarios];
  const work = async () => {
    for (let scenario = waiting.shift(); scenario !== undefined; scenario = waiting.shift()) {
      const outcome = await runOften(world, scenario, runs);
      outcomes.push(outcome);
      if (!json) console.log(asText(outcome));
      for (const failure of outcome.failures) console.error(`\n${failure}\n`);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  return outcomes.sort((a, b) => a.row - b.row);
}

async function main(options: ReturnType<typeof optionsOf>): Promise<boolean> {
  const world = await makeWorld();
  try {
    if (options.mix) return (await runMix(world, options)).passed;
    const chosen = SCENARIOS.filter(({ row }) => options.rows?.includes(row) ?? true);
    const outcomes = await runAll(world, chosen, options);
    if (options.json) console.log(JSON.stringify(outcomes, null, 2));
    if (options.write) await writeReliability(asMarkdown(outcomes));
    const bad = outcomes.filter(({ skipped, passed, runs }) => skipped === undefined && passed < runs);
    if (!options.json) console.log(`${outcomes.length - bad.length} of ${outcomes.length} scenarios passed every run`);
    return bad.length === 0;
  } finally {
    await world.discard();
  }
}

// Stages make stores of their own; none may come near somebody's database.
delete process.env.DATABASE_URL;
for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => process.exit(130));
try {
  process.exitCode = (await main(optionsOf(process.argv.slice(2)))) ? 0 : 1;
} catch (error) {
  if (!(error instanceof RangeError || error instanceof TypeError)) throw error;
  console.error(`${error.message}\n\n${USAGE}`);
  process.exitCode = 2;
}
