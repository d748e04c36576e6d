// `npm run audit:seeds`: simulates small honest programmes in which everything occurs that can, one a seed, and audits each
// with all receipts and documents. The auditor must find nothing.
//
//   npm run audit:seeds -- [--seeds 20] [--first 1] [--vehicles 10] [--days 18] [--json]
//
// Exits with 1 when something is found, or when a kind of event did not occur in a seed.
import { parseArgs } from "node:util";
import { type SeedOutcome, trySeed } from "./audit/seeds.ts";

const { values: options } = parseArgs({
  options: {
    seeds: { type: "string", default: "20" },
    first: { type: "string", default: "1" },
    // The smallest with exclusions of all courses and a season that must be forced.
    vehicles: { type: "string", default: "10" },
    days: { type: "string", default: "18" },
    json: { type: "boolean", default: false },
  },
});
const [seeds, first, vehicles, days] = [options.seeds, options.first, options.vehicles, options.days].map(Number);
if (![seeds, first, vehicles, days].every((n) => Number.isInteger(n) && (n as number) > 0)) {
  console.error("ARGUMENT_INVALID: numbers above 0, as --seeds 20 --first 1 --vehicles 10 --days 18");
  process.exit(2);
}
const size = { vehicles, days } as { vehicles: number; days: number };

/** Findings of a seed that are shown one by one. */
const MOST_SHOWN = 5;

const isGood = ({ absent, findings, surprises }: SeedOutcome) =>
  absent.length === 0 && findings.length === 0 && surprises === 0;

function lineOf({ seed, events, absent, findings, surprises, seconds }: SeedOutcome): string {
  const counts = Object.entries(events).map(([kind, count]) => `${count} ${kind}`);
  const faults = [
    ...findings.slice(0, MOST_SHOWN).map((finding) => `    found: ${finding}`),
    ...absent.map((kind) => `    did not occur: ${kind}`),
    ...(surprises === 0 ? [] : [`    ${surprises} answers that nobody expected`]),
  ];
  const verdict = findings.length === 0 ? "clean" : `${findings.length} findings`;
  return [`seed ${seed}: ${verdict}; ${counts.join(", ")}; ${seconds.toFixed(0)} s`, ...faults].join("\n");
}

const outcomes: SeedOutcome[] = [];
for (let seed = first as number; seed < (first as number) + (seeds as number); seed++) {
  const outcome = await trySeed(`${seed}`, size);
  outcomes.push(outcome);
  if (!options.json) console.log(lineOf(outcome));
}
const good = outcomes.filter(isGood).length;
if (options.json) console.log(JSON.stringify({ ...size, outcomes }, undefined, 2));
else
  console.log(
    `\n${good} of ${outcomes.length} programmes of ${vehicles} cars and ${days} days were clean and had everything.`,
  );
process.exitCode = good === outcomes.length ? 0 : 1;
