// Runs the contracts' tests, Solidity's and TypeScript's, with Hardhat's coverage, and prints it for each contract and library.
// Exits with 1 when a test fails, or when lines or statements of one of them are run to less than LEAST_PERCENT.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { globSync, readFileSync } from "node:fs";
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
const judged = globSync("contracts/{*,libraries/*}.sol")
  .sort()
  .map((path) => judge(path, coverage.get(path), LEAST_PERCENT));
for (const { text } of judged) console.log(text);
const short = judged.filter(({ enough }) => !enough);
console.log(
  short.length === 0
    ? `all ${judged.length} reach ${LEAST_PERCENT} %`
    : `${short.length} of ${judged.length} are below ${LEAST_PERCENT} %`,
);
process.exitCode = short.length === 0 ? 0 : 1;
