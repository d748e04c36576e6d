// `npm run audit:corruptions`: corrupts a clean programme in many ways, one at a time, and demands of the auditor exactly the
// finding that names it. With --recorded DIR also the files of a programme that `cairn replay --work DIR` has left: the whole
// week of taxis, say.
//
//   npm run audit:corruptions -- [--recorded DIR] [--json] [--write]
//
// --write puts the table into docs/corruptions.md. Exits with 1 when something is not found, or something else is.
import { writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { isFound, type Outcome } from "./audit/outcome.ts";
import { lineOf, pageOf, type Tried } from "./audit/page.ts";
import { tryCorruptions } from "./audit/try-corruptions.ts";
import { tryTamperings } from "./audit/try-tamperings.ts";

const PAGE = new URL("../docs/corruptions.md", import.meta.url);

const { values: options } = parseArgs({
  options: {
    recorded: { type: "string" },
    json: { type: "boolean", default: false },
    write: { type: "boolean", default: false },
  },
});

const say = (outcome: Outcome) => {
  if (!options.json) console.log(lineOf(outcome));
};
const outcomes = await tryCorruptions(say);
const tried: Tried = {
  outcomes,
  ...(options.recorded === undefined ? {} : { recorded: await tryTamperings(options.recorded, say) }),
};
const all = [...outcomes, ...(tried.recorded?.outcomes ?? [])];
const found = all.filter(isFound).length;
if (options.json) console.log(JSON.stringify(tried, undefined, 2));
else console.log(`\n${found} of ${all.length} corruptions were found and rightly named.`);
if (options.write) writeFileSync(PAGE, pageOf(tried));
process.exitCode = found === all.length ? 0 : 1;
