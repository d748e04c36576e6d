import { type ChildProcess, spawn } from "node:child_process";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { freePort } from "../../src/cli/service-process.ts";

export interface Anvil {
  readonly rpcUrl: string;
  readonly port: number;
  stop(): Promise<void>;
}

const READY_ATTEMPTS = 400;

/**
 * Starts an anvil of its own for a test, straight from its platform package: killing a wrapper would leave it running.
 * @param options `timestamp`: time of block 0, unix seconds; `hardfork`: osaka unless given; `args`: more flags; `port`: a
 * free one unless given.
 */
export async function startAnvil(options: {
  timestamp: number;
  hardfork?: string;
  args?: readonly string[];
  port?: number;
}): Promise<Anvil> {
  const packageJson = createRequire(import.meta.url).resolve(
    `@foundry-rs/anvil-${process.platform}-${process.arch === "x64" ? "amd64" : process.arch}/package.json`,
  );
  const port = options.port ?? (await freePort());
  const child = spawn(
    join(dirname(packageJson), "bin", "anvil"),
    [
      "--hardfork",
      options.hardfork ?? "osaka",
      "--silent",
      "--port",
      `${port}`,
      "--timestamp",
      `${options.timestamp}`,
      ...(options.args ?? []),
    ],
    { stdio: "ignore" },
  );
  const rpcUrl = `http://127.0.0.1:${port}`;
  // Whoever breaks a run off leaves nothing behind.
  const abandon = () => child.kill("SIGKILL");
  process.once("exit", abandon);
  const ended = new Promise<void>((resolve) =>
    child.once("exit", () => {
      process.off("exit", abandon);
      resolve();
    }),
  );
  await untilReady(rpcUrl, child);
  return {
    rpcUrl,
    port,
    async stop() {
      child.kill("SIGKILL");
      await ended;
    },
  };
}

async function untilReady(rpcUrl: string, child: ChildProcess): Promise<void> {
  for (let attempt = 0; attempt < READY_ATTEMPTS; attempt++) {
    if (child.exitCode !== null) throw new Error(`anvil ended with ${child.exitCode}`);
    try {
      const body = JSON.stringify({ jsonrpc: "2.0", id: 1, method: "eth_chainId", params: [] });
      const headers = { "content-type": "application/json" };
      const answer = await fetch(rpcUrl, { method: "POST", headers, body });
      if (answer.ok) return;
    } catch {
      // Not listening yet: asked again after a moment.
    }
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  throw new Error("anvil does not answer");
}
