import { existsSync, mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type AuditReport, audit } from "../../auditor/index.ts";
import { createSimulatedFleet } from "../../fleet/index.ts";
import { CairnError, type Deployment, DROPS_PER_DAY, signingDomain } from "../../protocol/index.ts";
import { createCairnClient } from "../../sdk/index.ts";
import { startEmbeddedChain } from "../chain/embedded-chain.ts";
import { Cleanup } from "../cleanup.ts";
import { auditProgress } from "../commands/audit.ts";
import { toJsonFile } from "../files.ts";
import { keysFromSeed, writeKeys } from "../keys.ts";
import { note } from "../output.ts";
import { dutyWriters, ensureDeployed } from "../programme.ts";
import { createProgress } from "../progress.ts";
import { createPatientRelayer } from "../relayer-api.ts";
import { relayerConfig } from "../relayer-config.ts";
import { startRelayerProcess } from "../relayer-process.ts";
import { untilAskedToStop } from "../signals.ts";
import { type HeldWorkspace, holdWorkspace } from "../workspace.ts";
import { type ScenarioCounts, setUp } from "./actions.ts";
import { driveProgramme } from "./driver.ts";
import { IntakeTally, type Surprise } from "./intake-tally.ts";
import { OrderScenario } from "./orders.ts";
import { makePlan, type Plan } from "./plan.ts";
import { relaxedRules, simulationRules } from "./rules.ts";
import { type SimulationSummary, summarise } from "./summary.ts";
import { createWorld, type World } from "./world.ts";

/** What `cairn simulate` is asked for. */
export interface SimulateOptions {
  readonly vehicles: number;
  readonly days: number;
  readonly seed: string;
  /** A new or empty folder; by default one among the system's temporary ones. */
  readonly work?: string;
  /** Show no progress. */
  readonly quiet?: boolean;
}

/** Midnight of 1 January 2026 in China. A fixed moment, so that one seed gives the same roots on any day. */
const GENESIS = 1_767_196_800;
/** Monday is 0: that day was a Thursday. */
const FIRST_WEEKDAY = 3;
const CHAIN_STARTS_AT = GENESIS - 7_200;
const SET_UP_AT = GENESIS - 3_600;
const POLL_MS = 5;
/** Closed drops that are anchored together; a receipt's deadline allows for six. */
const ANCHOR_EVERY_DROPS = 6;
const PATIENCE_MS = 60_000;
/** Credits and orders come to an end within the push interval and this, days. */
const MOST_TAIL_DAYS = 12;
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
  const startedAt = performance.now();
  const cleanup = new Cleanup();
  const asked = untilAskedToStop().then(() => {
    throw new CairnError("PROGRAMME_STOPPED", "the simulation was interrupted");
  });
  try {
    const workspace = holdWorkspace(options.work ?? mkdtempSync(join(tmpdir(), "cairn-simulation-")));
    cleanup.add(() => workspace.release());
    return await Promise.race([run(options, workspace, cleanup, startedAt), asked]);
  } finally {
    await cleanup.run();
  }
}

