import { execFileSync } from "node:child_process";

const SECONDS = 3;

/** CPU seconds that OpenSSL takes for one P-256 verification, by its own benchmark; undefined when it is not installed. */
export function opensslVerificationS(): number | undefined {
  try {
    const printed = execFileSync("openssl", ["speed", "-seconds", `${SECONDS}`, "ecdsap256"], {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
    });
    const aSecond = Number(printed.trim().split(/\s+/).at(-1));
    return aSecond > 0 ? 1 / aSecond : undefined;
  } catch {
    return undefined;
  }
}
