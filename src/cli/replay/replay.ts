import { readSettlement } from "../../chain/read/days.ts";
import { readStones } from "../../chain/read/stones.ts";
import type { RuleSet } from "../../chain/write/rule-set.ts";
import { type ImportedLog, importerOf } from "../../fleet/importers/index.ts";
import { createRecordedFleet, type RecordedFleet } from "../../fleet/index.ts";
import { CairnError, DAY_S, DROPS_PER_DAY, signingDomain } from "../../protocol/index.ts";
import { writeFileSafely } from "../../storage/write-file.ts";
import type { Cleanup } from "../cleanup.ts";
import { note } from "../output.ts";
import { createProgress } from "../progress.ts";
import { type ScenarioCounts, setUp } from "../simulate/actions.ts";
import { driveProgramme, MOST_TAIL_DAYS } from "../simulate/driver.ts";
import type { Surprise } from "../simulate/intake-tally.ts";
import { OrderScenario } from "../simulate/orders.ts";
import { relaxedRules, simulationRules } from "../simulate/rules.ts";
import { ServiceScenarios } from "../simulate/services.ts";
import { judge, keepExample, onStage, openStage, type Stage, samplesSealer } from "../simulate/stage.ts";
import { summarise } from "../simulate/summary.ts";
import { Upgrades } from "../simulate/upgrades.ts";
import { documentsOf, type HeldWorkspace } from "../workspace.ts";
import { planReplay, type ReplayPlan } from "./plan.ts";
import { type ReplayPictures, renderReplayReport } from "./report.ts";
import { Stopwatch } from "./stopwatch.ts";
import { type ReplaySummary, summariseCounts, summariseVehicles } from "./summary.ts";
import { Traffic } from "./traffic.ts";

/** What `cairn replay` is asked for. */
export interface ReplayOptions {
  readonly format: string;
  /** The folder of the log. */
  readonly data: string;
  /** What the log's local time is ahead of UTC, seconds. */
  readonly utcOffsetS: number;
  /** Only so many vehicles, or days, of the log. */
  readonly vehicles?: number;
  readonly days?: number;
  readonly seed: string;
  /** Owners have their samples kept for them. */
  readonly keepSamples?: boolean;
  /** A new or empty folder; by default one among the system's temporary ones. */
  readonly work?: string;
  /** Where to write a page with pictures. */
  readonly report?: string;
  /** Show no progress. */
  readonly quiet?: boolean;
}

/** The chain starts an hour before the midnight at which the log's first day begins. */
const CHAIN_AHEAD_S = 3_600;
const SET_UP_AHEAD_S = 1_800;

/** A replay under way. */
interface Play {
  readonly options: ReplayOptions;
  readonly log: ImportedLog;
  readonly days: number;
  readonly rules: RuleSet;
  readonly plan: ReplayPlan;
  readonly fleet: RecordedFleet;
  readonly traffic: Traffic;
  readonly upgrades: Upgrades;
  readonly orders: OrderScenario;
  readonly services: ServiceScenarios;
  readonly scenario: ScenarioCounts;
}

/**
 * Plays a recorded log through a whole programme at warped chain time, and audits it. The same log, options and seed give
 * the same roots.
 * @returns The summary, and answers of the relayer that nobody expected.
 * @throws ARGUMENT_INVALID, FILE_UNREADABLE, SAMPLES_INVALID for a log that cannot be read; otherwise as `simulate`.
 */
export async function replay(
  options: ReplayOptions,
): Promise<{ summary: ReplaySummary; surprises: readonly Surprise[] }> {
  return onStage(options.work, (workspace, cleanup) => play(options, workspace, cleanup));
}

