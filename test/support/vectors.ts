import { readFileSync } from "node:fs";

/**
 * Shared vectors (scripts/make-vectors.ts): what Solidity, src/protocol and the auditor must all reproduce.
 * @param name File name below test/vectors, without its ending.
 */
export function readVectors<T>(name: string): T {
  return JSON.parse(readFileSync(new URL(`../vectors/${name}.json`, import.meta.url), "utf8"));
}
