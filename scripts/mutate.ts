// Makes small mistakes in the contracts, one at a time, and runs their tests: each mistake that no test finds is a survivor.
//
//   npm run mutate                                   all of contracts/ but interfaces/ and mocks/
//   npm run mutate -- --contract StoneLedger         one contract or library; may be repeated
//   npm run mutate -- --sample 50 --seed 7           so many of them, chosen by the seed
//   npm run mutate -- --workers 1 --json             processes at once; the outcome as JSON
//   npm run mutate -- --journal mutants.log          goes on where a run with this file was broken off
//   npm run mutate -- --list                         the ids only
//
// docs/mutation.md explains the survivors that are no mistakes. These are made all at once, and apart only when a test finds
// something, since each survivor takes all tests. Exits with 1 when there is another one, or when that document
// explains what is none.
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { acceptedIn } from "./mutate/accepted.ts";
import { readSources } from "./mutate/compiler.ts";
import { digestOfTests, Journal } from "./mutate/journal.ts";
import { type Mutant, mutantsOf } from "./mutate/mutants.ts";
import { Worker } from "./mutate/pool.ts";
import { describe, problemsOf, type Tried, toJson, toText } from "./mutate/report.ts";
import { sampleOf } from "./mutate/sample.ts";
import { groupsOf } from "./mutate/together.ts";
import { tryGroups } from "./mutate/trials.ts";
import { unitsOf } from "./mutate/units.ts";

const MUTATED = /^contracts\/(?!interfaces\/|mocks\/).*\.sol$/;
/** A mutant may take so many times as long as all tests do without one: the machine may be busier later. */
const PATIENCE = 10;
const PROGRESS_EVERY = 20;

const { values: options } = parseArgs({
  options: {
    contract: { type: "string", multiple: true, default: [] },
    sample: { type: "string" },
    seed: { type: "string", default: "1" },
    workers: { type: "string", default: "2" },
    json: { type: "boolean", default: false },
    list: { type: "boolean", default: false },
    journal: { type: "string" },
  },
});

/** For people who watch; what is for programs goes to standard output. */
function say(text: string): void {
  console.error(text);
}

/** Ends the process when the option is no whole number of at least 1. */
function numberIn(name: string, text: string): number {
  const number = Number(text);
  if (Number.isSafeInteger(number) && number >= 1) return number;
  say(`ARGUMENT_INVALID: --${name} takes a whole number from 1 on`);
  return process.exit(2);
}

const { sources, trees } = readSources();
const all = Object.entries(trees)
  .filter(([path]) => MUTATED.test(path))
  .flatMap(([path, tree]) => mutantsOf(path, sources[path] as string, tree));
const names = new Set(all.map(({ contract }) => contract));
const missing = options.contract.filter((name) => !names.has(name));
if (missing.length > 0) {
  say(`ARGUMENT_INVALID: no contract ${missing.join(", ")}; there are ${[...names].join(", ")}`);
  process.exit(2);
}
const contracts = options.contract.length === 0 ? undefined : new Set(options.contract);
const known = all.filter(({ contract }) => contracts?.has(contract) ?? true);
const sample = options.sample === undefined ? undefined : numberIn("sample", options.sample);
const mutants = sample === undefined ? known : sampleOf(known, sample, numberIn("seed", options.seed));
const workersCount = numberIn("workers", options.workers);
if (options.list) {
  const ids = mutants.map(({ id }) => `${id}\n`).join("");
  await new Promise((written) => process.stdout.write(ids, written));
  process.exit(0);
}

const journal = options.journal === undefined ? undefined : new Journal(options.journal, digestOfTests());

// Workers and their folders are cleared away when the process exits, which a signal alone would not let it do.
for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => process.exit(1));

execFileSync("node_modules/.bin/hardhat", ["compile", "--no-tests", "--quiet"], { stdio: "inherit" });
// What no mutant is part of stays as Hardhat compiled it: some mocks measure their own gas.
const mutable = new Set(all.map(({ path }) => path));
const units = unitsOf(sources, trees).filter(({ files }) => files.some((path) => mutable.has(path)));
const setup = { sources, units };
const workers = Array.from({ length: workersCount }, () => new Worker(setup));

/** How long all tests take, milliseconds. @throws Error When they fail without a mistake. */
async function measureTests(worker: Worker): Promise<number> {
  const startedAt = performance.now();
  const verdict = await worker.run({ files: {}, contract: "", name: "" }, 600_000);
  if (verdict.outcome !== "survived") throw new Error(`the tests fail without a mutant: ${JSON.stringify(verdict)}`);
  return performance.now() - startedAt;
}

/** What the journal knows of earlier runs. */
function triedBefore(): Tried[] {
  return mutants.flatMap((mutant) => {
    const verdict = journal?.verdictOf(mutant);
    return verdict === undefined ? [] : [{ mutant, verdict }];
  });
}

/** Tries groups of mutants and says how far it is. */
async function tryAll(groups: readonly (readonly Mutant[])[], limitMs: number): Promise<Tried[]> {
  const startedAt = performance.now();
  const count = groups.flat().length;
  const tried: Tried[] = [];
  const onTried = ({ mutant, verdict }: Tried): void => {
    tried.push({ mutant, verdict });
    journal?.note(mutant, verdict);
    if (verdict.outcome === "survived") say(`survived: ${describe(mutant)}`);
    if (tried.length % PROGRESS_EVERY === 0) sayProgress(tried.length, count, performance.now() - startedAt);
  };
  await tryGroups(groups, { workers, sources, limitMs, onTried });
  return tried;
}

function sayProgress(done: number, count: number, elapsedMs: number): void {
  const secondsEach = elapsedMs / 1000 / done;
  const minutes = (secondsEach * (count - done)) / 60;
  say(`${done} of ${count}, ${secondsEach.toFixed(1)} s each, ${minutes.toFixed(0)} min left`);
}

const testsMs = await measureTests(workers[0] as Worker);
say(`${mutants.length} of ${known.length} mutants; all tests take ${(testsMs / 1000).toFixed(0)} s`);
const before = triedBefore();
if (before.length > 0) say(`${before.length} of them were tried before`);
const settled = new Set(before.map(({ mutant }) => mutant));
const accepted = acceptedIn(readFileSync("docs/mutation.md", "utf8"));
const waiting = mutants.filter((mutant) => !settled.has(mutant));
const explained = waiting.filter(({ id }) => accepted.has(id));
const wasTried = (mutant: Mutant): number => Number(journal?.has(mutant) ?? false);
const others = waiting.filter(({ id }) => !accepted.has(id)).sort((a, b) => wasTried(a) - wasTried(b));
// What survives takes all tests each time: what did before comes late, and what is explained last, many at once.
const groups = [...others.map((mutant) => [mutant]), ...groupsOf(explained, sources)];
const tried = [...before, ...(await tryAll(groups, Math.ceil(PATIENCE * testsMs)))];
tried.sort((a, b) => mutants.indexOf(a.mutant) - mutants.indexOf(b.mutant));
for (const worker of workers) worker.stop();
const problems = problemsOf(tried, accepted, { known, contracts });
console.log(options.json ? toJson(tried, problems) : toText(tried, problems));
process.exitCode = Object.values(problems).some((list) => list.length > 0) ? 1 : 0;
