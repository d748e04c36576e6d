import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import type { Failure, Setup, Task, Verdict } from "./messages.ts";
import { makeWorkspace } from "./workspace.ts";

const WORKER = fileURLToPath(new URL("worker.ts", import.meta.url));
/** The compiler never gives memory back. */
const TASKS_A_PROCESS = 200;

/** A worker in its workspace, whose process is started anew when a mutant has hung or worn it out. */
export class Worker {
  readonly #setup: Setup;
  readonly #folder = makeWorkspace();
  #process: ChildProcess | undefined;
  #tasks = 0;

  constructor(setup: Setup) {
    this.#setup = setup;
    process.once("exit", () => this.stop());
  }

  /**
   * @param limitMs After so long the worker is stopped, and the verdict is `timeout`; so it is when the worker dies of it.
   * @throws Error When the task could not be carried out.
   */
  async run(task: Task, limitMs: number): Promise<Verdict> {
    this.#tasks += 1;
    if (this.#tasks > TASKS_A_PROCESS) this.stop();
    const child = this.#process ?? (await this.#start());
    child.send(task);
    const verdict = await answerOf<Verdict | Failure>(child, limitMs).catch((error: unknown) => {
      if (!(error instanceof WorkerEnded)) throw error;
      return undefined;
    });
    if (verdict !== undefined && "failed" in verdict)
      throw new Error(`a worker could not try a mutant: ${verdict.failed}`);
    if (verdict === undefined || verdict.outcome === "timeout") this.stop();
    return verdict ?? { outcome: "timeout" };
  }

  stop(): void {
    this.#process?.kill("SIGKILL");
    this.#process = undefined;
    this.#tasks = 0;
  }

  async #start(): Promise<ChildProcess> {
    const child = fork(WORKER, { cwd: this.#folder, execArgv: ["--import", "tsx"] });
    this.#process = child;
    child.send(this.#setup);
    await answerOf(child);
    return child;
  }
}

/** A worker's process is gone. */
class WorkerEnded extends Error {}

/** The next message of a process; undefined when it takes too long. @throws WorkerEnded When the process ends instead. */
async function answerOf<T>(child: ChildProcess, limitMs?: number): Promise<T | undefined> {
  const ended = new AbortController();
  const signals = limitMs === undefined ? [ended.signal] : [ended.signal, AbortSignal.timeout(limitMs)];
  const onExit = (code: number | null, signal: string | null) =>
    ended.abort(new WorkerEnded(`a worker ended with ${code ?? signal}`));
  child.once("exit", onExit);
  try {
    const [answer] = (await once(child, "message", { signal: AbortSignal.any(signals) })) as [T];
    return answer;
  } catch (error) {
    if (ended.signal.aborted) throw ended.signal.reason;
    if ((error as Error).name === "AbortError") return undefined;
    throw error;
  } finally {
    child.off("exit", onExit);
  }
}