async function play(options: ReplayOptions, workspace: HeldWorkspace, cleanup: Cleanup) {
  const { format, data, seed, keepSamples: keepsSamples = false, quiet = false } = options;
  const watch = new Stopwatch();
  if (!quiet) note(`Reading the log in ${data}`);
  const importer = importerOf(format);
  const log = await importer.open(data, options);
  cleanup.add(() => log.close());
  const days = daysOf(log, options.days);
  const rules = simulationRules(days);
  const genesis = log.startsAt;
  watch.next("reading the log once");
  if (!quiet) note(`Replaying ${log.vehicles.length} vehicles over ${days} days in ${workspace.root}`);
  const setting = { seed, genesis, chainStartsAt: genesis - CHAIN_AHEAD_S, rules, keepsSamples, quiet };
  const stage = await openStage(setting, workspace, cleanup);
  const { world } = stage;
  const setUpAt = genesis - SET_UP_AHEAD_S;
  const plan = planReplay(log, { seed, genesis, days, setUpAt });
  await world.moveTo(setUpAt);
  await setUp(world, plan.cars);
  const upgrades = new Upgrades(world, seed, documentsOf(workspace));
  const orders = new OrderScenario(
    world,
    plan.cars.filter(({ until }) => until === undefined),
    { days, upgrades },
  );
  await orders.prepare(setUpAt);
  const services = new ServiceScenarios(stage, plan, { seed, days });
  await services.prepare();
  watch.next("chain, contracts, vehicles, consents and services");
  const fleet = createRecordedFleet({
    ...{ seed, genesis, vehicles: plan.recorded, distance: importer.distance },
    domain: signingDomain(world.deployment, "Reading"),
    consentMaskAt: plan.consentMaskAt,
    readingMaxAgeS: rules.readingMaxAgeS,
  });
  const scenario: ScenarioCounts = { consentsWithdrawn: 0, consentsGrantedAgain: 0, carsSold: 0 };
  const played = { upgrades, orders, services, scenario };
  const running = { options, log, days, rules, plan, fleet, traffic: new Traffic(genesis), ...played };
  await drive(stage, running, quiet);
  watch.next("driving, settling, crediting, playing");
  return conclude(stage, running, watch, quiet);
}

async function drive(stage: Stage, running: Play, quiet: boolean) {
  const { days, rules, plan, fleet, traffic, orders, services, scenario } = running;
  const progress = createProgress("drops", days * DROPS_PER_DAY, { quiet });
  const mostTailDays = rules.pushIntervalDays + MOST_TAIL_DAYS;
  await driveProgramme({
    ...{ world: stage.world, plan, fleet, scenarios: [orders, services], days, mostTailDays, progress },
    tally: traffic,
    seal: samplesSealer(stage, plan),
    counts: scenario,
  }).finally(progress.stop);
}

async function conclude(stage: Stage, running: Play, watch: Stopwatch, quiet: boolean) {
  const { world, workspace, relayerProcess } = stage;
  const { options, log, days, rules, plan, fleet, traffic, upgrades, orders, services, scenario } = running;
  const report = await judge(stage, { quiet });
  watch.next("auditing");
  await keepExample(stage, traffic);
  const base = await summarise({
    ...{ world, days, tally: traffic, scenario },
    vehicles: plan.cars.length,
    seed: options.seed,
    orders: await orders.counts(),
    services: await services.counts(report, upgrades.switchedOn),
    status: await world.relayer.status(),
    audit: report,
    relaxedRules: relaxedRules(rules),
    relayerRestarts: relayerProcess.restarts,
    seconds: watch.total,
    work: workspace.root,
    deployment: workspace.deploymentFile,
  });
  const summary: ReplaySummary = {
    ...base,
    log: { format: options.format, data: options.data, utcOffsetS: options.utcOffsetS },
    vehiclesById: summariseVehicles(plan, traffic),
    samples: summariseCounts(log.counts, fleet.skipped),
    stages: watch.stages,
  };
  if (options.report !== undefined) await writeReport(options.report, summary, await picturesOf(stage, running));
  return { summary, surprises: traffic.listedSurprises };
}

async function picturesOf({ world }: Stage, { options, days, plan, traffic }: Play): Promise<ReplayPictures> {
  const { client, deployment } = world;
  const totals: bigint[] = [];
  for (let day = 0; day < days; day++) totals.push((await readSettlement(client, deployment, day)).totalStones);
  const owners = [...new Set(plan.cars.map(({ owner }) => owner.address))];
  const stonesByCar: bigint[] = [];
  for (const owner of owners) stonesByCar.push((await readStones(client, deployment, owner)).mined);
  return {
    utcOffsetS: options.utcOffsetS,
    carsPerHour: traffic.carsPerHour(24 * days),
    metresByDay: traffic.metresByDay,
    stonesByDay: totals.map((total, day) => total - (totals[day - 1] ?? 0n)),
    stonesByCar,
  };
}

async function writeReport(path: string, summary: ReplaySummary, pictures: ReplayPictures): Promise<void> {
  const page = await renderReplayReport(summary, pictures);
  try {
    writeFileSafely(path, page);
  } catch (cause) {
    throw new CairnError("FILE_UNREADABLE", `${path}: it cannot be written`, { cause });
  }
}

/** Local days of the log from its first sample to its last, or as many as are asked for. */
function daysOf(log: ImportedLog, asked = Number.POSITIVE_INFINITY): number {
  return Math.min(asked, Math.floor((log.lastTime - log.startsAt) / DAY_S) + 1);
}
