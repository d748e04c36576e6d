// Checks the arrows between the parts of src. With a compiler that it cannot use, dependency-cruiser sees no modules and finds
// nothing wrong; so every source file must be among those it saw.
import { globSync } from "node:fs";
import { cruise } from "dependency-cruiser";
import extractTsConfig from "dependency-cruiser/config-utl/extract-ts-config";
import rules from "../.dependency-cruiser.mjs";

process.chdir(`${import.meta.dirname}/..`);
const { output } = await cruise(
  ["src"],
  { ...rules.options, validate: true, ruleSet: { forbidden: rules.forbidden } },
  undefined,
  { tsConfig: extractTsConfig("tsconfig.json") },
);

const seen = new Set(output.modules.map((module) => module.source));
const missed = globSync("src/**/*.ts").filter((path) => !seen.has(path));
const edges = output.modules.reduce((sum, module) => sum + module.dependencies.length, 0);
for (const { rule, from, to, cycle } of output.summary.violations) {
  console.error(`${rule.name}: ${from} → ${cycle?.map((step) => step.name).join(" → ") ?? to}`);
}
for (const path of missed) console.error(`not seen: ${path}`);
if (seen.size === 0 || edges === 0) console.error("no modules or no imports were seen");
console.log(`${seen.size} modules, ${edges} imports, ${output.summary.violations.length} violations`);
process.exitCode = output.summary.violations.length + missed.length > 0 || edges === 0 ? 1 : 0;
