import { setTimeout as sleep } from "node:timers/promises";
import { createChainClient } from "../../chain/client.ts";
import { readHead } from "../../chain/read/head.ts";
import { DEFAULT_RULES } from "../../chain/write/rule-set.ts";
import { CairnError, type Deployment } from "../../protocol/index.ts";
import { createCairnClient } from "../../sdk/index.ts";
import { Cleanup, warn } from "../cleanup.ts";
import { toJsonFile } from "../files.ts";
import { CAIRN } from "../invocation.ts";
import { loadOrMakeKeys, type ProgrammeKeys } from "../keys.ts";
import { note } from "../output.ts";
import { dutyWriters, ensureDeployed } from "../programme.ts";
import { createPatientRelayer, type PatientRelayer } from "../relayer-api.ts";
import { relayerConfig } from "../relayer-config.ts";
import { isPortFree, type ServiceProcess, startServiceProcess } from "../service-process.ts";
import { untilAskedToStop } from "../signals.ts";
import { type HeldWorkspace, holdWorkspace, removeEndpoints, writeEndpoints } from "../workspace.ts";
import { type ChainSource, embeddedSource, foreignSource } from "./chain-source.ts";
import { type LiveFleet, ownerOfCar, startLiveFleet } from "./live-fleet.ts";
import type { UpOptions } from "./options.ts";
import { overview } from "./overview.ts";
import { StatusLines } from "./status-lines.ts";

const DEFAULT_PORT = 8420;
const DEFAULT_POLL_MS = 250;
const STATUS_EVERY_MS = 1_000;
const PATIENCE_MS = 60_000;

/**
 * Runs a programme until it is asked to stop.
 * @throws WORK_DIR_IN_USE, PORT_IN_USE, CHAIN_UNREACHABLE, CHAIN_MISMATCH, RELAYER_UNREACHABLE and what else keeps it from
 * running; everything is stopped before.
 */
export async function up(options: UpOptions): Promise<void> {
  const asked = untilAskedToStop();
  const cleanup = new Cleanup();
  try {
    await Promise.race([run(options, cleanup, asked), asked]);
    note("Stopping …");
  } finally {
    await cleanup.run();
  }
  note(`Stopped. Start it again with: ${CAIRN} up --work ${options.work}${options.rpc ? ` --rpc ${options.rpc}` : ""}`);
}

/** A programme that runs, before any car drives in it. */
interface Programme {
  readonly workspace: HeldWorkspace;
  readonly chain: ChainSource;
  readonly keys: ProgrammeKeys;
  readonly deployment: Deployment;
  readonly fresh: boolean;
  readonly rpcUrl: string;
  readonly process: ServiceProcess;
  readonly relayer: PatientRelayer;
}

async function run(options: UpOptions, cleanup: Cleanup, asked: Promise<void>): Promise<void> {
  const programme = await startProgramme(options, cleanup);
  const { workspace, deployment, fresh, rpcUrl, process, chain, keys, relayer } = programme;
  const drop = Math.max(0, (await relayer.status()).currentDrop);
  const owner = options.fleet === 0 ? undefined : ownerOfCar(keys.fleet, 0);
  overview({ workspace, deployment, fresh, rpcUrl, apiUrl: process.url, chain: chain.name, options, drop, owner });
  await Promise.race([
    asked,
    process.failed,
    chain.lost,
    tellStatus(relayer, asked),
    ...(options.fleet === 0 ? [] : [runFleet(programme, options.fleet, cleanup)]),
  ]);
}

