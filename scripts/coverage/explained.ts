/** Lines that no test can run, by file and text, and why. An explanation of a line that is run, or is not there, is an error. */
export const EXPLAINED: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  "contracts/VehicleToken.sol": {
    "return super._update(to, tokenId, auth);":
      "locked() answers true or reverts, so nothing comes this far; without the line the compiler calls OpenZeppelin's code unreachable",
  },
};

/** What the explanations of a file say to its missed lines. */
export interface Explained {
  /** Missed lines with a reason, as text for people. */
  readonly reasons: readonly string[];
  /** Missed lines without one. */
  readonly unexplained: readonly number[];
  /** Explained lines that are run, or are not there. */
  readonly stale: readonly string[];
}

/**
 * Holds a file's missed lines against its explanations.
 * @param source The file's lines, from the first on.
 */
export function explain(
  missed: readonly number[],
  source: readonly string[],
  explanations: Readonly<Record<string, string>> = {},
): Explained {
  const textOf = (line: number) => source[line - 1]?.trim() ?? "";
  const texts = new Set(missed.map(textOf));
  return {
    reasons: missed
      .filter((line) => textOf(line) in explanations)
      .map((line) => `line ${line}: ${explanations[textOf(line)]}`),
    unexplained: missed.filter((line) => !(textOf(line) in explanations)),
    stale: Object.keys(explanations).filter((text) => !texts.has(text)),
  };
}
