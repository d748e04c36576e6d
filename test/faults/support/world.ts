import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { DAY_S, type Deployment, isWideMember, TYPES } from "../../../src/protocol/index.ts";
import { INTENT_FUNCTIONS, type IntentKind, type StoredIntent } from "../../../src/relayer/submitter/intent-calls.ts";
import { addressOf } from "../../relayer/support/keys.ts";
import { carOf, grantOf, pairingOf, registerCars, type TestIntent } from "../../relayer/support/owners.ts";
import { GENESIS, programmeOn, startProgramme, type TestProgramme } from "../../relayer/support/programme.ts";
import { type Anvil, startAnvil } from "../../support/anvil.ts";

/** How long the guardian may veto a day, seconds. */
export const CHALLENGE_WINDOW_S = 3_600;
/** The cars of every scenario, each with an owner of its own. */
export const CARS = ["a", "b", "c", "d"].map((name) => carOf(name, `owner ${name}`));
/** What an order buys here: the item's number and its price in units. */
export const ITEM = { number: 1, price: 1_000_000n } as const;

/** A programme that has not begun, kept as a state that any number of nodes can start from. */
export interface World {
  readonly statePath: string;
  readonly deployment: Deployment;
  /** Time of its last block, unix seconds. */
  readonly time: number;
  discard(): Promise<void>;
}

/** Deploys a programme, registers the cars, and gives them consent and pairing; all of it by direct calls. */
export async function makeWorld(): Promise<World> {
  const programme = await startProgramme({
    rules: {
      ...{ challengeWindowS: CHALLENGE_WINDOW_S, pushIntervalDays: 1, redemptionDelayDays: 0 },
      // A receipt that is late but kept is a finding of its own; faults may make them late.
      receiptDeadlineS: DAY_S,
    },
  });
  try {
    await furnish(programme);
    const folder = await mkdtemp(join(tmpdir(), "cairn-world-"));
    return {
      ...(await saveState(programme, join(folder, "state.json"))),
      deployment: programme.deployment,
      discard: () => rm(folder, { recursive: true, force: true }),
    };
  } finally {
    await programme.stop();
  }
}

async function furnish(programme: TestProgramme): Promise<void> {
  for (const { owner } of CARS)
    await programme.rpc("anvil_setBalance", [addressOf(owner), `0x${(10n ** 21n).toString(16)}`]);
  await registerCars(programme, CARS);
  await carryOut(
    programme,
    CARS.map(({ owner }) => grantOf(programme, owner, { deadline: GENESIS })),
  );
  await carryOut(
    programme,
    CARS.map((car) => pairingOf(programme, car, GENESIS)),
  );
  await programme.writer("catalogue").call("catalogue", "listItem", [
    {
      ...{ sku: `0x${"51".repeat(32)}`, price: ITEM.price, stock: 100, opensAt: 0, closesAt: 2 ** 40 - 1 },
      ...{ fulfilmentS: DAY_S, minDaysPaired: 0, maxRank: 0, milestone: 0 },
    },
  ]);
}

/** Sends intents of one kind without a relayer, as anybody may. */
export async function carryOut(programme: TestProgramme, intents: readonly TestIntent[]): Promise<void> {
  const [first] = intents;
  if (first === undefined) return;
  const { contract, name, args } = INTENT_FUNCTIONS[first.kind as IntentKind];
  const call = programme.writer("deployer").call as (contract: string, name: string, args: unknown) => Promise<unknown>;
  await call(contract, name, args(intents.map(storedOf)));
}

function storedOf({ kind, message, signature, deviceSignature, targetSignature }: TestIntent): StoredIntent {
  const values = TYPES[kind].map(({ name, type }) => [
    name,
    isWideMember(type) ? BigInt(message[name] as string) : message[name],
  ]);
  return { message: Object.fromEntries(values), signature, deviceSignature, targetSignature };
}

/** Starts a node. @param options `statePath`: the state that it begins with, none = an empty chain; `time`: of its last block. */
export async function startNode(options: {
  statePath?: string;
  time: number;
  port?: number;
  args?: readonly string[];
}): Promise<Anvil> {
  const { statePath, time, port, args = [] } = options;
  return startAnvil({
    timestamp: time,
    args: ["--gas-limit", "60000000", ...(statePath === undefined ? [] : ["--load-state", statePath]), ...args],
    ...(port === undefined ? {} : { port }),
  });
}

/** The programme of a world on a node, with a new work folder. */
export async function openWorld(world: World, anvil: Anvil): Promise<TestProgramme> {
  const programme = await programmeOn(anvil, world.deployment);
  await programme.rpc("anvil_setBlockTimestampInterval", [0]);
  return programme;
}

/** Writes down the state of a programme's node. @returns What a node is started with to go on from there. */
export async function saveState(
  programme: TestProgramme,
  statePath: string,
): Promise<{ statePath: string; time: number }> {
  const { timestamp } = await programme.client.getBlock();
  const dump = (await programme.rpc("anvil_dumpState", [])) as string;
  await writeFile(statePath, gunzipSync(Buffer.from(dump.slice(2), "hex")));
  return { statePath, time: Number(timestamp) };
}