/** Chain, contracts, relayer: each new, or as it was left. */
async function startProgramme(options: UpOptions, cleanup: Cleanup): Promise<Programme> {
  const workspace = holdWorkspace(options.work);
  cleanup.add(() => workspace.release());
  const keys = loadOrMakeKeys(workspace.keysFile);
  const port = await choosePort(options.port);
  const chain = await openChain(options, workspace);
  cleanup.add(() => chain.stop());
  const { rpcUrl } = chain;
  const { deployment, fresh } = await ensureDeployed(
    workspace,
    async () => ({
      rpcUrl,
      keys,
      genesis: await lastMidnight(rpcUrl),
      rules: DEFAULT_RULES,
      beforeWriting: () => chain.save(),
    }),
    rpcUrl,
  );
  await chain.mineRegularly();
  const process = await startServiceProcess({
    ...workspace.relayer,
    port,
    config: relayerConfig(workspace, keys, {
      rpcUrl,
      pollMs: DEFAULT_POLL_MS,
      finality: chain.finality,
      anchorEveryDrops: 1,
      ...(keys.seed === undefined ? {} : { deriveKeysFrom: keys.seed }),
    }),
    onRestart: (restarts) => note(`The relayer died and was started again (${restarts}).`),
  });
  cleanup.add(() => process.stop());
  writeEndpoints(workspace, { rpcUrl, apiUrl: process.url });
  cleanup.add(() => removeEndpoints(workspace));
  const relayer = createPatientRelayer(process.url, PATIENCE_MS);
  return { workspace, chain, keys, deployment, fresh, rpcUrl, process, relayer };
}

/** Sets the cars up and lets them drive. Never ends by itself. */
async function runFleet(programme: Programme, vehicles: number, cleanup: Cleanup): Promise<never> {
  const { workspace, rpcUrl, deployment, relayer, keys } = programme;
  note(`Setting up ${vehicles} cars: registered, paired and with their owners' consent …`);
  const writers = dutyWriters({ rpcUrl, deployment }, keys, DEFAULT_POLL_MS);
  const seed = keys.fleet;
  const fleet = await startLiveFleet({
    ...{ workspace, rpcUrl, deployment, relayer, writers, seed, vehicles },
    onFailure: warn,
  });
  cleanup.add(() => fleet.stop());
  note("They drive. The first readings come within a minute, their roots after the end of the drop.");
  return keepExample(programme, fleet);
}

function openChain({ rpc }: UpOptions, workspace: HeldWorkspace): Promise<ChainSource> {
  if (rpc !== undefined) return foreignSource(rpc, warn);
  return embeddedSource(workspace, warn, () => new CairnError("CHAIN_UNREACHABLE", "the embedded chain has ended"));
}

/** @throws PORT_IN_USE when a port was asked for and is taken. */
async function choosePort(asked: number | undefined): Promise<number> {
  if (await isPortFree(asked ?? DEFAULT_PORT)) return asked ?? DEFAULT_PORT;
  if (asked === undefined) return 0;
  throw new CairnError("PORT_IN_USE", `${asked}; --port chooses another`, { details: { port: asked } });
}

/** Genesis: the last midnight here, so that day and drop are those of the clock on the wall. */
async function lastMidnight(rpcUrl: string): Promise<number> {
  const { time } = await readHead(createChainClient(rpcUrl));
  const midnight = new Date(time * 1000);
  midnight.setHours(0, 0, 0, 0);
  return midnight.getTime() / 1000;
}

/** Says what has changed, until asked to stop. */
async function tellStatus(relayer: PatientRelayer, asked: Promise<void>): Promise<void> {
  const lines = new StatusLines();
  let stopped = false;
  void asked.then(() => {
    stopped = true;
  });
  while (!stopped) {
    const told = await relayer.status().then((status) => lines.next(status, Date.now()), warn);
    for (const line of told ?? []) note(line);
    await sleep(STATUS_EVERY_MS, undefined, { ref: false });
  }
}

/** Leaves a contribution file to try `cairn verify` on, once a reading is anchored. Never ends by itself. */
async function keepExample(programme: Programme, fleet: LiveFleet): Promise<never> {
  const { workspace, rpcUrl, deployment, relayer } = programme;
  const cairn = createCairnClient({ rpcUrl, deployment, relayerUrl: relayer.url });
  let written = false;
  for (;;) {
    const digest = fleet.firstDigest;
    if (!written && digest !== undefined) {
      // Until the reading's drop is anchored there is none.
      const contribution = await cairn.getContribution({ digest }).catch(() => undefined);
      if (contribution !== undefined) {
        toJsonFile(workspace.exampleFile, contribution);
        note(`A reading is anchored. See for yourself: ${CAIRN} verify ${workspace.exampleFile}`);
        written = true;
      }
    }
    await sleep(10 * STATUS_EVERY_MS, undefined, { ref: false });
  }
}
