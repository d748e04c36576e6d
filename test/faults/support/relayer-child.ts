import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { eventually } from "./eventually.ts";

/** The built command: what runs under test is what users run. `npm run build` makes it. */
const COMMAND = fileURLToPath(new URL("../../../dist/cli/main.js", import.meta.url));

/** How a process ended. */
export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** What one start of a relayer has beyond its configuration. */
export interface StartOptions {
  /** Fields of the configuration that differ from now on. */
  readonly config?: Readonly<Record<string, unknown>>;
  /** What the variable CAIRN_FAILPOINTS says, this time. */
  readonly failpoints?: string;
  /** A module that is loaded before the command, this time. */
  readonly preload?: string;
  /** More of the environment, this time. */
  readonly env?: Readonly<Record<string, string>>;
}

/** `cairn relayer` as a process of its own, started and ended as a scenario wants it. */
export class RelayerChild {
  readonly #workDir: string;
  #config: Readonly<Record<string, unknown>>;
  #child: ChildProcess | undefined;
  #exit: Promise<Exit> | undefined;
  #url = "";
  #log = "";

  constructor(workDir: string, config: Readonly<Record<string, unknown>>) {
    this.#workDir = workDir;
    this.#config = config;
  }

  get url(): string {
    return this.#url;
  }

  /** Everything that it has logged, over all its starts. */
  get log(): string {
    return this.#log;
  }

  get pid(): number {
    return this.#running.pid as number;
  }

  /** Starts it and waits until it listens. */
  async start(options: StartOptions = {}): Promise<void> {
    await this.#spawn(options);
    const listening = eventually("the relayer listens", async () => {
      const { url, pid } = JSON.parse(await readFile(join(this.#workDir, "relayer.json"), "utf8"));
      return pid === this.#child?.pid && (url as string);
    });
    const ended = this.#exit?.then(({ code }) => assert.fail(`the relayer did not start: ${code}\n${this.#log}`));
    this.#url = await Promise.race([listening, ended as Promise<never>]);
    ended?.catch(() => undefined);
  }

  /** Starts it where it must refuse to. @returns What it said. */
  async startRefused(options: StartOptions = {}): Promise<string> {
    const before = this.#log.length;
    await this.#spawn(options);
    const { code } = await this.ended();
    assert.equal(code, 2, "the relayer had to refuse to start");
    return this.#log.slice(before);
  }

  async kill(): Promise<void> {
    this.#running.kill("SIGKILL");
    await this.#exit;
  }

  halt(): void {
    this.#running.kill("SIGSTOP");
  }

  /** Lets a halted process go on. What had not halted yet would halt afterwards, for good: so it is waited for. */
  async resume(): Promise<void> {
    await eventually("the relayer is halted", () => this.#isHalted());
    this.#running.kill("SIGCONT");
  }

  /** As proc(5) says: the state is the first field after the command in parentheses, T for stopped. */
  async #isHalted(): Promise<boolean> {
    const stat = await readFile(`/proc/${this.pid}/stat`, "utf8");
    return stat.slice(stat.lastIndexOf(")") + 2).startsWith("T");
  }

  /** Asks it to stop. @returns How it ended, and how long it took. */
  async stop(): Promise<Exit & { readonly seconds: number }> {
    const startedAt = performance.now();
    this.#running.kill("SIGTERM");
    const exit = await this.ended();
    return { ...exit, seconds: (performance.now() - startedAt) / 1000 };
  }

  /** When it has ended by itself. */
  async ended(): Promise<Exit> {
    await eventually("the relayer ends", () => !this.isRunning);
    return this.#exit as Promise<Exit>;
  }

  get isRunning(): boolean {
    return this.#child !== undefined && this.#child.exitCode === null && this.#child.signalCode === null;
  }

  /** When it has come to a failpoint. */
  async reached(failpoint: string): Promise<void> {
    await eventually(`failpoint ${failpoint}`, () => this.#log.includes(`failpoint ${failpoint}\n`));
  }

  get #running(): ChildProcess {
    return this.#child ?? assert.fail("the relayer was never started");
  }

  async #spawn({ config = {}, failpoints = "", preload, env = {} }: StartOptions): Promise<void> {
    assert.ok(existsSync(COMMAND), "there is no dist/: run `npm run build` first");
    this.#config = { ...this.#config, ...config };
    const path = join(this.#workDir, "relayer-config.json");
    await writeFile(path, JSON.stringify({ ...this.#config, failpoints: failpoints !== "" }));
    const loaded = preload === undefined ? [] : ["--import", preload];
    const child = spawn(process.execPath, [...loaded, COMMAND, "relayer", "--config", path], {
      stdio: ["ignore", "pipe", "pipe"],
      env: { ...process.env, ...env, CAIRN_FAILPOINTS: failpoints },
    });
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding("utf8").on("data", (text: string) => {
        this.#log += text;
      });
    }
    this.#child = child;
    // Whoever breaks the run off leaves nothing behind.
    const abandon = () => child.kill("SIGKILL");
    process.once("exit", abandon);
    this.#exit = new Promise((resolve) => {
      child.once("close", (code, signal) => {
        process.off("exit", abandon);
        resolve({ code, signal });
      });
    });
  }
}
