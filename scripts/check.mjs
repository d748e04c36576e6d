// Everything that can be said about the code without running it. Never writes to a file of the repository; `npm run fix` does.
// Prints a line per step, and at the end what the failed ones said.
import { spawn } from "node:child_process";

process.chdir(`${import.meta.dirname}/..`);
const AT_ONCE = 2;

const bin = (name) => `node_modules/.bin/${name}`;

/** Compiles the contracts, so that TypeChain's types stand for the compiler; so it runs before the others. */
const FIRST = {
  name: "generated code",
  command: [process.execPath, "--import", "tsx", "scripts/generate.ts", "--check"],
};

const INSTALL = ["npm", "ci", "--dry-run", "--ignore-scripts", "--no-audit", "--no-fund"];

const STEPS = [
  { name: "types", command: [bin("tsc"), "-p", "tsconfig.json"] },
  { name: "format and lint (TypeScript)", command: [bin("biome"), "check", "--error-on-warnings", "."] },
  { name: "dead code", command: [bin("knip"), "--no-progress", "--treat-config-hints-as-errors"] },
  { name: "imports", command: [process.execPath, "scripts/check-imports.mjs"] },
  {
    name: "format (Solidity)",
    command: [bin("prettier"), "--check", "{contracts,test,bench/peers/contracts}/**/*.sol"],
  },
  {
    name: "lint (Solidity)",
    command: [bin("solhint"), "--disc", "--max-warnings", "0", "{contracts,bench/peers/contracts}/**/*.sol"],
  },
  { name: "condition trees", command: [process.execPath, "--import", "tsx", "scripts/check-trees.ts"] },
  { name: "shared vectors", command: [process.execPath, "--import", "tsx", "scripts/make-vectors.ts", "--check"] },
  { name: "documents", command: [process.execPath, "scripts/check-docs.mjs"] },
  { name: "lock files", command: [process.execPath, "scripts/lockfile.mjs", "--check"] },
  { name: "lock file for npm ci", command: INSTALL },
  { name: "lock file of the peers for npm ci", command: [...INSTALL, "--prefix", "bench/peers"] },
];

function run({ name, command: [program, ...args] }) {
  const startedAt = performance.now();
  return new Promise((resolve) => {
    const child = spawn(program, args, { stdio: ["ignore", "pipe", "pipe"] });
    let output = "";
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding("utf8").on("data", (text) => {
        output += text;
      });
    }
    child.on("error", (error) => {
      output += error.message;
    });
    child.on("close", (code) => {
      const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
      console.log(`${code === 0 ? "ok    " : "FAILED"} ${name} (${seconds} s)`);
      resolve({ name, output, failed: code !== 0 });
    });
  });
}

const results = [await run(FIRST)];
const waiting = [...STEPS];
async function work() {
  for (let step = waiting.shift(); step !== undefined; step = waiting.shift()) results.push(await run(step));
}
await Promise.all(Array.from({ length: AT_ONCE }, work));

const failures = results.filter(({ failed }) => failed);
for (const { name, output } of failures) console.error(`\n── ${name}\n${output.trimEnd()}`);
console.log(
  failures.length === 0 ? `${results.length} checks passed` : `\n${failures.length} of ${results.length} checks failed`,
);
process.exitCode = failures.length === 0 ? 0 : 1;
