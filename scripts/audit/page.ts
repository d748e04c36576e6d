import { isFound, type Outcome } from "./outcome.ts";

/** Of what a table of corruptions was made. */
export interface Tried {
  readonly outcomes: readonly Outcome[];
  /** Corruptions of the files of a recorded programme, and how many readings that has. */
  readonly recorded?: { readonly outcomes: readonly Outcome[]; readonly readings: number };
}

const HEAD = `# Corruptions

What was done to a programme, one thing at a time, and what the auditor had to say of it and nothing else. Made by
\`npm run audit:corruptions -- --write\`; each of the first table is a test as well. *Files* are changed where they are published, *books* before
anything is hashed, so that roots, digests and signatures all fit; a *transaction* is one that the contracts accept; *storage*
is a contract's own, changed behind its back, as if it were wrong itself.

What contracts refuse by themselves is not here. That their events are judged all the same, as if they refused nothing, is shown
by tests over events written by hand (\`test/auditor/events-*.test.ts\`).
`;

/** The page docs/corruptions.md. */
export function pageOf({ outcomes, recorded }: Tried): string {
  const all = [...outcomes, ...(recorded?.outcomes ?? [])];
  return [
    HEAD,
    `${all.filter(isFound).length} of ${all.length} were found and rightly named.`,
    "",
    "## A programme of three cars and three days",
    tableOf(outcomes),
    ...(recorded === undefined
      ? []
      : [
          "",
          `## The recorded week of taxis, ${recorded.readings.toLocaleString("en")} readings`,
          tableOf(recorded.outcomes),
        ]),
    "",
  ].join("\n");
}

function tableOf(outcomes: readonly Outcome[]): string {
  const lines = outcomes.map((outcome) => {
    const { where, when, means, by } = outcome;
    return `| ${where}: ${when} | ${means} | ${by} | ${codesOf(outcome)} | ${isFound(outcome) ? "found" : "NOT FOUND"} |`;
  });
  return ["| what was done | in | by | demanded | |", "| --- | --- | --- | --- | --- |", ...lines].join("\n");
}

/** The demanded codes, as a page has them. */
function codesOf({ demanded }: Outcome): string {
  return Object.entries(demanded)
    .map(([code, times]) => (times === 1 ? `\`${code}\`` : `\`${code}\` × ${times}`))
    .join(", ");
}

/** One outcome as a line for a terminal. */
export function lineOf(outcome: Outcome): string {
  const { where, when, means, by, demanded, missing, foreign } = outcome;
  const codes = Object.keys(demanded).join(", ");
  const faults = [...missing.map((one) => `    not found: ${one}`), ...foreign.map((one) => `    foreign: ${one}`)];
  const mark = isFound(outcome) ? "found    " : "NOT FOUND";
  return [`${mark}  ${where}: ${when} (${means}, ${by}) → ${codes}`, ...faults].join("\n");
}
