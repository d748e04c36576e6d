// Keeps the lock files usable everywhere. npm lists only those optional platform packages that the registry it was made
// with serves, and `npm ci` then refuses; a stub entry for each missing one is enough, and survives later installs. Registry
// addresses are taken out, so that everybody's own registry is asked.
// `--check` changes nothing and fails when something is missing.
import { readFileSync, writeFileSync } from "node:fs";

const PATHS = ["package-lock.json", "bench/peers/package-lock.json"];
const CPUS = {
  amd64: "x64",
  x64: "x64",
  arm64: "arm64",
  arm: "arm",
  ia32: "ia32",
  ppc64: "ppc64",
  riscv64: "riscv64",
  s390x: "s390x",
};
const SYSTEMS = ["aix", "android", "darwin", "freebsd", "linux", "netbsd", "openbsd", "openharmony", "sunos", "win32"];

/** The platform that a package's name tells, as npm writes it into a lock file. */
function platformOf(name) {
  const words = name.split(/[/-]/);
  const system = words.find((word) => SYSTEMS.includes(word));
  const cpu = words.map((word) => CPUS[word]).find((word) => word !== undefined);
  if (system === undefined || cpu === undefined) throw new Error(`${name} does not tell its platform: add it by hand`);
  const libc = words.some((word) => word.startsWith("musl"))
    ? "musl"
    : words.some((word) => word.startsWith("gnu"))
      ? "glibc"
      : undefined;
  return { system, cpu, libc };
}

/** Whether the package at `from` finds `name`, as Node.js looks for it: in its own node_modules, then in its parents'. */
function isListed(packages, from, name) {
  for (let folder = from; ; folder = folder.slice(0, Math.max(0, folder.lastIndexOf("node_modules/") - 1))) {
    if (packages[`${folder === "" ? "" : `${folder}/`}node_modules/${name}`] !== undefined) return true;
    if (folder === "") return false;
  }
}

/** Mends what a lock file says, in place. @returns What was wrong. */
function mend(lock) {
  const problems = [];
  for (const [at, entry] of Object.entries(lock.packages)) {
    if (entry.resolved !== undefined && !entry.link) {
      problems.push(`${at} names the registry it came from`);
      delete entry.resolved;
    }
    for (const [name, version] of Object.entries(entry.optionalDependencies ?? {})) {
      if (isListed(lock.packages, at, name)) continue;
      if (!/^\d/.test(version)) throw new Error(`${at} asks for ${name} ${version}, no exact version: add it by hand`);
      problems.push(`${name}@${version} has no entry`);
      const { system, cpu, libc } = platformOf(name);
      lock.packages[`node_modules/${name}`] = {
        version,
        cpu: [cpu],
        ...(entry.dev ? { dev: true } : {}),
        ...(libc ? { libc: [libc] } : {}),
        optional: true,
        os: [system],
      };
    }
  }
  return problems;
}

const check = process.argv.includes("--check");
for (const path of PATHS) {
  const lock = JSON.parse(readFileSync(path, "utf8"));
  const problems = mend(lock);
  if (problems.length === 0) continue;
  if (check) {
    console.error(
      `${path}: run \`node scripts/lockfile.mjs\`\n${problems.map((problem) => `  ${problem}`).join("\n")}`,
    );
    process.exitCode = 1;
  } else {
    lock.packages = Object.fromEntries(Object.entries(lock.packages).sort(([a], [b]) => a.localeCompare(b, "en")));
    writeFileSync(path, `${JSON.stringify(lock, null, 2)}\n`);
    console.log(`${path}: mended ${problems.length} entries`);
  }
}
