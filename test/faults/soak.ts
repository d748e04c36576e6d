// `npm run test:soak`: some thousand cars, two relayers on PostgreSQL, the chain at many times its speed, and faults all along.
// Afterwards: is every acknowledged reading in its drop, once; is the auditor's verdict clean; is memory flat?
import { setTimeout as pause } from "node:timers/promises";
import { parseArgs } from "node:util";
import { deviceKeyFromSecret } from "../../src/device/index.ts";
import { createSimulatedFleet } from "../../src/fleet/index.ts";
import { DAY_S, DROP_S, DROPS_PER_DAY, dropStart, signingDomain } from "../../src/protocol/index.ts";
import { keyOf } from "../relayer/support/keys.ts";
import { GENESIS } from "../relayer/support/programme.ts";
import { connect } from "../relayer/support/running.ts";
import { Chaos } from "./soak/chaos.ts";
import { ChainClock } from "./soak/clock.ts";
import { Deliveries } from "./soak/deliveries.ts";
import { MemoryWatch } from "./soak/memory.ts";
import { FINALITY_DEPTH, type Scene, setScene } from "./soak/scene.ts";
import { judge } from "./soak/verdict.ts";
import { eventually } from "./support/eventually.ts";

const USAGE = "npm run test:soak -- [--minutes 30] [--cars 3000] [--speed 100] [--seed 1]";
const LANES = 16;
const MEMORY_EVERY_MS = 2_000;
const SAY_EVERY_DROPS = 24;
const SETTLE_DOWN_MS = 300_000;
/** Memory counts as flat while its last quarter needs at most so many times its second. */
const FLAT = 1.25;

function optionsOf(args: string[]) {
  const { values } = parseArgs({
    args,
    options: {
      minutes: { type: "string", default: "30" },
      cars: { type: "string", default: "3000" },
      speed: { type: "string", default: "100" },
      seed: { type: "string", default: "1" },
    },
  });
  const numbers = Object.fromEntries(Object.entries(values).map(([name, text]) => [name, Number(text)]));
  if (Object.values(numbers).some((number) => !(number > 0))) throw new RangeError("numbers above 0");
  return numbers as Record<"minutes" | "cars" | "speed" | "seed", number>;
}

type Options = ReturnType<typeof optionsOf>;

const say = (what: string) => console.error(`soak: ${what}`);

function fleetOf({ programme, cars }: Scene, { minutes, speed, seed }: Options) {
  return createSimulatedFleet({
    seed: `soak ${seed}`,
    domain: signingDomain(programme.deployment, "Reading"),
    genesis: GENESIS,
    days: Math.ceil((minutes * 60 * speed) / 86_400),
    vehicles: cars.map(({ vehicle }, at) => ({
      ...{ name: `${at}`, vehicle, key: deviceKeyFromSecret(keyOf(`device ${at}`)), from: GENESIS },
    })),
    consentMaskAt: () => 1,
  });
}

/** Cars drive with the chain's clock, drop by drop, until the time is up. @returns The last drop. */
async function drive(scene: Scene, clock: ChainClock, deliveries: Deliveries, options: Options): Promise<number> {
  const fleet = fleetOf(scene, options);
  const drops = Math.floor((options.minutes * 60 * options.speed) / DROP_S);
  for (let drop = 1; drop <= drops; drop++) {
    const driven = await fleet.readingsOfDrop(drop);
    while (clock.time < dropStart(GENESIS, drop)) await pause(20);
    deliveries.add(driven);
    if (drop % SAY_EVERY_DROPS === 0) say(`drop ${drop} of ${drops}: ${progressOf(deliveries)}`);
  }
  return drops;
}

const progressOf = ({ receipts, waiting }: Deliveries) => `${receipts.size} readings acknowledged, ${waiting} waiting`;

/** Everything heals, is delivered, and comes to rest at the end of the present day, when all of its drops are anchored. */
async function comeToRest(scene: Scene, deliveries: Deliveries): Promise<void> {
  say(`coming to rest: ${progressOf(deliveries)}`);
  await eventually("everything is delivered", () => deliveries.waiting === 0, SETTLE_DOWN_MS);
  await deliveries.finish();
  const { programme, relayers } = scene;
  await programme.rpc("evm_setAutomine", [true]);
  const head = await programme.client.getBlock();
  const next = Math.ceil((Number(head.timestamp) - GENESIS) / DAY_S) * DROPS_PER_DAY;
  await programme.moveTo(dropStart(GENESIS, next));
  await eventually(
    "the relayers rest",
    async () => {
      await programme.rpc("anvil_mine", [`0x${FINALITY_DEPTH.toString(16)}`, "0x0"]);
      await pause(200);
      const statuses = await Promise.all(
        relayers.map(({ url }) => connect({ url, close: async () => undefined }, programme).status()),
      );
      if (statuses.some(({ idle, nextAnchored }) => idle && nextAnchored >= next)) return true;
      throw new Error(JSON.stringify(statuses));
    },
    SETTLE_DOWN_MS,
  );
}

async function soak(options: Options): Promise<boolean> {
  const scene = await setScene(options.cars, say);
  try {
    const { relayers } = scene;
    const clock = new ChainClock(scene.programme, options.speed);
    const deliveries = new Deliveries(() => relayers.map(({ url }) => url), LANES);
    const memory = new MemoryWatch(() => relayers[1].pid, MEMORY_EVERY_MS);
    await scene.programme.moveTo(GENESIS);
    await clock.start();
    const chaos = new Chaos(scene, options.seed);
    const drops = await drive(scene, clock, deliveries, options);
    await chaos.stop();
    memory.stop();
    await clock.stop();
    await comeToRest(scene, deliveries);
    for (const relayer of relayers) await relayer.stop();
    const verdict = await judge(scene, deliveries);
    const [early, late] = [memory.medianMiB(0.25, 0.5), memory.medianMiB(0.75, 1)];
    const outcome = {
      ...{ ...options, drops, readings: deliveries.count, acknowledged: deliveries.receipts.size },
      refused: Object.fromEntries(deliveries.refused),
      failures: Object.fromEntries(deliveries.failures),
      faults: Object.fromEntries(chaos.happened),
      ...{ lost: verdict.lost, doubled: verdict.doubled, settledDays: verdict.settledDays },
      audit: { verdict: verdict.report.verdict, findings: verdict.report.findings },
      memoryMiB: { secondQuarter: Math.round(early), lastQuarter: Math.round(late) },
    };
    console.log(JSON.stringify(outcome, undefined, 2));
    const nothingLost = verdict.lost === 0 && verdict.doubled === 0 && deliveries.refused.size === 0;
    return nothingLost && verdict.report.findings.length === 0 && late <= FLAT * early;
  } finally {
    await scene.stop();
  }
}

for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => process.exit(130));
try {
  process.exitCode = (await soak(optionsOf(process.argv.slice(2)))) ? 0 : 1;
} catch (error) {
  if (!(error instanceof RangeError || error instanceof TypeError)) throw error;
  console.error(`${error.message}\n\n${USAGE}`);
  process.exitCode = 2;
}
