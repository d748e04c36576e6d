import { setTimeout as sleep } from "node:timers/promises";
import { createChainClient } from "../../chain/client.ts";
import { readHead } from "../../chain/read/head.ts";
import { DEFAULT_RULES } from "../../chain/write/deploy.ts";
import { CairnError, type Deployment } from "../../protocol/index.ts";
import { createCairnClient } from "../../sdk/index.ts";
import { Cleanup, warn } from "../cleanup.ts";
import { toJsonFile } from "../files.ts";
import { loadOrMakeKeys } from "../keys.ts";
import { note } from "../output.ts";
import { dutyWriters, ensureDeployed } from "../programme.ts";
import { createPatientRelayer, type PatientRelayer } from "../relayer-api.ts";
import { relayerConfig } from "../relayer-config.ts";
import { isPortFree, startRelayerProcess } from "../relayer-process.ts";
import { untilAskedToStop } from "../signals.ts";
import { type HeldWorkspace, holdWorkspace, removeEndpoints, writeEndpoints } from "../workspace.ts";
import { type ChainSource, embeddedSource, foreignSource } from "./chain-source.ts";
import { type LiveFleet, startLiveFleet } from "./live-fleet.ts";
import { overview } from "./overview.ts";
import { StatusLines } from "./status-lines.ts";

/** What `cairn up` is asked for. */
export interface UpOptions {
  /** Somebody else's chain, instead of the embedded one. */
  readonly rpc?: string;
  readonly work: string;
  /** Port of the API; without it 8420, or any free one. */
  readonly port?: number;
  /** Simulated cars. */
  readonly fleet: number;
}

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
  note(`Stopped. Start it again with: cairn up --work ${options.work}${options.rpc ? ` --rpc ${options.rpc}` : ""}`);
}

async function run(options: UpOptions, cleanup: Cleanup, asked: Promise<void>): Promise<void> {
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
  const process = await startRelayerProcess({
    workspace,
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
  const running = Promise.race([asked, process.failed, chain.lost]);
  const describe = { workspace, deployment, rpcUrl, apiUrl: process.url, chain: chain.name, fresh };
  let fleet: LiveFleet | undefined;
  if (options.fleet > 0) {
    note(`Registering, pairing and asking consent for ${options.fleet} cars …`);
    const writers = dutyWriters({ rpcUrl, deployment }, keys, DEFAULT_POLL_MS);
    const seed = keys.fleet;
    const starting = startLiveFleet({
      ...{ workspace, rpcUrl, deployment, relayer, writers, seed },
      vehicles: options.fleet,
      onFailure: warn,
    });
    fleet = (await Promise.race([starting, running])) ?? undefined;
    if (fleet === undefined) return;
    cleanup.add(() => fleet?.stop());
  }
  overview({ ...describe, options, owner: fleet?.owners[0] });
  await Promise.race([
    running,
    tellStatus(relayer, asked),
    keepExample({ workspace, rpcUrl, deployment, relayer, fleet }),
  ]);
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
    const line = await relayer.status().then((status) => lines.next(status, Date.now()), warn);
    if (line !== undefined) note(line);
    await sleep(STATUS_EVERY_MS, undefined, { ref: false });
  }
}

interface ExampleParts {
  readonly workspace: HeldWorkspace;
  readonly rpcUrl: string;
  readonly deployment: Deployment;
  readonly relayer: PatientRelayer;
  readonly fleet: LiveFleet | undefined;
}

/** Leaves a contribution file to try `cairn verify` on, once a reading is anchored. Never ends by itself. */
async function keepExample({ workspace, rpcUrl, deployment, relayer, fleet }: ExampleParts): Promise<never> {
  const cairn = createCairnClient({ rpcUrl, deployment, relayerUrl: relayer.url });
  let written = fleet === undefined;
  for (;;) {
    const digest = fleet?.firstDigest;
    if (!written && digest !== undefined) {
      const contribution = await cairn.getContribution({ digest }).catch(() => undefined);
      if (contribution !== undefined) {
        toJsonFile(workspace.exampleFile, contribution);
        note(`A reading is anchored. See for yourself: cairn verify ${workspace.exampleFile}`);
        written = true;
      }
    }
    await sleep(10 * STATUS_EVERY_MS, undefined, { ref: false });
  }
}
