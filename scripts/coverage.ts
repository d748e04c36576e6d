// Runs the contracts' tests, Solidity's and TypeScript's, with Hardhat's coverage, and prints it for each contract and library.
// Exits with 1 when a test fails, or when lines or statements of one of them are run to less than LEAST_PERCENT and not every
// missed line is explained in coverage/explained.ts.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { globSync, readFileSync } from "node:fs";
import { EXPLAINED, explain } from "./coverage/explained.ts";
import { coverageOf, judge } from "./coverage/report.ts";

const LEAST_PERCENT = 99;

/** Runs Hardhat, shows what it prints, and gives that back. */
async function runHardhat(...args: readonly string[]): Promise<{ code: number; printed: string }> {
  const child = spawn("node_modules/.bin/hardhat", args, { stdio: ["ignore", "pipe", "inherit"] });
  let printed = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    process.stdout.write(text);
    printed += text;
  });
  const [code] = (await once(child, "close")) as [number | null];
  return { code: code ?? 1, printed };
}

const { code, printed } = await runHardhat("test", "--coverage");
if (code !== 0) process.exit(code);
const coverage = coverageOf(readFileSync("coverage/lcov.info", "utf8"), printed);
let short = 0;
const paths = globSync("contracts/{*,libraries/**/*,types/*Word}.sol").sort();
for (const path of paths) {
  const found = coverage.get(path);
  const { text, enough } = judge(path, found, LEAST_PERCENT);
  const source = readFileSync(path, "utf8").split("\n");
  const { reasons, unexplained, stale } = explain(found?.missed ?? [], source, EXPLAINED[path]);
  const isWhole = found !== undefined && reasons.length > 0 && unexplained.length === 0;
  console.log(text);
  for (const reason of reasons) console.log(`  ${reason}`);
  for (const line of stale) console.log(`  explained, and run or not there: ${line}`);
  if ((!enough && !isWhole) || stale.length > 0) short += 1;
}
console.log(
  short === 0 ? `all ${paths.length} reach ${LEAST_PERCENT} % or are explained` : `${short} of ${paths.length} do not`,
);
process.exitCode = short === 0 ? 0 : 1;
