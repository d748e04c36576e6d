import { createRequire } from "node:module";
import { CairnError } from "../../protocol/index.ts";

/** anvil's names for what Node.js calls an architecture. */
const ARCHITECTURES: Readonly<Record<string, string>> = { x64: "amd64", arm64: "arm64" };

/**
 * Path of anvil's binary for this machine. It is started directly: killing npm's wrapper would leave it running.
 * @throws CONFIG_INVALID when there is no package for this machine, or it was not installed.
 */
export function anvilBinary(): string {
  const require = createRequire(import.meta.url);
  const platform = `${process.platform}-${ARCHITECTURES[process.arch] ?? process.arch}`;
  const name = `@foundry-rs/anvil-${platform}`;
  const file = process.platform === "win32" ? "anvil.exe" : "anvil";
  try {
    // The platform package is a dependency of anvil's package, not of ours: it is looked for from there.
    return createRequire(require.resolve("@foundry-rs/anvil/package.json")).resolve(`${name}/bin/${file}`);
  } catch (cause) {
    throw new CairnError(
      "CONFIG_INVALID",
      `${name} is not installed, so there is no embedded chain; install the optional dependencies or use --rpc`,
      { details: { package: name }, cause },
    );
  }
}
