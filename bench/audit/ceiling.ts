import { execFileSync } from "node:child_process";
import { availableParallelism } from "node:os";

const SECONDS = 3;

/** P-256 verifications a second that OpenSSL does on all cores at once, by its own benchmark; undefined without it. */
export function opensslVerificationsPerSecond(cores = availableParallelism()): number | undefined {
  try {
    const many = ["-multi", `${cores}`, "-seconds", `${SECONDS}`, "ecdsap256"];
    const printed = execFileSync("openssl", ["speed", ...many], {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
    });
    const aSecond = Number(printed.trim().split(/\s+/).at(-1));
    return aSecond > 0 ? aSecond : undefined;
  } catch {
    return undefined;
  }
}
