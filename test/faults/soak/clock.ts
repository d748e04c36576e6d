import { setTimeout as pause } from "node:timers/promises";
import { GENESIS, type TestProgramme } from "../../relayer/support/programme.ts";

/** Seconds of chain time from block to block. */
const BLOCK_S = 60;

/** Mines the chain's blocks at a multiple of its speed, whatever anybody else does meanwhile. */
export class ChainClock {
  readonly #programme: TestProgramme;
  readonly #blockMs: number;
  #time = GENESIS;
  #running: Promise<void> | undefined;
  #isStopped = false;

  /** @param speed How many times faster than real time. */
  constructor(programme: TestProgramme, speed: number) {
    this.#programme = programme;
    this.#blockMs = (BLOCK_S * 1_000) / speed;
  }

  /** Time of the newest block, unix seconds. */
  get time(): number {
    return this.#time;
  }

  /** From here on transactions are mined with the next block, and not before. */
  async start(): Promise<void> {
    await this.#programme.rpc("evm_setAutomine", [false]);
    this.#running = this.#run();
    // Who stops it hears of it.
    this.#running.catch(() => undefined);
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    await this.#running;
  }

  async #run(): Promise<void> {
    let due = performance.now();
    while (!this.#isStopped) {
      const next = this.#time + BLOCK_S;
      await this.#programme.moveTo(next);
      this.#time = next;
      due += this.#blockMs;
      await pause(Math.max(0, due - performance.now()));
    }
  }
}
