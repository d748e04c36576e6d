import { readFile, writeFile } from "node:fs/promises";
import { availableParallelism, totalmem } from "node:os";
import { fileURLToPath } from "node:url";
import type { Outcome } from "./outcome.ts";

const DOCUMENT = fileURLToPath(new URL("../../../docs/reliability.md", import.meta.url));
const BEGINS = "<!-- made by npm run test:faults -- --write -->";
const ENDS = "<!-- end -->";

/** A scenario's outcome as one line. */
export function asText(outcome: Outcome): string {
  const { row, name, passed, runs, seconds, skipped } = outcome;
  const result = skipped === undefined ? `${passed} of ${runs}` : `skipped: ${skipped}`;
  return [String(row).padStart(2), name.padEnd(26), result.padEnd(7), seconds.map((s) => `${s} s`).join(" ")].join(
    "  ",
  );
}

/** All outcomes as a table, with what they were measured on. */
export function asMarkdown(outcomes: readonly Outcome[]): string {
  const rows = outcomes.map(({ row, fault, shows, passed, runs, seconds, skipped }) => {
    const longest = Math.max(0, ...seconds).toFixed(1);
    const result = skipped === undefined ? `${passed} of ${runs}` : `skipped: ${skipped}`;
    return `| ${row} | ${fault} | ${shows} | ${result} | ${longest} |`;
  });
  const machine = `${availableParallelism()} processors, ${Math.round(totalmem() / 2 ** 30)} GiB, Node.js ${process.version}`;
  const when = new Date().toISOString().slice(0, 10);
  return [
    `Run on ${when}, on ${machine}, ${process.platform}; seconds are those of the longest run.`,
    "",
    "| # | fault | what it shows | passed | s |",
    "| --- | --- | --- | --- | --- |",
    ...rows,
  ].join("\n");
}

/** Puts a table into docs/reliability.md, in place of the one that is there. */
export async function writeReliability(table: string): Promise<void> {
  const text = await readFile(DOCUMENT, "utf8");
  const from = text.indexOf(BEGINS);
  const to = text.indexOf(ENDS);
  if (from < 0 || to < from) throw new Error("docs/reliability.md has no place for the table");
  await writeFile(DOCUMENT, `${text.slice(0, from)}${BEGINS}\n${table}\n${text.slice(to)}`);
}
