import { join } from "node:path";
import { nextGrantVersion } from "../../../src/protocol/index.ts";
import { grantOf } from "../../relayer/support/owners.ts";
import { numbers } from "../../support/numbers.ts";
import type { Fault } from "../../support/rpc-proxy.ts";
import { afterwards } from "./afterwards.ts";
import { Stage } from "./stage.ts";
import { CARS, saveState, type World } from "./world.ts";

const FINALITY_DEPTH = 6;
/** Steps between two moments at which everything must come to rest. */
const STEPS_A_REST = 12;
const LAST_STEPS_SHOWN = 40;

const SENDING_FAULTS: readonly Fault[] = ["lose-request", "lose-answer", "say-error"];
const ASKING_FAULTS: readonly Fault[] = ["status-429", "status-500", "status-502", "lose-request", "lose-answer"];
const KILLING_PLACES = ["nonce-taken", "transaction-signed", "transaction-sent", "receipt-noted", "drops-published"];

/** One thing that can happen, and how likely it is beside the others. */
interface Step {
  readonly name: string;
  readonly weight: number;
  readonly happens: (mix: Mix) => Promise<void>;
}

/** A stage with the numbers that a mix follows from. */
class Mix {
  readonly stage: Stage;
  readonly #next: () => number;
  readonly #versions = new Map<string, number>();

  constructor(stage: Stage, seed: number) {
    this.stage = stage;
    this.#next = numbers(seed);
  }

  /** A whole number from 0 up to a bound that is not reached. */
  below(bound: number): number {
    return Math.floor(this.#next() * bound);
  }

  pick<T>(items: readonly T[]): T {
    return items[this.below(items.length)] as T;
  }

  /** The next consent of some owner. */
  nextGrant() {
    const { owner } = this.pick(CARS);
    const version = nextGrantVersion(this.#versions.get(owner) ?? 1);
    this.#versions.set(owner, version);
    return grantOf(this.stage.programme, owner, { version, deadline: this.stage.dropTime + 3_600 });
  }
}

const STEPS: readonly Step[] = [
  { name: "drive", weight: 8, happens: ({ stage }) => stage.drive() },
  {
    name: "consent",
    weight: 3,
    happens: async (mix) => {
      await mix.stage.untilSeen(mix.stage.dropTime);
      await mix.stage.intend([mix.nextGrant()]);
    },
  },
  { name: "kill", weight: 2, happens: ({ stage }) => stage.relayer.kill() },
  {
    name: "stop",
    weight: 1,
    happens: async ({ stage }) => {
      const { code } = await stage.relayer.stop();
      if (code !== 0) throw new Error(`stopped with ${code}`);
    },
  },
  {
    name: "kill at a failpoint",
    weight: 3,
    happens: async (mix) => {
      await mix.stage.relayer.kill();
      mix.stage.proxy.heal();
      await mix.stage.relayer.start({ failpoints: `${mix.pick(KILLING_PLACES)}:kill:${mix.below(2)}` });
    },
  },
  {
    name: "halt over a drop",
    weight: 1,
    happens: async ({ stage }) => {
      stage.relayer.halt();
      const readings = await stage.endDrop();
      await stage.relayer.resume();
      await stage.untilSeen(stage.dropTime);
      await stage.deliver(readings);
    },
  },
  { name: "reorganise", weight: 3, happens: (mix) => mix.stage.reorg(1 + mix.below(FINALITY_DEPTH - 1)) },
  {
    name: "spoil sending",
    weight: 3,
    happens: async (mix) => {
      void mix.stage.proxy.spoil("eth_sendRawTransaction", mix.pick(SENDING_FAULTS), 1 + mix.below(3));
    },
  },
  {
    name: "spoil everything",
    weight: 2,
    happens: async (mix) => {
      void mix.stage.proxy.spoil("*", mix.pick(ASKING_FAULTS), 1 + mix.below(8));
    },
  },
  {
    name: "restart the node",
    weight: 1,
    happens: async ({ stage }) => {
      await stage.restartNode(await saveState(stage.programme, join(stage.programme.workDir, "node.json")));
    },
  },
];

/**
 * Lets faults happen at random, all of them following from a seed, and ends like every scenario.
 * @param options `seed`: 1 to 2^32 - 1; `steps`: how many.
 */
export async function runMix(
  world: World,
  { seed, steps, json }: { seed: number; steps: number; json: boolean },
): Promise<{ passed: boolean }> {
  if (!json) console.log(`seed ${seed}, ${steps} steps`);
  const stage = await Stage.open(world, { finalityDepth: FINALITY_DEPTH, revives: true });
  const mix = new Mix(stage, seed);
  const taken: string[] = [];
  let failure: string | undefined;
  try {
    await stage.begin();
    const wheel = STEPS.flatMap((step) => Array.from({ length: step.weight }, () => step));
    for (let count = 1; count <= steps; count++) {
      const step = mix.pick(wheel);
      taken.push(step.name);
      await stage.revive();
      await step.happens(mix);
      if (count % STEPS_A_REST === 0) {
        stage.proxy.heal();
        await stage.untilIdle();
      }
    }
    stage.proxy.heal();
    await stage.revive();
    await afterwards(stage);
  } catch (error) {
    failure = (error as Error).message;
    console.error(`${failure}\nlast steps: ${taken.slice(-LAST_STEPS_SHOWN).join(", ")}`);
    console.error(stage.relayer.log.slice(-6_000));
  } finally {
    await stage.close();
  }
  const tally = Object.fromEntries(STEPS.map(({ name }) => [name, taken.filter((other) => other === name).length]));
  const passed = failure === undefined;
  if (json) console.log(JSON.stringify({ seed, steps, passed, tally, failure }));
  else console.log(`seed ${seed}: ${passed ? "passed" : "FAILED"} ${JSON.stringify(tally)}`);
  return { passed };
}
