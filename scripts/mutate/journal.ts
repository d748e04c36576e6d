import { createHash } from "node:crypto";
import { appendFileSync, existsSync, globSync, readFileSync, writeFileSync } from "node:fs";
import type { Verdict } from "./messages.ts";
import type { Mutant } from "./mutants.ts";

interface Entry {
  readonly id: string;
  readonly text: string;
  readonly verdict: Verdict;
  /** Of the tests that found nothing; what was found is found. */
  readonly tests?: string;
}

/** A mutant is the same one only as long as its file is. */
function keyOf(id: string, textDigest: string): string {
  return `${textDigest} ${id}`;
}

function digestOf({ text }: Mutant): string {
  return createHash("sha256").update(text).digest("hex");
}

/** All that decides whether a test finds a mistake: tests, what they read and import, the other contracts. */
const TESTED_BY = ["test/{contracts,support}/**/*.ts", "test/vectors/**/*.json", "src/**/*.ts", "contracts/**/*.sol"];

export function digestOfTests(): string {
  const digest = createHash("sha256");
  for (const path of globSync(TESTED_BY).sort()) {
    digest.update(path).update(readFileSync(path));
  }
  return digest.digest("hex");
}

/**
 * Verdicts of runs before this one, a line of JSON each, so that a run that was broken off goes on where it was.
 *
 * What took too long is tried again, and what survived as soon as anything has changed that tests it. What was killed is not, so a journal is
 * thrown away when tests or other contracts changed in a way that could let a mistake pass again.
 */
export class Journal {
  readonly #path: string;
  readonly #tests: string;
  readonly #verdicts = new Map<string, Verdict>();
  /** What was tried, with whatever verdict. */
  readonly #tried = new Set<string>();

  /**
   * @param path A file that is made when there is none.
   * @param tests The digest of the tests that this run is of.
   */
  constructor(path: string, tests: string) {
    this.#path = path;
    this.#tests = tests;
    const text = existsSync(path) ? readFileSync(path, "utf8") : "";
    // A process may have died while it wrote the last line.
    const whole = text.slice(0, text.lastIndexOf("\n") + 1);
    if (whole !== text) writeFileSync(path, whole);
    for (const line of whole.split("\n").slice(0, -1)) {
      const { id, text: digest, verdict, tests: testedBy } = JSON.parse(line) as Entry;
      const key = keyOf(id, digest);
      const outdated = verdict.outcome === "timeout" || (verdict.outcome === "survived" && testedBy !== tests);
      this.#tried.add(key);
      if (outdated) this.#verdicts.delete(key);
      else this.#verdicts.set(key, verdict);
    }
  }

  /** The verdict that still counts, if there is one. */
  verdictOf(mutant: Mutant): Verdict | undefined {
    return this.#verdicts.get(keyOf(mutant.id, digestOf(mutant)));
  }

  /** Whether it was tried, with whatever verdict. */
  has(mutant: Mutant): boolean {
    return this.#tried.has(keyOf(mutant.id, digestOf(mutant)));
  }

  note(mutant: Mutant, verdict: Verdict): void {
    const entry: Entry = { id: mutant.id, text: digestOf(mutant), verdict };
    const line = verdict.outcome === "survived" ? { ...entry, tests: this.#tests } : entry;
    appendFileSync(this.#path, `${JSON.stringify(line)}\n`);
  }
}
