// A process that tries mutants one after the other, in a copy of the project that is its working folder. Started by pool.ts.
import { readFileSync, writeFileSync } from "node:fs";
import { type Code, CompileError, type ContractAt, compile, type Sources } from "./compiler.ts";
import type { Failure, Setup, Task, Verdict } from "./messages.ts";
import { Suite } from "./suite.ts";
import type { Unit } from "./units.ts";

/** Puts code into a contract's artifact, from which tests deploy it. */
function place({ path, name }: ContractAt, { creation, runtime }: Code): void {
  const file = `artifacts/${path}/${name}.json`;
  const artifact = JSON.parse(readFileSync(file, "utf8")) as object;
  writeFileSync(file, JSON.stringify({ ...artifact, bytecode: `0x${creation}`, deployedBytecode: `0x${runtime}` }));
}

/** The files of some contracts: the compiler would read through all that it is given. */
function onlyOf(sources: Sources, units: readonly Unit[]): Sources {
  return Object.fromEntries(units.flatMap(({ files }) => files).map((path) => [path, sources[path] as string]));
}

/** The contracts that changed files make different, with their new code. */
function recompile({ sources, units }: Setup, task: Task): { unit: Unit; code: Code }[] {
  const changed = { ...sources, ...task.files };
  const concerned = units.filter(({ files }) => files.some((path) => path in task.files));
  return [...Map.groupBy(concerned, ({ profile }) => JSON.stringify(profile)).values()].flatMap((group) => {
    const codes = compile(onlyOf(changed, group), group, (group[0] as Unit).profile);
    return group.flatMap((unit, i) => {
      const code = codes[i] as Code;
      return code.creation === unit.code.creation ? [] : [{ unit, code }];
    });
  });
}

async function attempt(setup: Setup, suite: Suite, task: Task): Promise<Verdict> {
  try {
    const different = recompile(setup, task);
    if (Object.keys(task.files).length > 0 && different.length === 0) return { outcome: "equal" };
    for (const { unit, code } of different) place(unit, code);
    const contracts = new Set([task.contract, ...different.map(({ unit }) => unit.name)]);
    const verdict = await suite.run({ contracts, name: task.name });
    for (const { unit } of different) place(unit, unit.code);
    return verdict;
  } catch (error) {
    if (error instanceof CompileError) return { outcome: "invalid", by: error.message };
    throw error;
  }
}

/** What the tests leave behind unhandled is nobody's; what goes wrong here must not be taken for a killed mutant. */
async function answer(setup: Setup, suite: Suite, task: Task): Promise<Verdict | Failure> {
  try {
    return await attempt(setup, suite, task);
  } catch (error) {
    return { failed: String((error as Error).stack ?? error) };
  }
}

const { promise: setUp, resolve: begin } = Promise.withResolvers<Setup>();
process.once("message", begin);
const setup = await setUp;
for (const unit of setup.units) place(unit, unit.code);
const suite = await Suite.load();
process.on("message", async (task: Task) => process.send?.(await answer(setup, suite, task)));
process.send?.("ready");
