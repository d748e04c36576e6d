// Compiles src to dist. npm runs this after every install (`prepare`), so it does nothing when dist is newer than everything
// it is made from. dist is replaced only by a build without errors.
import { spawnSync } from "node:child_process";
import { chmodSync, existsSync, globSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";

process.chdir(`${import.meta.dirname}/..`);
const STAMP = "dist/.built";
const FRESH = "dist.fresh";
const COMPILER = "node_modules/typescript/bin/tsc";

/** Folders count too: their time changes when a file is removed. */
function isUpToDate() {
  if (!existsSync(STAMP)) return false;
  const builtAt = statSync(STAMP).mtimeMs;
  const inputs = ["tsconfig.json", "tsconfig.build.json", "package-lock.json", "src", ...globSync("src/**")];
  return inputs.every((path) => statSync(path).mtimeMs <= builtAt);
}

function build() {
  if (!existsSync(COMPILER)) {
    console.error(
      "Cairn is built from source and its compiler is not installed, since development packages were left out. " +
        "Run `npm install` without --omit=dev (and without NODE_ENV=production); afterwards `npm prune --omit=dev` may take them away.",
    );
    return 1;
  }
  rmSync(FRESH, { recursive: true, force: true });
  const { status } = spawnSync(
    process.execPath,
    [COMPILER, "-p", "tsconfig.build.json", "--noEmitOnError", "--outDir", FRESH],
    { stdio: "inherit" },
  );
  if (status !== 0) {
    rmSync(FRESH, { recursive: true, force: true });
    return 1;
  }
  chmodSync(`${FRESH}/cli/main.js`, 0o755);
  rmSync("dist", { recursive: true, force: true });
  renameSync(FRESH, "dist");
  writeFileSync(STAMP, "");
  return 0;
}

process.exitCode = isUpToDate() ? 0 : build();
