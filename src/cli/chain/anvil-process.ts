import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, existsSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { CairnError } from "../../protocol/index.ts";
import { createRpc, type Rpc } from "../rpc.ts";
import { anvilBinary } from "./anvil-binary.ts";

/** A running anvil. */
export interface AnvilProcess {
  readonly pid: number;
  readonly port: number;
  readonly rpc: Rpc;
  /** Resolves when the process has ended, for whatever reason. */
  readonly exited: Promise<void>;
  /** Ends it without asking; what is not saved is lost. */
  kill(): Promise<void>;
}

/** What anvil is started with. */
export interface AnvilOptions {
  /** Folder for its pid, log and marks. */
  readonly directory: string;
  /** 0 = any free one. */
  readonly port: number;
  readonly arguments: readonly string[];
}

const START_TIMEOUT_MS = 30_000;
/** States of the past that it keeps for calls at earlier blocks and for reorganisations. Each older one goes to disk unless pruned. */
const KEPT_STATES = 256;
/**
 * The shell becomes anvil; a copy of it stays behind and reads from a pipe that only this process holds. When this process
 * dies, however it dies, the pipe closes and the copy ends anvil.
 */
const WATCHED = '(cat <&3 >/dev/null; kill -9 $$ 2>/dev/null) & exec "$@" 3<&-';

/**
 * Starts anvil on loopback and waits until it answers.
 * @throws PORT_IN_USE when the port is taken, CONFIG_INVALID without a binary, CHAIN_UNREACHABLE when it does not start.
 */
export async function startAnvil(options: AnvilOptions): Promise<AnvilProcess> {
  endOrphan(options.directory);
  const log = openSync(join(options.directory, "anvil.log"), "w");
  const command = [anvilBinary(), ...argumentsOf(options)];
  const stdio = ["ignore", "pipe", log, "pipe"] as const;
  // A process group of its own: Ctrl-C in a terminal must not end the chain before it was saved.
  const child =
    process.platform === "win32"
      ? spawn(command[0] as string, command.slice(1), { stdio: [...stdio] })
      : spawn("/bin/sh", ["-c", WATCHED, "cairn-chain", ...command], { stdio: [...stdio], detached: true });
  closeSync(log);
  const exited = new Promise<void>((resolve) => {
    child.once("exit", () => resolve());
    child.once("error", () => resolve());
  });
  // The watching shell ends when its pipe does.
  void exited.then(() => child.stdio[3]?.destroy());
  const port = await listening(child, options);
  writeFileSync(pidFile(options.directory), String(child.pid));
  const rpc = createRpc(`http://127.0.0.1:${port}`);
  await rpc.call("anvil_setLoggingEnabled", false);
  return {
    pid: child.pid as number,
    port,
    rpc,
    exited,
    async kill() {
      child.kill("SIGKILL");
      await exited;
      rmSync(pidFile(options.directory), { force: true });
    },
  };
}

function argumentsOf({ directory, port, arguments: more }: AnvilOptions): string[] {
  return [
    ...["--host", "127.0.0.1", "--port", String(port)],
    ...["--hardfork", "osaka", "--prune-history", String(KEPT_STATES)],
    // Also the mark by which an orphan of this work folder is known.
    ...["--cache-path", join(directory, "cache")],
    ...more,
  ];
}

/** The port that anvil says it listens on. Asking the port itself could reach somebody else's node. */
function listening(child: ChildProcess, { directory, port }: AnvilOptions): Promise<number> {
  const stdout = child.stdout as Readable;
  return new Promise((resolve, reject) => {
    let said = "";
    const timer = setTimeout(() => fail("it did not start in time"), START_TIMEOUT_MS);
    const fail = (why: string) => {
      clearTimeout(timer);
      child.kill("SIGKILL");
      const log = logOf(directory);
      reject(
        log.includes("Address already in use")
          ? new CairnError("PORT_IN_USE", String(port), { details: { port } })
          : new CairnError("CHAIN_UNREACHABLE", `the embedded chain: ${why}${log === "" ? "" : ` (${log})`}`),
      );
    };
    child.once("error", (error) => fail(error.message));
    child.once("exit", () => fail("it ended"));
    const read = (data: Buffer) => {
      said += data.toString();
      const found = /Listening on [\d.]+:(\d+)/.exec(said);
      if (found === null) return;
      clearTimeout(timer);
      stdout.off("data", read);
      // What it says from now on is read and thrown away, so that the pipe never fills.
      stdout.resume();
      resolve(Number(found[1]));
    };
    stdout.on("data", read);
  });
}

function logOf(directory: string): string {
  try {
    return readFileSync(join(directory, "anvil.log"), "utf8").trim().slice(0, 300);
  } catch {
    return "";
  }
}

function pidFile(directory: string): string {
  return join(directory, "anvil.pid");
}

/**
 * Ends an anvil that an earlier start in this folder left behind. Only a process whose command line names this folder's
 * cache is ended: its id may belong to somebody else by now.
 */
function endOrphan(directory: string): void {
  const path = pidFile(directory);
  if (!existsSync(path)) return;
  const pid = Number(readFileSync(path, "utf8"));
  rmSync(path, { force: true });
  if (!Number.isSafeInteger(pid) || pid <= 1 || !commandLineOf(pid).includes(join(directory, "cache"))) return;
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // It ended in between.
  }
}

/** A process's command line where the system shows it under /proc; empty otherwise, so that nothing is ended in doubt. */
function commandLineOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8");
  } catch {
    return "";
  }
}
