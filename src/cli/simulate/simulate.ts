import { join } from "node:path";
import { createSimulatedFleet } from "../../fleet/index.ts";
import { type Deployment, DROPS_PER_DAY, signingDomain } from "../../protocol/index.ts";
import type { Cleanup } from "../cleanup.ts";
import { note } from "../output.ts";
import { createProgress } from "../progress.ts";
import { documentsOf, type HeldWorkspace } from "../workspace.ts";
import { type ScenarioCounts, setUp } from "./actions.ts";
import { driveProgramme, MOST_TAIL_DAYS } from "./driver.ts";
import { IntakeTally, type Surprise } from "./intake-tally.ts";
import { KeptReceipts } from "./kept-receipts.ts";
import { OrderScenario } from "./orders.ts";
import { makePlan, type Plan } from "./plan.ts";
import { relaxedRules, simulationRules } from "./rules.ts";
import { ServiceScenarios } from "./services.ts";
import { judge, keepExample, onStage, openStage, samplesSealer } from "./stage.ts";
import { type SimulationSummary, summarise } from "./summary.ts";
import { Upgrades } from "./upgrades.ts";

/** What `cairn simulate` is asked for. */
export interface SimulateOptions {
  readonly vehicles: number;
  readonly days: number;
  readonly seed: string;
  /** Owners have their samples kept for them. */
  readonly keepSamples?: boolean;
  /** A new or empty folder; by default one among the system's temporary ones. */
  readonly work?: string;
  /** Keep what owners were promised in the work folder's `receipts`, and audit that too. */
  readonly keepReceipts?: boolean;
  /** Show no progress. */
  readonly quiet?: boolean;
}

/** Midnight of 1 January 2026 in China. A fixed moment, so that one seed gives the same roots on any day. */
const GENESIS = 1_767_196_800;
/** Monday is 0: that day was a Thursday. */
const FIRST_WEEKDAY = 3;
const CHAIN_STARTS_AT = GENESIS - 7_200;
const SET_UP_AT = GENESIS - 3_600;
const MISCHIEF_RATE = 0.01;
const OFFLINE = { late: 0.03, tooLong: 0.002 };

/**
 * Runs a whole programme at warped chain time and audits it. Everything that the chain sees follows from the options.
 * @returns The summary, and answers of the relayer that nobody expected.
 * @throws ARGUMENT_INVALID for a work folder that is in use; CHAIN_UNREACHABLE, RELAYER_UNREACHABLE and what else keeps it
 * from running to its end.
 */
export async function simulate(
  options: SimulateOptions,
): Promise<{ summary: SimulationSummary; surprises: readonly Surprise[] }> {
  return onStage(options.work, (workspace, cleanup) => play(options, workspace, cleanup));
}

async function play(options: SimulateOptions, workspace: HeldWorkspace, cleanup: Cleanup) {
  const startedAt = performance.now();
  const { vehicles, days, seed, keepSamples: keepsSamples = false, quiet = false } = options;
  if (!quiet) note(`Simulating ${vehicles} vehicles over ${days} days in ${workspace.root}`);
  const rules = simulationRules(days);
  const setting = { seed, genesis: GENESIS, chainStartsAt: CHAIN_STARTS_AT, rules, keepsSamples, quiet };
  const stage = await openStage(setting, workspace, cleanup);
  const { world } = stage;
  const plan = makePlan({ seed, vehicles, days, genesis: GENESIS, setUpAt: SET_UP_AT });
  await world.moveTo(SET_UP_AT);
  await setUp(world, plan.cars);
  const upgrades = new Upgrades(world, seed, documentsOf(workspace));
  const orders = new OrderScenario(
    world,
    plan.cars.filter(({ until }) => until === undefined),
    { days, upgrades },
  );
  await orders.prepare(SET_UP_AT);
  const services = new ServiceScenarios(stage, plan, { seed, days });
  await services.prepare();
  const receipts = options.keepReceipts === true ? new KeptReceipts(join(workspace.root, "receipts")) : undefined;
  const tally = new IntakeTally(receipts);
  const scenario: ScenarioCounts = { consentsWithdrawn: 0, consentsGrantedAgain: 0, carsSold: 0 };
  const progress = createProgress("drops", days * DROPS_PER_DAY, { quiet });
  const fleet = fleetOf(plan, world.deployment, options);
  const mostTailDays = rules.pushIntervalDays + MOST_TAIL_DAYS;
  await driveProgramme({
    ...{
      world,
      plan,
      fleet,
      scenarios: [orders, services],
      tally,
      seal: samplesSealer(stage, plan),
      counts: scenario,
      days,
      mostTailDays,
      progress,
    },
  }).finally(progress.stop);
  receipts?.write(services.voteFiles);
  const report = await judge(stage, { quiet, receiptsDir: receipts?.folder });
  await keepExample(stage, tally);
  const summary = await summarise({
    ...{ world, vehicles, days, seed, tally, scenario },
    orders: await orders.counts(),
    services: await services.counts(report, upgrades.switchedOn),
    status: await world.relayer.status(),
    audit: report,
    relaxedRules: relaxedRules(rules),
    relayerRestarts: stage.relayerProcess.restarts,
    seconds: (performance.now() - startedAt) / 1000,
    work: workspace.root,
    deployment: workspace.deploymentFile,
  });
  return { summary, surprises: tally.listedSurprises };
}

function fleetOf(plan: Plan, deployment: Deployment, { seed, days }: SimulateOptions) {
  return createSimulatedFleet({
    seed,
    domain: signingDomain(deployment, "Reading"),
    genesis: GENESIS,
    days,
    firstWeekday: FIRST_WEEKDAY,
    vehicles: [...plan.cars, ...plan.resold].map(({ name, identity, from, until, follows }) => ({
      name,
      vehicle: identity.vehicle,
      key: identity.key,
      // Nobody drives before the programme begins: such readings would be refused.
      from: Math.max(from, GENESIS),
      ...(until === undefined ? {} : { until }),
      ...(follows === undefined ? {} : { follows }),
    })),
    consentMaskAt: plan.consentMaskAt,
    offline: OFFLINE,
    mischief: { rate: MISCHIEF_RATE },
  });
}
