import { readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { destination, type Logger, pino } from "pino";
import { assertChain, type ChainClient, createChainClient } from "../chain/client.ts";
import { type Deployment, parseDeployment } from "../protocol/codec/deployment.ts";
import { CairnError } from "../protocol/errors.ts";
import { lockWorkDir } from "../storage/lock.ts";
import type { ServiceConfig } from "./config.ts";
import type { App } from "./http/app-type.ts";
import { loggableError } from "./loggable-error.ts";

/** Services listen on this address only, until owners can sign in. */
const HOST = "127.0.0.1";

/** A running process of a programme. */
export interface Service {
  /** Where its API is served. */
  readonly url: string;
  /** Finishes what is under way, frees everything and leaves the work folder consistent. */
  close(): Promise<void>;
}

/** What a service is opened with. */
export interface ServiceInput<Config extends ServiceConfig> {
  readonly config: Config;
  readonly deployment: Deployment;
  readonly client: ChainClient;
  readonly log: Logger;
}

/** Everything of a service but the listening. */
export interface ServiceEngine {
  createApp(): Promise<App>;
  /** Begins to work; it already listens. */
  start(): void;
  close(): Promise<void>;
}

/**
 * Starts a service on a work folder that holds a `deployment.json`: locks the folder, proves that the chain is the
 * deployment's, opens the engine, listens. Writes `<name>.json` {url, pid} there once it listens.
 * @throws DEPLOYMENT_INVALID, FILE_UNREADABLE, WORK_DIR_IN_USE, STORE_DAMAGED, STORE_FULL, CHAIN_UNREACHABLE,
 * CHAIN_MISMATCH, PORT_IN_USE.
 */
export async function startService<Config extends ServiceConfig>(
  name: string,
  config: Config,
  open: (input: ServiceInput<Config>) => Promise<ServiceEngine>,
): Promise<Service> {
  // Standard output belongs to whoever started this process.
  const options = { name, level: config.logLevel, serializers: { err: loggableError } };
  const log = pino(options, destination({ fd: 2, sync: true }));
  const deployment = await readDeployment(config.workDir);
  const lock = lockWorkDir(config.workDir, `${name}.lock`);
  const undo: (() => Promise<void> | void)[] = [() => lock.release()];
  const unwind = async (): Promise<void> => {
    for (const step of undo.splice(0).reverse()) await step();
  };
  try {
    const client = createChainClient(config.rpcUrl);
    await assertChain(client, deployment);
    const engine = await open({ config, deployment, client, log });
    undo.push(() => engine.close());
    const { app, url } = await serve(engine, config.port);
    undo.push(() => app.close());
    engine.start();
    const announcement = join(config.workDir, `${name}.json`);
    await announce(announcement, url);
    undo.push(() => rm(announcement, { force: true }));
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

/** The deployment that a work folder is of. @throws FILE_UNREADABLE, DEPLOYMENT_INVALID. */
export async function readDeployment(workDir: string): Promise<Deployment> {
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

async function serve(engine: ServiceEngine, port: number): Promise<{ app: App; url: string }> {
  const app = await engine.createApp();
  try {
    return { app, url: await app.listen({ host: HOST, port }) };
  } catch (cause) {
    await app.close();
    if ((cause as NodeJS.ErrnoException).code === "EADDRINUSE") {
      throw new CairnError("PORT_IN_USE", String(port), { cause });
    }
    throw cause;
  }
}

/** Tells others on this machine where the service is. Renamed into place, so that no half of it is ever read. */
async function announce(path: string, url: string): Promise<void> {
  await writeFile(`${path}.tmp`, `${JSON.stringify({ url, pid: process.pid })}\n`);
  await rename(`${path}.tmp`, path);
}
