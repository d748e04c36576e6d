// `npm test`: builds, checks, and runs every suite; names after it (`npm test -- protocol relayer`) choose among them.
// Its last line is `N passed, N failed, N skipped` over all runners, and it exits with 1 when anything failed.
import { spawn } from "node:child_process";
import { globSync } from "node:fs";
import { tsImport } from "tsx/esm/api";
import { ensurePostgres } from "./postgres.mjs";

process.chdir(`${import.meta.dirname}/..`);
// Tests make stores of their own; none may come near somebody's database.
delete process.env.DATABASE_URL;
const { realDataFolder } = await tsImport("../test/support/real-data.ts", import.meta.url);

/** Longest time for one test and for one suite, milliseconds: what hangs fails by its name and does not hang the run. */
const TEST_TIMEOUT_MS = 300_000;
const SUITE_TIMEOUT_MS = 1_200_000;

/** Suites of whole programmes load both cores by themselves. */
const ONE_FILE_AT_A_TIME = new Set(["e2e"]);

/** What the runners print about their outcome: Hardhat as `3 passing`, node:test as `ℹ pass 3`. */
const COUNTS = {
  passed: [/^\s*(\d+) passing/, /^ℹ pass (\d+)/],
  failed: [/^\s*(\d+) failing/, /^ℹ fail (\d+)/, /^ℹ cancelled (\d+)/],
  skipped: [/^\s*(\d+) (?:pending|skipped)/, /^ℹ skipped (\d+)/, /^ℹ todo (\d+)/],
};

/** Runs a program, shows what it prints, and gives back all of it. */
function run(program, args) {
  return new Promise((resolve) => {
    const child = spawn(program, args, { stdio: ["ignore", "pipe", "inherit"], timeout: SUITE_TIMEOUT_MS });
    let output = "";
    child.stdout.setEncoding("utf8").on("data", (text) => {
      process.stdout.write(text);
      output += text;
    });
    child.on("error", () => resolve({ code: 1, output }));
    child.on("close", (code, signal) => {
      if (signal !== null) console.error(`ended by ${signal} after ${SUITE_TIMEOUT_MS / 1000} s at most`);
      resolve({ code: code ?? 1, output });
    });
  });
}

function countIn(output, patterns) {
  return patterns.reduce((sum, pattern) => {
    const last = output.split("\n").findLast((line) => pattern.test(line));
    return sum + Number(last?.match(pattern)[1] ?? 0);
  }, 0);
}

/** Build, checks and gas count when they fail, as one; so does a runner that ends badly without naming a failed test. */
async function runSuite({ name, program, args, single }) {
  console.log(`\n=== ${name}`);
  const startedAt = performance.now();
  const { code, output } = await run(program, args);
  const seconds = (performance.now() - startedAt) / 1000;
  if (single) return { name, seconds, passed: 0, failed: code === 0 ? 0 : 1, skipped: 0 };
  const passed = countIn(output, COUNTS.passed);
  const failed = countIn(output, COUNTS.failed);
  const brokenOff = (code !== 0 && failed === 0) || passed + failed === 0;
  return { name, seconds, passed, failed: failed + (brokenOff ? 1 : 0), skipped: countIn(output, COUNTS.skipped) };
}

/** Suites of node:test are the folders below test that hold `*.test.ts` at any depth; whole programmes come last. */
function nodeSuites() {
  const last = (name) => Number(ONE_FILE_AT_A_TIME.has(name));
  const names = new Set(globSync("test/*/**/*.test.ts").map((path) => path.split("/")[1]));
  return [...names]
    .sort((a, b) => last(a) - last(b) || a.localeCompare(b))
    .map((name) => ({
      name,
      program: process.execPath,
      args: [
        "--import",
        "tsx",
        "--test",
        `--test-timeout=${TEST_TIMEOUT_MS}`,
        // A test that was given up may have left processes behind; they end with the one that started them.
        "--test-force-exit",
        `--test-concurrency=${ONE_FILE_AT_A_TIME.has(name) ? 1 : 2}`,
        "--test-reporter=spec",
        ...globSync(`test/${name}/**/*.test.ts`).sort(),
      ],
    }));
}

const SUITES = [
  { name: "build", program: process.execPath, args: ["scripts/build.mjs"], single: true },
  { name: "check", program: process.execPath, args: ["scripts/check.mjs"], single: true },
  { name: "contracts: Solidity", program: "node_modules/.bin/hardhat", args: ["test", "solidity"] },
  { name: "contracts: TypeScript", program: "node_modules/.bin/hardhat", args: ["test", "mocha"] },
  {
    name: "gas",
    program: process.execPath,
    args: ["--import", "tsx", "bench/gas.ts", "--check"],
    single: true,
  },
  ...nodeSuites(),
];

const wanted = process.argv.slice(2);
const known = new Set(SUITES.map(({ name }) => name.split(":")[0]));
const unknown = wanted.filter((name) => !known.has(name));
if (unknown.length > 0) {
  console.error(`ARGUMENT_INVALID: no suite ${unknown.join(", ")}; there are ${[...known].join(", ")}`);
  process.exit(2);
}

const chosen = SUITES.filter(
  ({ name }) => wanted.length === 0 || name === "build" || wanted.includes(name.split(":")[0]),
);
const hasPostgres = ensurePostgres();
const results = [];
for (const suite of chosen) {
  results.push(await runSuite(suite));
}

const sum = (key) => results.reduce((total, result) => total + result[key], 0);
console.log("\n=== summary");
for (const { name, seconds, passed, failed, skipped } of results) {
  console.log(`${name}: ${passed} passed, ${failed} failed, ${skipped} skipped, ${seconds.toFixed(1)} s`);
}
const data = realDataFolder();
console.log(
  data === undefined ? "real vehicle data: not here, its tests did not run" : "real vehicle data: found, its tests ran",
);
console.log(
  hasPostgres
    ? "PostgreSQL: installed, its tests ran"
    : "PostgreSQL: not here; skipped were the leases, the moves to it, and all that stores do in it (suites in PostgreSQL)",
);
console.log(`${sum("seconds").toFixed(0)} s in all`);
console.log(`${sum("passed")} passed, ${sum("failed")} failed, ${sum("skipped")} skipped`);
process.exitCode = sum("failed") > 0 ? 1 : 0;
