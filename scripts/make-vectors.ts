// Writes test/vectors/*.json: inputs and outcomes that Solidity, src/protocol and the auditor must all reproduce. Made without
// src/protocol, by viem, OpenZeppelin's merkle-tree and node:crypto, so that a mistake in the project cannot enter them.
// `--check` compares instead of writing.
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { digestVectors } from "./vectors/digests.ts";
import { drawVectors } from "./vectors/draws.ts";
import { leafVectors } from "./vectors/leaves.ts";
import { p256Vectors } from "./vectors/p256.ts";
import { rowVectors } from "./vectors/rows.ts";
import { saltVectors } from "./vectors/salts.ts";
import { scheduleVectors } from "./vectors/schedule.ts";
import { serviceLeafVectors, serviceRowVectors } from "./vectors/services.ts";
import { shareVectors } from "./vectors/shares.ts";
import { treeVectors } from "./vectors/trees.ts";

const FILES = {
  digests: await digestVectors(),
  draws: drawVectors(),
  leaves: { ...leafVectors(), ...serviceLeafVectors() },
  p256: p256Vectors(),
  rows: { ...rowVectors(), ...serviceRowVectors() },
  salts: saltVectors(),
  schedule: scheduleVectors(),
  shares: shareVectors(),
  trees: treeVectors(),
};

const check = process.argv.includes("--check");
for (const [name, content] of Object.entries(FILES)) {
  const path = `test/vectors/${name}.json`;
  const text = `${JSON.stringify(content, null, 1)}\n`;
  if (existsSync(path) && readFileSync(path, "utf8") === text) continue;
  if (check) {
    console.error(`${path} is not what scripts/make-vectors.ts makes`);
    process.exitCode = 1;
  } else {
    writeFileSync(path, text);
    console.log(`wrote ${path}`);
  }
}
