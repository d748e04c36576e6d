import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { numbers } from "../../support/numbers.ts";
import type { TestProgramme } from "./programme.ts";
import { connect, type RunningRelayer, testConfig } from "./running.ts";

/** A relayer in a process that comes back whenever it ends. */
export class StubbornRelayer {
  readonly #programme: TestProgramme;
  readonly #configPath: string;
  #child: ChildProcess | undefined;
  #url = "";

  constructor(programme: TestProgramme) {
    this.#programme = programme;
    this.#configPath = join(programme.workDir, "config.json");
  }

  async start(): Promise<void> {
    const config = testConfig(this.#programme, { anchorEveryDrops: 3, logLevel: "error" });
    await writeFile(this.#configPath, JSON.stringify(config));
    const script = fileURLToPath(new URL("./relayer-child.ts", import.meta.url));
    const child = spawn(process.execPath, ["--import", "tsx", script, this.#configPath], { stdio: "inherit" });
    this.#child = child;
    const said = join(this.#programme.workDir, "relayer.json");
    for (let look = 0; look < 3_000; look++) {
      const text = await readFile(said, "utf8").catch(() => "null");
      const announced = JSON.parse(text) as { url: string; pid: number } | null;
      if (announced?.pid === child.pid && announced !== null) {
        this.#url = announced.url;
        return;
      }
      assert.equal(child.exitCode, null, "the relayer did not start");
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    throw new Error("the relayer does not start");
  }

  async end(signal: NodeJS.Signals): Promise<number | null> {
    const child = this.#child as ChildProcess;
    const exited = new Promise<number | null>((resolve) => child.once("exit", resolve));
    child.kill(signal);
    return exited;
  }

  get api(): RunningRelayer {
    return connect({ url: this.#url, close: async () => undefined }, this.#programme);
  }

  /** Ends it again and again, at moments that follow from a seed, until told to stop. */
  killer(kills: number, seed: number): { stop: () => Promise<number> } {
    let killed = 0;
    let isDone = false;
    const next = numbers(seed);
    const running = (async () => {
      while (killed < kills && !isDone) {
        await new Promise((resolve) => setTimeout(resolve, 20 + 400 * next()));
        await this.end("SIGKILL");
        killed++;
        await this.start();
      }
    })();
    return {
      stop: async () => {
        isDone = true;
        await running;
        return killed;
      },
    };
  }
}

/** Does something with whatever relayer is there, until one answers. */
export async function repeat<T>(work: () => Promise<T>): Promise<T> {
  for (let attempt = 0; attempt < 10_000; attempt++) {
    try {
      return await work();
    } catch (error) {
      const isAway = error instanceof TypeError || (error as Error).message.includes("PROGRAMME_STOPPED");
      if (!isAway) throw error;
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }
  throw new Error("the relayer stays away");
}
