import { createHash } from "node:crypto";
import { appendFileSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import type { Verdict } from "./messages.ts";
import type { Mutant } from "./mutants.ts";

interface Entry {
  readonly id: string;
  readonly text: string;
  readonly verdict: Verdict;
}

/** A mutant is the same one only as long as its file is. */
function keyOf(id: string, textDigest: string): string {
  return `${textDigest} ${id}`;
}

function digestOf({ text }: Mutant): string {
  return createHash("sha256").update(text).digest("hex");
}

/**
 * Verdicts of runs before this one, a line of JSON each, so that a run that was broken off goes on where it was.
 *
 * What survived or took too long is tried again: tests may have been added since. What was killed is not, so a journal is
 * thrown away when tests or other contracts changed in a way that could let a mistake pass again.
 */
export class Journal {
  readonly #path: string;
  readonly #verdicts = new Map<string, Verdict>();

  /** @param path A file that is made when there is none. */
  constructor(path: string) {
    this.#path = path;
    const text = existsSync(path) ? readFileSync(path, "utf8") : "";
    // A process may have died while it wrote the last line.
    const whole = text.slice(0, text.lastIndexOf("\n") + 1);
    if (whole !== text) writeFileSync(path, whole);
    for (const line of whole.split("\n").slice(0, -1)) {
      const { id, text: digest, verdict } = JSON.parse(line) as Entry;
      this.#verdicts.set(keyOf(id, digest), verdict);
    }
  }

  /** The verdict that still counts, if there is one. */
  verdictOf(mutant: Mutant): Verdict | undefined {
    const verdict = this.#verdicts.get(keyOf(mutant.id, digestOf(mutant)));
    return verdict?.outcome === "survived" || verdict?.outcome === "timeout" ? undefined : verdict;
  }

  /** Whether it was tried, with whatever verdict. */
  has(mutant: Mutant): boolean {
    return this.#verdicts.has(keyOf(mutant.id, digestOf(mutant)));
  }

  note(mutant: Mutant, verdict: Verdict): void {
    const entry: Entry = { id: mutant.id, text: digestOf(mutant), verdict };
    appendFileSync(this.#path, `${JSON.stringify(entry)}\n`);
  }
}
