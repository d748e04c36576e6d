import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { destination, type Logger, pino } from "pino";
import { assertChain, createChainClient } from "../chain/client.ts";
import { type Deployment, parseDeployment } from "../protocol/codec/deployment.ts";
import { CairnError } from "../protocol/errors.ts";
import type { RelayerConfig } from "./config.ts";
import { type Engine, openEngine } from "./engine.ts";
import { armFailpoints } from "./failpoints.ts";
import { createApp } from "./http/app.ts";
import type { App } from "./http/app-type.ts";
import { loggableError } from "./loggable-error.ts";
import { lockWorkDir } from "./store/lock.ts";

export { parseRelayerConfig, type RelayerConfig } from "./config.ts";

/** The relayer serves this address only, until owners can sign in. */
const HOST = "127.0.0.1";

/** A running relayer. */
export interface Relayer {
  /** Where its API is served. */
  readonly url: string;
  /** Finishes what is under way, frees everything and leaves the work folder consistent. */
  close(): Promise<void>;
}

/**
 * Starts a relayer on a work folder that holds a `deployment.json`. Writes `relayer.json` {url, pid} there once it listens.
 * @throws CONFIG_INVALID, DEPLOYMENT_INVALID, FILE_UNREADABLE, WORK_DIR_IN_USE, STORE_DAMAGED, STORE_FULL, CHAIN_UNREACHABLE,
 * CHAIN_MISMATCH, PORT_IN_USE.
 */
export async function startRelayer(config: RelayerConfig): Promise<Relayer> {
  // Standard output belongs to whoever started this process.
  const options = { name: "relayer", level: config.logLevel, serializers: { err: loggableError } };
  const log = pino(options, destination({ fd: 2, sync: true }));
  const deployment = await readDeployment(config.workDir);
  if (config.failpoints) armFailpoints(process.env.CAIRN_FAILPOINTS, deployment.chainId);
  await mkdir(join(config.workDir, "files"), { recursive: true });
  const lock = lockWorkDir(config.workDir);
  const undo: (() => Promise<void> | void)[] = [() => lock.release()];
  const unwind = async (): Promise<void> => {
    for (const step of undo.splice(0).reverse()) await step();
  };
  try {
    const client = createChainClient(config.rpcUrl);
    await assertChain(client, deployment);
    const engine = await openEngine({ config, deployment, client, log });
    undo.push(() => engine.close());
    const { app, url } = await serve(engine, config, log);
    undo.push(() => app.close());
    engine.worker.start();
    await announce(config.workDir, url);
    undo.push(() => rm(join(config.workDir, "relayer.json"), { force: true }));
    log.info({ url, chainId: deployment.chainId }, "listening");
    let closing: Promise<void> | undefined;
    return {
      url,
      close() {
        closing ??= unwind();
        return closing;
      },
    };
  } catch (error) {
    await unwind();
    throw error;
  }
}

async function readDeployment(workDir: string): Promise<Deployment> {
  const path = join(workDir, "deployment.json");
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (cause) {
    throw new CairnError("FILE_UNREADABLE", "deployment.json", { details: { path }, cause });
  }
  try {
    return parseDeployment(JSON.parse(text));
  } catch (cause) {
    if (cause instanceof CairnError) throw cause;
    throw new CairnError("DEPLOYMENT_INVALID", "it is no JSON", { cause });
  }
}

async function serve(engine: Engine, config: RelayerConfig, log: Logger): Promise<{ app: App; url: string }> {
  const app = await createApp(engine.services, log);
  try {
    return { app, url: await app.listen({ host: HOST, port: config.port }) };
  } catch (cause) {
    await app.close();
    if ((cause as NodeJS.ErrnoException).code === "EADDRINUSE") {
      throw new CairnError("PORT_IN_USE", String(config.port), { cause });
    }
    throw cause;
  }
}

/** Tells others on this machine where the relayer is. Renamed into place, so that no half of it is ever read. */
async function announce(workDir: string, url: string): Promise<void> {
  const path = join(workDir, "relayer.json");
  await writeFile(`${path}.tmp`, `${JSON.stringify({ url, pid: process.pid })}\n`);
  await rename(`${path}.tmp`, path);
}
