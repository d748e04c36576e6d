import type { Sources } from "./compiler.ts";
import type { Mutant } from "./mutants.ts";

/** What a mutant changes in its file: the characters from start to end become `by`. */
interface Edit {
  readonly start: number;
  readonly end: number;
  readonly by: string;
}

function editOf({ path, text }: Mutant, sources: Sources): Edit {
  const source = sources[path] as string;
  const shorter = Math.min(source.length, text.length);
  let start = 0;
  while (start < shorter && source[start] === text[start]) start += 1;
  let same = 0;
  while (same < shorter - start && source.at(-1 - same) === text.at(-1 - same)) same += 1;
  return { start, end: source.length - same, by: text.slice(start, text.length - same) };
}

/** Edits next to each other could be one to the compiler. */
function areApart(a: Edit, b: Edit): boolean {
  return a.end < b.start || b.end < a.start;
}

/** Parts mutants into as few groups as it finds in one go, in each of which no two change the same place. */
export function groupsOf(mutants: readonly Mutant[], sources: Sources): Mutant[][] {
  const groups: { mutant: Mutant; edit: Edit }[][] = [];
  for (const mutant of mutants) {
    const edit = editOf(mutant, sources);
    const fits = groups.find((group) =>
      group.every((other) => other.mutant.path !== mutant.path || areApart(other.edit, edit)),
    );
    if (fits === undefined) groups.push([{ mutant, edit }]);
    else fits.push({ mutant, edit });
  }
  return groups.map((group) => group.map(({ mutant }) => mutant));
}

/** The files of a group with all of its mistakes at once. */
export function filesOf(group: readonly Mutant[], sources: Sources): Sources {
  const byPath = Map.groupBy(group, ({ path }) => path);
  return Object.fromEntries(
    [...byPath].map(([path, mutants]) => {
      const edits = mutants.map((mutant) => editOf(mutant, sources)).sort((a, b) => b.start - a.start);
      const text = edits.reduce(
        (left, { start, end, by }) => left.slice(0, start) + by + left.slice(end),
        sources[path] as string,
      );
      return [path, text];
    }),
  );
}
