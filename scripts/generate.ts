// Writes the contracts' ABIs and bytecode as const TypeScript into src/chain/generated, from Hardhat's artifacts, and what
// their errors mean, from the interfaces.
// `--check` compares instead of writing and fails on any difference.
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { GENERATED_SOURCES } from "./contract-sources.ts";
import { errorMeanings } from "./generate/error-meanings.ts";

const OUT = "src/chain/generated";

const check = process.argv.includes("--check");
execFileSync("node_modules/.bin/hardhat", ["compile", "--quiet"], { stdio: "inherit" });
mkdirSync(OUT, { recursive: true });
let differing = 0;

function bring(name: string, text: string): void {
  const path = `${OUT}/${name}.ts`;
  if (existsSync(path) && readFileSync(path, "utf8") === text) return;
  if (check) {
    differing++;
    console.error(`${path} is not what the sources give: run npm run generate`);
  } else {
    writeFileSync(path, text);
    console.log(`wrote ${path}`);
  }
}

for (const [name, { contract, source }] of Object.entries(GENERATED_SOURCES)) {
  const artifact = JSON.parse(readFileSync(`artifacts/${source}/${contract}.json`, "utf8"));
  const text =
    `// Generated from ${source} by \`npm run generate\`. Do not edit.\n` +
    `export const ${name}Abi = ${JSON.stringify(artifact.abi)} as const;\n\n` +
    `export const ${name}Bytecode = "${artifact.bytecode}" as const;\n`;
  bring(name, text);
}
bring(
  "errorMeanings",
  "// Generated from contracts/interfaces by `npm run generate`. Do not edit.\n" +
    `export const ERROR_MEANINGS: Readonly<Record<string, string>> = ${JSON.stringify(errorMeanings(), null, 1)};\n`,
);
process.exitCode = differing > 0 ? 1 : 0;