async function run(options: SimulateOptions, workspace: HeldWorkspace, cleanup: Cleanup, startedAt: number) {
  const { vehicles, days, seed, quiet = false } = options;
  if (existsSync(workspace.deploymentFile)) {
    throw new CairnError("ARGUMENT_INVALID", `there is a programme in ${workspace.root}: a simulation needs a new folder`);
  }
  if (!quiet) note(`Simulating ${vehicles} vehicles over ${days} days in ${workspace.root}`);
  const rules = simulationRules(days);
  const { world, relayerProcess } = await start(options, workspace, cleanup);
  const plan = makePlan({ seed, vehicles, days, genesis: GENESIS, setUpAt: SET_UP_AT });
  await world.moveTo(SET_UP_AT);
  await setUp(world, plan.cars);
  const orders = new OrderScenario(
    world,
    plan.cars.filter(({ until }) => until === undefined),
  );
  await orders.list(SET_UP_AT);
  const tally = new IntakeTally();
  const scenario: ScenarioCounts = { consentsWithdrawn: 0, consentsGrantedAgain: 0, carsSold: 0 };
  const progress = createProgress("drops", days * DROPS_PER_DAY, { quiet });
  const fleet = fleetOf(plan, world.deployment, options);
  const mostTailDays = rules.pushIntervalDays + MOST_TAIL_DAYS;
  await driveProgramme({
    ...{ world, plan, fleet, orders, tally, counts: scenario, days, mostTailDays, progress },
  }).finally(progress.stop);
  const report = await judge(world, workspace, quiet);
  await keepExample(world, workspace, tally);
  const summary = await summarise({
    ...{ world, vehicles, days, seed, tally, scenario },
    orders: await orders.counts(),
    status: await world.relayer.status(),
    audit: report,
    relaxedRules: relaxedRules(rules),
    relayerRestarts: relayerProcess.restarts,
    seconds: (performance.now() - startedAt) / 1000,
    work: workspace.root,
    deployment: workspace.deploymentFile,
  });
  return { summary, surprises: tally.listedSurprises };
}

/** Chain, contracts, relayer. */
async function start({ seed, days, quiet }: SimulateOptions, workspace: HeldWorkspace, cleanup: Cleanup) {
  const keys = keysFromSeed(seed);
  writeKeys(workspace.keysFile, keys);
  const chain = await startEmbeddedChain(workspace.chainDir, { kind: "driven", startsAt: CHAIN_STARTS_AT });
  cleanup.add(() => chain.stop());
  const { rpcUrl } = chain;
  const { deployment } = await ensureDeployed(
    workspace,
    () => ({ rpcUrl, keys, genesis: GENESIS, rules: simulationRules(days) }),
    rpcUrl,
  );
  const relayerProcess = await startRelayerProcess({
    workspace,
    port: 0,
    config: relayerConfig(workspace, keys, {
      rpcUrl,
      pollMs: POLL_MS,
      finality: { finalityDepth: 0 },
      anchorEveryDrops: ANCHOR_EVERY_DROPS,
      logLevel: "warn",
      ...(keys.seed === undefined ? {} : { deriveKeysFrom: keys.seed }),
    }),
    onRestart: (restarts) => {
      if (!quiet) note(`The relayer died and was started again (${restarts}).`);
    },
  });
  cleanup.add(() => relayerProcess.stop());
  const chainLost = chain.exited.then(() => {
    throw new CairnError("CHAIN_UNREACHABLE", "the embedded chain has ended");
  });
  const failed = Promise.race([relayerProcess.failed, chainLost]);
  failed.catch(() => undefined);
  const relayer = createPatientRelayer(relayerProcess.url, PATIENCE_MS);
  const writers = dutyWriters({ rpcUrl, deployment }, keys, POLL_MS);
  return { world: createWorld({ chain, deployment, relayer, writers, failed }), relayerProcess };
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

async function judge(world: World, workspace: HeldWorkspace, quiet: boolean): Promise<AuditReport> {
  const progress = auditProgress(quiet);
  const { deployment, chain } = world;
  return audit({
    rpcUrl: chain.rpcUrl,
    deployment,
    filesDir: workspace.filesDir,
    onProgress: progress.update,
  }).finally(progress.stop);
}

/** Leaves a contribution file to try `cairn verify` on. */
async function keepExample({ chain, deployment, relayer }: World, workspace: HeldWorkspace, tally: IntakeTally) {
  if (tally.firstDigest === undefined) return;
  const cairn = createCairnClient({ rpcUrl: chain.rpcUrl, deployment, relayerUrl: relayer.url });
  toJsonFile(workspace.exampleFile, await cairn.getContribution({ digest: tally.firstDigest }));
}
