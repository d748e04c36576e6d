// PostgreSQL's programs for tests. Debian and its kin have them as a package, which is installed when it is missing and this
// process may do so. What needs it is skipped elsewhere, and `npm test` says so.
import { spawnSync } from "node:child_process";
import { existsSync, globSync } from "node:fs";
import { pathToFileURL } from "node:url";

/** Whether a server can be started here. */
function isInstalled() {
  return globSync("/usr/lib/postgresql/*/bin").some((folder) => existsSync(`${folder}/initdb`));
}

function run(program, args) {
  const options = {
    stdio: ["ignore", "ignore", "inherit"],
    env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" },
  };
  return spawnSync(program, args, options).status === 0;
}

/** Installs it when it is missing. @returns Whether it is there. */
export function ensurePostgres() {
  if (isInstalled()) return true;
  if (process.platform !== "linux" || process.getuid() !== 0 || !existsSync("/usr/bin/apt-get")) return false;
  console.log("PostgreSQL is not installed: apt-get install postgresql");
  const install = ["install", "--yes", "--no-install-recommends", "postgresql"];
  return (run("apt-get", install) || (run("apt-get", ["update"]) && run("apt-get", install))) && isInstalled();
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  process.exitCode = ensurePostgres() ? 0 : 1;
  console.log(process.exitCode === 0 ? "PostgreSQL is installed" : "PostgreSQL is not installed, and cannot be here");
}
