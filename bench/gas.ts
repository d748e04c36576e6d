// `npm run bench:gas`: gas of our operations beside their limits and beside peers on the same chain. Ours are of the generated
// bytecode, and everything is seeded: two runs of one source give the same numbers, but for the opening of boxes, where luck
// decides what is written. Exits with 1 when an operation misses its limit, or a peer does the same for less.
import { writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { type Bench, HARDFORK, openBench } from "./gas/chain.ts";
import { compare, type Row, shortfallsOf } from "./gas/comparison.ts";
import { explain } from "./gas/explanation.ts";
import { measureOurs } from "./gas/ours.ts";
import { measurePeers } from "./gas/peers/index.ts";
import { drawComparison } from "./gas/picture.ts";
import { toJson, toText } from "./gas/report.ts";
import { differencesFromSnapshot, writeSnapshot } from "./gas/snapshot.ts";

const OPTIONS = {
  json: { type: "boolean", default: false },
  explain: { type: "boolean", default: false },
  picture: { type: "string" },
  check: { type: "boolean", default: false },
  snapshot: { type: "boolean", default: false },
} as const;
const USAGE = `npm run bench:gas -- [--json] [--explain]   compares with peers, and says where our gas goes
npm run bench:gas -- --picture FILE         the same, and draws it as SVG
npm run bench:gas -- --check                fails when ours differs from bench/gas-snapshot.json, or misses a limit
npm run bench:gas -- --snapshot             writes bench/gas-snapshot.json`;

interface Options {
  readonly json: boolean;
  readonly explain: boolean;
  readonly picture?: string;
  readonly check: boolean;
  readonly snapshot: boolean;
}

function readOptions(): Options {
  try {
    const options = parseArgs({ options: OPTIONS }).values as Options;
    const chosen = [
      options.check,
      options.snapshot,
      options.json || options.explain || options.picture !== undefined,
    ].filter(Boolean);
    if (chosen.length > 1) throw new Error("these options exclude each other");
    return options;
  } catch (error) {
    console.error(`ARGUMENT_INVALID: ${(error as Error).message}\n${USAGE}`);
    return process.exit(2);
  }
}

function progress(what: string): void {
  console.error(`gas: ${what}`);
}

async function report(bench: Bench, options: Options): Promise<void> {
  const ours = await measureOurs(bench);
  progress("measuring peers");
  const { measurements, notMeasured } = await measurePeers(bench);
  const result = {
    hardfork: HARDFORK,
    rows: compare(ours, measurements),
    notMeasured,
    ...(options.explain ? { explanations: await explain(bench, ours) } : {}),
  };
  console.log(options.json ? toJson(result) : toText(result));
  if (options.picture !== undefined) writeFileSync(options.picture, await drawComparison(result.rows));
  failOnShortfalls(result.rows);
}

function failOnShortfalls(rows: readonly Row[]): void {
  const shortfalls = shortfallsOf(rows);
  for (const shortfall of shortfalls) console.error(shortfall);
  if (shortfalls.length > 0) process.exitCode = 1;
}

async function check(bench: Bench): Promise<void> {
  const ours = await measureOurs(bench);
  failOnShortfalls(compare(ours, []));
  const differences = differencesFromSnapshot(ours);
  for (const difference of differences) console.log(difference);
  if (differences.length === 0) {
    console.log(`${ours.length} operations use the gas of bench/gas-snapshot.json`);
    return;
  }
  console.error("If that is meant, run `npm run bench:gas -- --snapshot` and commit the file.");
  process.exitCode = 1;
}

const options = readOptions();
progress("deploying a programme and measuring its operations");
const bench = await openBench();
try {
  if (options.snapshot) writeSnapshot(await measureOurs(bench));
  if (options.check) await check(bench);
  if (!options.snapshot && !options.check) await report(bench, options);
} finally {
  await bench.close();
}
