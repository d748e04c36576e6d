import { globSync, readFileSync } from "node:fs";

/** An error with its documentation: the lines of `///` right above it. */
const DOCUMENTED_ERROR = /((?:^ *\/\/\/ .*\n)+) *error (\w+)\(/gm;

/**
 * What each error of the contracts means, by the documentation of the interfaces.
 * @returns Names in alphabetical order.
 */
export function errorMeanings(): Record<string, string> {
  const meanings = globSync("contracts/interfaces/*.sol").flatMap((path) =>
    [...readFileSync(path, "utf8").matchAll(DOCUMENTED_ERROR)].map(([, comment = "", name = ""]) => {
      const text = comment.replaceAll(/^ *\/\/\/ (@notice )?/gm, "").trim();
      return [name, text.replaceAll(/\s+/g, " ")] as const;
    }),
  );
  return Object.fromEntries(meanings.sort(([a], [b]) => (a < b ? -1 : 1)));
}
