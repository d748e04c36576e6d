import { setTimeout as pause } from "node:timers/promises";
import { numbers } from "../../support/numbers.ts";
import type { Fault } from "../../support/rpc-proxy.ts";
import { eventually } from "../support/eventually.ts";
import type { RelayerChild } from "../support/relayer-child.ts";
import { FINALITY_DEPTH, LEASE_MS, type Scene } from "./scene.ts";

const SPOILT: readonly Fault[] = ["status-429", "status-500", "status-502", "lose-request", "lose-answer"];
const CALM_MS = { least: 8_000, most: 20_000 };

interface Trouble {
  readonly name: string;
  readonly happens: (scene: Scene, below: (bound: number) => number) => Promise<void>;
}

/** As a service manager does: one that finds node or database away does not start, and is started again. */
async function startAgain(relayer: RelayerChild): Promise<void> {
  await eventually("it is started again", () => relayer.start().then(() => true));
}

const TROUBLES: readonly Trouble[] = [
  {
    name: "a relayer is killed",
    happens: async ({ relayers: [first] }, below) => {
      await first.kill();
      await pause(below(3_000));
      await startAgain(first);
    },
  },
  {
    name: "a relayer is stopped and started",
    happens: async ({ relayers: [first] }) => {
      const { code } = await first.stop();
      if (code !== 0) throw new Error(`a relayer stopped with ${code}`);
      await startAgain(first);
    },
  },
  ...[0, 1].map((at) => ({
    name: "a relayer is halted for longer than its lease",
    happens: async ({ relayers }: Scene, below: (bound: number) => number) => {
      const relayer = relayers[at as 0 | 1];
      relayer.halt();
      await pause(LEASE_MS + below(LEASE_MS));
      await relayer.resume();
    },
  })),
  {
    name: "PostgreSQL is killed",
    happens: async ({ postgres }, below) => {
      await postgres.kill();
      await pause(below(6_000));
      await postgres.start();
    },
  },
  {
    name: "the chain reorganises",
    happens: async ({ programme }, below) => {
      await programme.rpc("anvil_reorg", [1 + below(FINALITY_DEPTH - 1), []]);
    },
  },
  {
    name: "the node fails",
    happens: async ({ proxy }, below) => {
      // By time and not by number: a relayer asks ever more seldom while it fails.
      void proxy.spoil("*", SPOILT[below(SPOILT.length)] as Fault, Number.MAX_SAFE_INTEGER);
      await pause(1_000 + below(5_000));
      proxy.heal();
    },
  },
  {
    name: "the node does not answer",
    happens: async ({ proxy }, below) => {
      void proxy.spoil("*", "hold-answer", 5 + below(20));
      await pause(2_000 + below(5_000));
      proxy.heal();
    },
  },
];

/** Lets one fault after the other happen, all following from a seed, until it is told to stop. */
export class Chaos {
  /** How often each happened. */
  readonly happened = new Map<string, number>();
  readonly #stop = new AbortController();
  readonly #running: Promise<void>;

  constructor(scene: Scene, seed: number) {
    this.#running = this.#run(scene, numbers(seed));
    // Without faults the rest of the run would show nothing; who stops it hears why.
    this.#running.catch((error: Error) => console.error(`soak: no more faults: ${error.message}`));
  }

  /** Waits until the fault under way is over, and heals everything. */
  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#running;
  }

  async #run(scene: Scene, next: () => number): Promise<void> {
    const below = (bound: number) => Math.floor(next() * bound);
    while (!this.#stop.signal.aborted) {
      const calmMs = CALM_MS.least + below(CALM_MS.most - CALM_MS.least);
      await pause(calmMs, undefined, { signal: this.#stop.signal }).catch(() => undefined);
      if (this.#stop.signal.aborted) break;
      const { name, happens } = TROUBLES[below(TROUBLES.length)] as Trouble;
      await happens(scene, below);
      this.happened.set(name, (this.happened.get(name) ?? 0) + 1);
    }
    scene.proxy.heal();
  }
}
