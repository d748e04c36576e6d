import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, existsSync, openSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { CairnError, type ErrorCode } from "../protocol/index.ts";
import { readJsonFile, toJsonFile } from "./files.ts";

/** A service of a programme in a process of its own, started again when it dies. */
export interface ServiceProcess {
  /** Stays the same over restarts. */
  readonly url: string;
  /** Id of the process that runs now. */
  readonly pid: number;
  /** How often it died and was started again. */
  readonly restarts: number;
  /** Rejects when it is given up: it died too often. */
  readonly failed: Promise<never>;
  /** Asks it to stop and waits until it has; ends it when that takes too long. */
  stop(): Promise<void>;
}

/** Where a service of a programme is started, and how. */
export interface ServicePlace {
  /** The command's words: `relayer`, or `operator serve`. */
  readonly command: readonly string[];
  readonly configFile: string;
  readonly logFile: string;
  /** The file in which it says that it listens: {url, pid}. */
  readonly listeningFile: string;
  /** The code that says that it does not answer. */
  readonly away: ErrorCode;
}

/** How a service is started. */
export interface ServiceProcessOptions extends ServicePlace {
  /** Content of its configuration file, but for the port. */
  readonly config: Readonly<Record<string, unknown>>;
  /** 0 = any free one. */
  readonly port: number;
  readonly onRestart?: (restarts: number) => void;
}

const READY_TIMEOUT_MS = 60_000;
const STOP_TIMEOUT_MS = 20_000;
const FIRST_BACKOFF_MS = 100;
const LONGEST_BACKOFF_MS = 5_000;
/** It is given up after so many deaths within this time. */
const MAX_DEATHS = 10;
const DEATHS_WITHIN_MS = 120_000;

/**
 * Starts a service and waits until it listens.
 * @throws PORT_IN_USE when the given port is taken, RELAYER_UNREACHABLE or OPERATOR_UNREACHABLE when it does not start.
 */
export async function startServiceProcess(options: ServiceProcessOptions): Promise<ServiceProcess> {
  const port = options.port === 0 ? await freePort() : options.port;
  toJsonFile(options.configFile, { ...options.config, port }, 0o600);
  let child = await startChild(options);
  let restarts = 0;
  let stopping = false;
  let giveUp: (error: CairnError) => void = () => undefined;
  const failed = new Promise<never>((_, reject) => {
    giveUp = reject;
  });
  // Whoever waits for it hears of it; nobody has to wait.
  failed.catch(() => undefined);
  const deaths: number[] = [];
  const watch = (watched: ChildProcess) => {
    watched.once("exit", () => {
      if (!stopping) void restart();
    });
  };
  const restart = async () => {
    for (;;) {
      deaths.push(Date.now());
      const lately = deaths.filter((at) => at > Date.now() - DEATHS_WITHIN_MS).length;
      if (lately > MAX_DEATHS) return giveUp(startFailure(options, "it died too often"));
      await sleep(Math.min(LONGEST_BACKOFF_MS, FIRST_BACKOFF_MS * 2 ** (lately - 1)));
      if (stopping) return;
      try {
        child = await startChild(options);
        break;
      } catch {
        // It died while starting: that is a death like any other.
      }
    }
    restarts++;
    if (stopping) return void stopChild(child);
    watch(child);
    options.onRestart?.(restarts);
  };
  watch(child);
  return {
    url: `http://127.0.0.1:${port}`,
    get pid() {
      return child.pid as number;
    },
    get restarts() {
      return restarts;
    },
    failed,
    async stop() {
      stopping = true;
      await stopChild(child);
    },
  };
}

/** Starts the service's command and waits until it has said that it listens. */
async function startChild(place: ServicePlace): Promise<ChildProcess> {
  rmSync(place.listeningFile, { force: true });
  const log = openSync(place.logFile, "a");
  const child = spawn(
    process.execPath,
    [...loaderArguments(), commandFile(), ...place.command, "--config", place.configFile],
    // A process group of its own: on Ctrl-C it is stopped in order, before the chain. The channel's end tells it that
    // this process has died.
    { stdio: ["ignore", log, log, "ipc"], detached: process.platform !== "win32" },
  );
  closeSync(log);
  const endsAt = Date.now() + READY_TIMEOUT_MS;
  for (;;) {
    if (child.exitCode !== null || child.signalCode !== null) throw startFailure(place, "it ended");
    if (listeningPid(place.listeningFile) === child.pid) return child;
    if (Date.now() > endsAt) {
      child.kill("SIGKILL");
      throw startFailure(place, "it did not start in time");
    }
    await sleep(20);
  }
}

function listeningPid(path: string): number | undefined {
  if (!existsSync(path)) return undefined;
  try {
    return (readJsonFile(path) as { pid?: number }).pid;
  } catch {
    // It is being written just now.
    return undefined;
  }
}

function startFailure({ away, logFile }: ServicePlace, why: string): CairnError {
  return new CairnError(away, `${why}; see ${logFile}`);
}

async function stopChild(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = new Promise<void>((resolve) => {
    child.once("exit", () => resolve());
  });
  child.kill("SIGTERM");
  const timer = setTimeout(() => child.kill("SIGKILL"), STOP_TIMEOUT_MS);
  await exited;
  clearTimeout(timer);
}

/** The command itself, beside this file: compiled or as source. */
function commandFile(): string {
  return fileURLToPath(new URL(import.meta.url.endsWith(".ts") ? "./main.ts" : "./main.js", import.meta.url));
}

/** What this process was told to load before its code: a TypeScript loader, when it runs from source. */
function loaderArguments(): string[] {
  return process.execArgv.flatMap((argument, i, all) => {
    if (/^--(import|require|loader)=/.test(argument)) return [argument];
    return /^--(import|require|loader)$/.test(argument) ? [argument, all[i + 1] ?? ""] : [];
  });
}

/** A port that is free now. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" && address !== null ? address.port : 0));
    });
  });
}

/** Whether a port on loopback can be taken now. */
export function isPortFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(false));
    server.listen(port, "127.0.0.1", () => server.close(() => resolve(true)));
  });
}
