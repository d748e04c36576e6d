import type { Sources } from "./compiler.ts";
import type { Mutant } from "./mutants.ts";
import type { Worker } from "./pool.ts";
import type { Tried } from "./report.ts";
import { filesOf } from "./together.ts";

interface Trials {
  readonly workers: readonly Worker[];
  readonly sources: Sources;
  /** For all tests once, milliseconds. */
  readonly limitMs: number;
  /** Told of each mutant as soon as its verdict is known. */
  readonly onTried: (tried: Tried) => void;
}

/** Makes the mistakes of a group at once. If a test finds something, halves of it apart. */
async function tryGroup(worker: Worker, group: readonly Mutant[], trials: Trials): Promise<void> {
  const isOne = group.length === 1;
  const { contract, name } = isOne ? (group[0] as Mutant) : { contract: "", name: "" };
  const verdict = await worker.run({ files: filesOf(group, trials.sources), contract, name }, trials.limitMs);
  if (isOne || verdict.outcome === "survived") {
    for (const mutant of group) trials.onTried({ mutant, verdict });
    return;
  }
  const half = Math.ceil(group.length / 2);
  await tryGroup(worker, group.slice(0, half), trials);
  await tryGroup(worker, group.slice(half), trials);
}

/** Tries groups of mutants in turn, one at a time in each worker. */
export async function tryGroups(groups: readonly (readonly Mutant[])[], trials: Trials): Promise<void> {
  const queue = [...groups];
  const work = async (worker: Worker): Promise<void> => {
    for (let group = queue.shift(); group !== undefined; group = queue.shift()) await tryGroup(worker, group, trials);
  };
  await Promise.all(trials.workers.map(work));
}
