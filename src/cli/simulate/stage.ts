import { existsSync, mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type AuditReport, audit } from "../../auditor/index.ts";
import type { RuleSet } from "../../chain/write/rule-set.ts";
import { CairnError } from "../../protocol/index.ts";
import { createCairnClient } from "../../sdk/index.ts";
import { startEmbeddedChain } from "../chain/embedded-chain.ts";
import { Cleanup } from "../cleanup.ts";
import { auditProgress } from "../commands/audit.ts";
import { toJsonFile } from "../files.ts";
import { type SamplesSealer, sealerFor, sealNothing } from "../kept-samples.ts";
import { keysFromSeed, type ProgrammeKeys, writeKeys } from "../keys.ts";
import { createPatientOperator } from "../operator-api.ts";
import { operatorApiKeys, operatorConfig } from "../operator-config.ts";
import { note } from "../output.ts";
import { dutyWriters, ensureDeployed } from "../programme.ts";
import { createPatientRelayer } from "../relayer-api.ts";
import { relayerConfig } from "../relayer-config.ts";
import { type ServiceProcess, startServiceProcess } from "../service-process.ts";
import { untilAskedToStop } from "../signals.ts";
import { auditedIn, type HeldWorkspace, holdWorkspace } from "../workspace.ts";
import type { IntakeTally } from "./intake-tally.ts";
import type { Plan } from "./plan.ts";
import { createWorld, type World } from "./world.ts";

/** What a programme at warped time is made with. */
export interface StageOptions {
  readonly seed: string;
  /** First second of day 0, unix seconds. */
  readonly genesis: number;
  /** Time of the chain's first block. */
  readonly chainStartsAt: number;
  readonly rules: RuleSet;
  /** Whether owners consent to having their samples kept for them. */
  readonly keepsSamples: boolean;
  readonly quiet: boolean;
}

/** A running programme at warped time, in a work folder of its own. */
export interface Stage {
  readonly world: World;
  readonly workspace: HeldWorkspace;
  readonly relayerProcess: ServiceProcess;
  /** Deployed to, and known to all. */
  readonly keys: ProgrammeKeys;
}

const POLL_MS = 5;
/** Closed drops that are anchored together; a receipt's deadline allows for six. */
const ANCHOR_EVERY_DROPS = 6;
const PATIENCE_MS = 60_000;

/**
 * Plays something in a work folder, and stops and releases everything afterwards, also when it is interrupted.
 * @param work A new or empty folder; by default one among the system's temporary ones.
 * @throws ARGUMENT_INVALID when the folder holds a programme; PROGRAMME_STOPPED when it was interrupted.
 */
export async function onStage<Result>(
  work: string | undefined,
  play: (workspace: HeldWorkspace, cleanup: Cleanup) => Promise<Result>,
): Promise<Result> {
  const cleanup = new Cleanup();
  const over = new AbortController();
  const asked = untilAskedToStop(over.signal).then(() => {
    throw new CairnError("PROGRAMME_STOPPED", "it was interrupted");
  });
  try {
    const workspace = holdWorkspace(work ?? mkdtempSync(join(tmpdir(), "cairn-")));
    cleanup.add(() => workspace.release());
    if (existsSync(workspace.deploymentFile)) {
      throw new CairnError("ARGUMENT_INVALID", `there is a programme in ${workspace.root}: a new folder is needed`);
    }
    return await Promise.race([play(workspace, cleanup), asked]);
  } finally {
    over.abort();
    await cleanup.run();
  }
}

/** Starts chain, contracts, relayer and operator; all keys follow from the seed. */
export async function openStage(options: StageOptions, workspace: HeldWorkspace, cleanup: Cleanup): Promise<Stage> {
  const { seed, genesis, rules, chainStartsAt, keepsSamples, quiet } = options;
  const keys = keysFromSeed(seed);
  writeKeys(workspace.keysFile, keys);
  const chain = await startEmbeddedChain(workspace.chainDir, { kind: "driven", startsAt: chainStartsAt });
  cleanup.add(() => chain.stop());
  const { rpcUrl } = chain;
  const { deployment } = await ensureDeployed(workspace, () => ({ rpcUrl, keys, genesis, rules }), rpcUrl);
  const relayerProcess = await startServiceProcess({
    ...workspace.relayer,
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
  const relayer = createPatientRelayer(relayerProcess.url, PATIENCE_MS);
  const operatorProcess = await startOperator(workspace, keys, { rpcUrl, relayerUrl: relayer.url });
  cleanup.add(() => operatorProcess.stop());
  const failed = Promise.race([relayerProcess.failed, operatorProcess.failed, chainLost]);
  failed.catch(() => undefined);
  const operator = createPatientOperator(operatorProcess.url, operatorApiKeys(keys), PATIENCE_MS);
  const writers = dutyWriters({ rpcUrl, deployment }, keys, POLL_MS);
  return {
    ...{ workspace, relayerProcess, keys },
    world: createWorld({ chain, deployment, relayer, operator, writers, keepsSamples, failed }),
  };
}

function startOperator(
  workspace: HeldWorkspace,
  keys: ProgrammeKeys,
  at: { rpcUrl: string; relayerUrl: string },
): Promise<ServiceProcess> {
  return startServiceProcess({
    ...workspace.operator,
    port: 0,
    config: operatorConfig(workspace, keys, {
      ...at,
      pollMs: POLL_MS,
      finality: { finalityDepth: 0 },
      logLevel: "warn",
      ...(keys.seed === undefined ? {} : { deriveKeysFrom: keys.seed }),
    }),
  });
}

/** Seals samples for the owners of planned cars; nothing when they are not kept. */
export function samplesSealer({ world, workspace, keys }: Stage, { cars, resold }: Plan): SamplesSealer {
  if (!world.keepsSamples) return sealNothing;
  const all = [...cars, ...resold].map(({ identity: { vehicle }, owner }) => ({ vehicle, owner: owner.name }));
  return sealerFor(workspace, keys.fleet, all);
}

/** The auditor's word on what was played. */
export async function judge(
  { world, workspace }: Stage,
  { quiet, receiptsDir }: { quiet: boolean; receiptsDir?: string | undefined },
): Promise<AuditReport> {
  const progress = auditProgress(quiet);
  const { deployment, chain } = world;
  return audit({
    rpcUrl: chain.rpcUrl,
    deployment,
    ...auditedIn(workspace),
    ...(receiptsDir === undefined ? {} : { receiptsDir }),
    onProgress: progress.update,
  }).finally(progress.stop);
}

/** Leaves a contribution file to try `cairn verify` on. */
export async function keepExample({ world, workspace }: Stage, tally: IntakeTally): Promise<void> {
  if (tally.firstDigest === undefined) return;
  const { chain, deployment, relayer } = world;
  const cairn = createCairnClient({ rpcUrl: chain.rpcUrl, deployment, relayerUrl: relayer.url });
  toJsonFile(workspace.exampleFile, await cairn.getContribution({ digest: tally.firstDigest }));
}
