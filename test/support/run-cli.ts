import { type ChildProcess, fork, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));

/** What became of a command. */
export interface CommandResult {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A command that runs. */
export interface RunningCommand {
  readonly child: ChildProcess;
  readonly finished: Promise<CommandResult>;
  /** What it has printed so far, on both streams. */
  output(): string;
  /** Resolves when it has printed something; rejects when it ends before. */
  until(pattern: RegExp): Promise<RegExpExecArray>;
}

/** Starts the command `cairn` from source. */
export function startCli(args: readonly string[], env: Readonly<Record<string, string>> = {}): RunningCommand {
  return startProgram("src/cli/main.ts", args, env);
}

/** Starts a program of this repository from source. */
export function startProgram(
  path: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
  input: "ignore" | "pipe" = "ignore",
): RunningCommand {
  const child = spawn(process.execPath, ["--import", "tsx", path, ...args], {
    cwd: ROOT,
    env: { ...process.env, ...env },
    stdio: [input, "pipe", "pipe"],
  });
  let stdout = "";
  let stderr = "";
  child.stdout?.setEncoding("utf8").on("data", (text: string) => {
    stdout += text;
    child.emit("printed");
  });
  child.stderr?.setEncoding("utf8").on("data", (text: string) => {
    stderr += text;
    child.emit("printed");
  });
  const finished = once(child, "close").then(([code]) => ({ code: code as number | null, stdout, stderr }));
  const output = () => stdout + stderr;
  return {
    child,
    finished,
    output,
    until: (pattern) =>
      new Promise((resolve, reject) => {
        const look = () => {
          const found = pattern.exec(output());
          if (found !== null) resolve(found);
        };
        child.on("printed", look);
        child.once("close", () => reject(new Error(`it ended without ${pattern}: ${output()}`)));
        look();
      }),
  };
}

/** Runs the command `cairn` from source to its end. */
export function runCli(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<CommandResult> {
  return startCli(args, env).finished;
}

/** Runs the command `cairn` from source with somebody at its terminal. @param answer What is typed. */
export function answerCli(args: readonly string[], answer: string): Promise<CommandResult> {
  const running = startProgram("src/cli/main.ts", args, {}, "pipe");
  running.child.stdin?.end(answer);
  return running.finished;
}

/** Commands that run in one process, one after the other. */
export interface CliSession {
  run(args: readonly string[]): Promise<CommandResult>;
  close(): void;
}

/** Starts a process for many commands, none of which is asked anything. */
export function startCliSession(): CliSession {
  const child = fork(fileURLToPath(new URL("cli-child.ts", import.meta.url)), {
    cwd: ROOT,
    execArgv: ["--import", "tsx"],
    stdio: ["ignore", "inherit", "inherit", "ipc"],
  });
  return {
    async run(args) {
      child.send(args);
      const [result] = (await once(child, "message")) as [CommandResult];
      return result;
    },
    close: () => void child.disconnect(),
  };
}

/** A new folder for one test file, removed when its process ends. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "cairn-test-"));
  process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
  return folder;
}
