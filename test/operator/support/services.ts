import { createHash } from "node:crypto";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type EventOf, readHistory } from "../../../src/chain/read/events.ts";
import type { RuleSet } from "../../../src/chain/write/rule-set.ts";
import type { TaskDocument } from "../../../src/operator/documents/schemas.ts";
import { STARTING_TASKS, startingTask } from "../../../src/operator/duties/tasks/starting-tasks.ts";
import { contentHash, DAY_S, DROP_S, toHex } from "../../../src/protocol/index.ts";
import { addressOf, keyOf } from "../../relayer/support/keys.ts";
import { carOf, grantOf, pairingOf, readingOf, registerCars, signReading } from "../../relayer/support/owners.ts";
import { GENESIS, startProgramme, type TestProgramme } from "../../relayer/support/programme.ts";
import { type RunningRelayer, runRelayer } from "../../relayer/support/running.ts";
import { until } from "./killer.ts";

/** Owners with a car each; the n-th one drives n times as far as the first, on day 0. */
export const OWNERS = ["alice", "bob", "carol", "dave", "erin", "frank"] as const;
const CARS = OWNERS.map((owner) => carOf(owner, owner));
const METRES = 1_000;
const CHALLENGE_WINDOW_S = 3_600;

/** The tasks that a programme starts with, from day 1 on, in the order of their numbers. */
export const TASKS: readonly TaskDocument[] = STARTING_TASKS.map((template) => startingTask(template, 1));

/** The keys with which the desk and the task service come. */
export const DESK_KEY = "the desk's key";
export const AWARD_KEY = "the task service's key";

const hashOf = (key: string) => toHex(createHash("sha256").update(key).digest());

/** A programme with a relayer and all that an operator's services need: owners hold cars, tasks are defined, day 0 can be credited. */
export interface ServiceStage extends TestProgramme {
  readonly relayer: RunningRelayer;
  /** What the operator's configuration has for its services. */
  readonly services: Record<string, unknown>;
  /** All that a contract has said. */
  events<C extends "taskBook" | "polls" | "milestones" | "benefitRounds">(contract: C): Promise<EventOf<C>[]>;
  /** Blocks come when they are asked for; until then transactions wait. */
  holdBlocks(): Promise<void>;
  /** Mines what waits, and each transaction at once from then on. */
  releaseBlocks(): Promise<void>;
  /** Waits until the node holds a transaction of somebody that no block has. */
  untilSent(name: string): Promise<void>;
}

export async function startServiceStage(rules: Partial<RuleSet> = {}): Promise<ServiceStage> {
  const programme = await startProgramme({ rules: { challengeWindowS: CHALLENGE_WINDOW_S, ...rules } });
  await registerCars(programme, CARS);
  await programme.writer("rules").call("rules", "setReceiptKey", [addressOf("operator receipts"), 1, 0]);
  await programme.writer("rules").call("taskBook", "setTaskKey", [addressOf("tasks"), 1, 0]);
  for (const task of TASKS) {
    const { crystals, perDay, fromDay, untilDay } = task;
    const terms = { crystals, perDay, fromDay, untilDay, contentHash: contentHash(task) };
    await programme.writer("rules").call("taskBook", "defineTask", [terms]);
  }
  const relayer = await runRelayer(programme);
  await driveDay(programme, relayer);
  return {
    ...programme,
    ...control(programme),
    relayer,
    services: await servicesOf(programme, relayer),
    async stop() {
      await relayer.close();
      await programme.stop();
    },
  };
}

/** Day 0, until it can be credited. */
async function driveDay(programme: TestProgramme, relayer: RunningRelayer): Promise<void> {
  const deadline = GENESIS;
  await relayer.intend(
    CARS.flatMap((car) => [grantOf(programme, car.owner, { deadline }), pairingOf(programme, car, deadline)]),
  );
  await relayer.untilIdle();
  const time = GENESIS + DROP_S;
  await relayer.moveTo(time);
  const readings = CARS.map((car, at) => {
    const odometer = { odometerStart: 0, odometerEnd: METRES * (at + 1) };
    return signReading(programme, car, readingOf(car, { startedAt: time - 300, endedAt: time, ...odometer }));
  });
  await relayer.deliver(readings);
  await relayer.moveTo(GENESIS + DAY_S);
  await relayer.moveTo(GENESIS + DAY_S + CHALLENGE_WINDOW_S);
}

async function servicesOf({ workDir, deployment }: TestProgramme, relayer: RunningRelayer) {
  const folder = join(workDir, "operator");
  await mkdir(folder);
  await writeFile(join(folder, "deployment.json"), JSON.stringify(deployment));
  return {
    workDir: folder,
    keys: {
      tasks: keyOf("tasks"),
      polls: keyOf("curator"),
      milestones: keyOf("attester"),
      rounds: keyOf("treasurer"),
    },
    receiptKey: keyOf("operator receipts"),
    deskKeyHash: hashOf(DESK_KEY),
    awardKeyHash: hashOf(AWARD_KEY),
    relayerUrl: relayer.url,
    relayerFilesDir: join(workDir, "files"),
    deriveKeysFrom: keyOf("operator seed"),
  };
}

function control({ client, deployment, rpc }: TestProgramme) {
  return {
    async events<C extends "taskBook" | "polls" | "milestones" | "benefitRounds">(contract: C) {
      return readHistory(client, deployment, contract, Number(await client.getBlockNumber()));
    },
    async holdBlocks() {
      await rpc("evm_setAutomine", [false]);
    },
    async releaseBlocks() {
      await rpc("evm_mine", []);
      await rpc("evm_setAutomine", [true]);
    },
    async untilSent(name: string) {
      const address = addressOf(name);
      const sent = async () => {
        const counts = (["latest", "pending"] as const).map((blockTag) =>
          client.getTransactionCount({ address, blockTag }),
        );
        const [mined, all] = (await Promise.all(counts)) as [number, number];
        return all > mined;
      };
      await until(sent, `a transaction of ${name}`);
    },
  };
}
