import { cpSync, mkdtempSync, realpathSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const PARTS = ["hardhat.config.ts", "package.json", "tsconfig.json", "artifacts", "scripts", "src", "test"];

/** Makes a copy of what the contracts' tests need, so that mutants never come near the working tree. */
export function makeWorkspace(): string {
  const folder = mkdtempSync(join(tmpdir(), "cairn-mutate-"));
  process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
  for (const part of PARTS) cpSync(part, join(folder, part), { recursive: true });
  // Only stack traces need them, and reading them takes longer than a test.
  rmSync(join(folder, "artifacts/build-info"), { recursive: true });
  symlinkSync(realpathSync("node_modules"), join(folder, "node_modules"), "dir");
  return folder;
}
