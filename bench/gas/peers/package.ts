import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import type { Hex } from "viem";

/** The package that carries the peers' published contracts; it is apart, so that nobody else installs them. */
const FOLDER = new URL("../../peers/", import.meta.url);

interface Manifest {
  readonly version: string;
  readonly dependencies: Readonly<Record<string, string>>;
}

/**
 * Installs the peers' packages unless their pinned versions are there.
 * @returns Why it is impossible, or undefined.
 */
export function installPeers(): string | undefined {
  const { dependencies } = readJson<Manifest>("package.json");
  if (Object.entries(dependencies).every(([name, version]) => isInstalled(name, version))) return undefined;
  const { status, error } = spawnSync("npm", ["ci", "--ignore-scripts", "--no-audit", "--no-fund"], {
    cwd: FOLDER,
    stdio: ["ignore", process.stderr, process.stderr],
  });
  if (error !== undefined) return `npm does not run: ${error.message}`;
  return status === 0 ? undefined : "`npm ci --ignore-scripts` in bench/peers failed";
}

/** What a local folder stands for has no version of its own. */
function isInstalled(name: string, version: string): boolean {
  const manifest = `node_modules/${name}/package.json`;
  if (!existsSync(new URL(manifest, FOLDER))) return false;
  return version.startsWith("file:") || readJson<Manifest>(manifest).version === version;
}

/** The creation code in a build artifact of a peer's package. */
export function publishedBytecode(artifact: string): Hex {
  const { bytecode } = readJson<{ bytecode: string }>(`node_modules/${artifact}`);
  return bytecode.startsWith("0x") ? (bytecode as Hex) : `0x${bytecode}`;
}

function readJson<T>(path: string): T {
  return JSON.parse(readFileSync(new URL(path, FOLDER), "utf8"));
}
