import type { Outcome, Verdict } from "./messages.ts";
import type { Mutant } from "./mutants.ts";

/** A mutant and what became of it. */
export interface Tried {
  readonly mutant: Mutant;
  readonly verdict: Verdict;
}

/** What is wrong after a run. */
export interface Problems {
  /** Survivors that docs/mutation.md does not explain. */
  readonly unexplained: readonly Mutant[];
  /** Ids that docs/mutation.md explains although their mutants were found out. */
  readonly found: readonly string[];
  /** Ids that docs/mutation.md explains and that no mutant has. */
  readonly unknown: readonly string[];
}

/**
 * Holds a run to what is accepted.
 *
 * @param known All mutants of the contracts chosen, also those that were not tried.
 * @param contracts Names of the contracts chosen, when these are not all: ids of others are not looked at.
 */
export function problemsOf(
  tried: readonly Tried[],
  accepted: ReadonlySet<string>,
  { known, contracts }: { known: readonly Mutant[]; contracts?: ReadonlySet<string> | undefined },
): Problems {
  const ids = new Set(known.map(({ id }) => id));
  const survivors = tried.filter(({ verdict }) => verdict.outcome === "survived");
  const found = tried.filter(({ verdict }) => verdict.outcome !== "survived");
  return {
    unexplained: survivors.map(({ mutant }) => mutant).filter(({ id }) => !accepted.has(id)),
    found: found.map(({ mutant }) => mutant.id).filter((id) => accepted.has(id)),
    unknown: [...accepted].filter((id) => (contracts?.has(id.split(".")[0] as string) ?? true) && !ids.has(id)),
  };
}

const OUTCOMES: readonly Outcome[] = ["killed", "timeout", "survived", "equal", "invalid"];

/** Per contract, how many mutants came to which end. */
export function countsOf(tried: readonly Tried[]): Record<string, Record<Outcome | "mutants", number>> {
  const groups = Map.groupBy(tried, ({ mutant }) => mutant.contract);
  return Object.fromEntries(
    [...groups].map(([contract, own]) => {
      const counts = OUTCOMES.map((outcome) => [
        outcome,
        own.filter(({ verdict }) => verdict.outcome === outcome).length,
      ]);
      return [contract, { mutants: own.length, ...Object.fromEntries(counts) }];
    }),
  );
}

/** A mutant as its place, its id and the lines that differ. */
export function describe({ path, line, id, before, after }: Mutant): string {
  const lines = [...before.map((text) => `  - ${text.trim()}`), ...after.map((text) => `  + ${text.trim()}`)];
  return [`${path}:${line}`, `  ${id}`, ...lines].join("\n");
}

export function toText(tried: readonly Tried[], { unexplained, found, unknown }: Problems): string {
  const counts = Object.entries(countsOf(tried)).map(
    ([contract, { mutants, killed, timeout, survived, equal, invalid }]) =>
      `${contract}: ${mutants} mutants, ${killed + timeout} killed (${timeout} by time), ${survived} survived, ` +
      `${equal} with equal code, ${invalid} not compiled`,
  );
  const lists = [
    ["survived, and docs/mutation.md does not say why", unexplained.map(describe)],
    ["explained in docs/mutation.md, and killed", found],
    ["explained in docs/mutation.md, and no mutant", unknown],
  ] as const;
  const problems = lists.filter(([, list]) => list.length > 0).map(([title, list]) => [`\n${title}:`, ...list]);
  return [...counts, ...problems.flat()].join("\n");
}

export function toJson(tried: readonly Tried[], problems: Problems): string {
  const mutants = tried.map(({ mutant: { text: _, ...mutant }, verdict }) => ({ ...mutant, ...verdict }));
  return JSON.stringify({ counts: countsOf(tried), problems, mutants }, null, 1);
}
