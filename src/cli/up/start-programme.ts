import { createChainClient } from "../../chain/client.ts";
import { readHead } from "../../chain/read/head.ts";
import { DEFAULT_RULES } from "../../chain/write/rule-set.ts";
import type { ProgrammeDocument } from "../../operator/index.ts";
import { CairnError, type Deployment } from "../../protocol/index.ts";
import { type Cleanup, warn } from "../cleanup.ts";
import { loadOrMakeKeys, type ProgrammeKeys } from "../keys.ts";
import { createPatientOperator, type PatientOperator } from "../operator-api.ts";
import { operatorApiKeys, operatorConfig } from "../operator-config.ts";
import { note } from "../output.ts";
import { ensureDeployed } from "../programme.ts";
import { createPatientRelayer, type PatientRelayer } from "../relayer-api.ts";
import { relayerConfig } from "../relayer-config.ts";
import { freePort, isPortFree, type ServiceProcess, startServiceProcess } from "../service-process.ts";
import { type HeldWorkspace, holdWorkspace, removeEndpoints, writeEndpoints } from "../workspace.ts";
import { type ChainSource, embeddedSource, foreignSource } from "./chain-source.ts";
import { defineStartingTerms } from "./define-terms.ts";
import type { UpOptions } from "./options.ts";

const DEFAULT_PORT = 8420;
const OPERATOR_PORT = 8421;
export const DEFAULT_POLL_MS = 250;
const PATIENCE_MS = 60_000;

/** A programme that runs, before any car drives in it. */
export interface Programme {
  readonly workspace: HeldWorkspace;
  readonly chain: ChainSource;
  readonly keys: ProgrammeKeys;
  readonly deployment: Deployment;
  readonly fresh: boolean;
  readonly rpcUrl: string;
  readonly relayer: PatientRelayer;
  readonly operator: PatientOperator;
  /** Rejects when relayer or operator is given up, or the chain is lost; never resolves. */
  readonly failed: Promise<never>;
}

/** Starts chain, contracts, relayer and operator: each new, or as it was left. @throws As `up`. */
export async function startProgramme(options: UpOptions, cleanup: Cleanup): Promise<Programme> {
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
  const documents = await termsOf({ rpcUrl, deployment, keys });
  await chain.mineRegularly();
  const place = { workspace, chain, keys };
  // Both at once, since each takes its time; should one fail, the other is stopped all the same.
  const starting = [startRelayer(place, port), startOperator(place, `http://127.0.0.1:${port}`)] as const;
  for (const service of starting) cleanup.add(async () => (await service.catch(() => undefined))?.stop());
  const [relayerProcess, operatorProcess] = await Promise.all(starting);
  const operator = createPatientOperator(operatorProcess.url, operatorApiKeys(keys), PATIENCE_MS);
  for (const document of documents) await operator.postAsDesk("/v1/documents", document);
  writeEndpoints(workspace, { rpcUrl, apiUrl: relayerProcess.url, operatorUrl: operatorProcess.url });
  cleanup.add(() => removeEndpoints(workspace));
  const failed = Promise.race([relayerProcess.failed, operatorProcess.failed, chain.lost]);
  failed.catch(() => undefined);
  const relayer = createPatientRelayer(relayerProcess.url, PATIENCE_MS);
  return { workspace, chain, keys, deployment, fresh, rpcUrl, relayer, operator, failed };
}

/**
 * Defines what the programme begins with, as far as it is missing; a simulation has brought its own. On somebody else's chain the
 * keys may have no coin yet: then it runs without, and the next start tries again.
 */
async function termsOf(parts: Parameters<typeof defineStartingTerms>[0]): Promise<ProgrammeDocument[]> {
  if (parts.keys.seed !== undefined) return [];
  try {
    return await defineStartingTerms(parts);
  } catch (error) {
    warn(error);
    return [];
  }
}

type Place = Pick<Programme, "workspace" | "chain" | "keys">;

function startRelayer({ workspace, chain, keys }: Place, port: number): Promise<ServiceProcess> {
  return startServiceProcess({
    ...workspace.relayer,
    port,
    config: relayerConfig(workspace, keys, {
      ...{ rpcUrl: chain.rpcUrl, pollMs: DEFAULT_POLL_MS, finality: chain.finality, anchorEveryDrops: 1 },
      ...(keys.seed === undefined ? {} : { deriveKeysFrom: keys.seed }),
    }),
    onRestart: (restarts) => note(`The relayer died and was started again (${restarts}).`),
  });
}

async function startOperator({ workspace, chain, keys }: Place, relayerUrl: string): Promise<ServiceProcess> {
  const isFree = !relayerUrl.endsWith(`:${OPERATOR_PORT}`) && (await isPortFree(OPERATOR_PORT));
  return startServiceProcess({
    ...workspace.operator,
    port: isFree ? OPERATOR_PORT : 0,
    config: operatorConfig(workspace, keys, {
      ...{ rpcUrl: chain.rpcUrl, relayerUrl, pollMs: DEFAULT_POLL_MS, finality: chain.finality },
      ...(keys.seed === undefined ? {} : { deriveKeysFrom: keys.seed }),
    }),
    onRestart: (restarts) => note(`The operator died and was started again (${restarts}).`),
  });
}

function openChain({ rpc }: UpOptions, workspace: HeldWorkspace): Promise<ChainSource> {
  if (rpc !== undefined) return foreignSource(rpc, warn);
  return embeddedSource(workspace, warn, () => new CairnError("CHAIN_UNREACHABLE", "the embedded chain has ended"));
}

/** @throws PORT_IN_USE when a port was asked for and is taken. */
async function choosePort(asked: number | undefined): Promise<number> {
  if (await isPortFree(asked ?? DEFAULT_PORT)) return asked ?? DEFAULT_PORT;
  if (asked === undefined) return freePort();
  throw new CairnError("PORT_IN_USE", `${asked}; --port chooses another`, { details: { port: asked } });
}

/** Genesis: the last midnight here, so that day and drop are those of the clock on the wall. */
async function lastMidnight(rpcUrl: string): Promise<number> {
  const { time } = await readHead(createChainClient(rpcUrl));
  const midnight = new Date(time * 1000);
  midnight.setHours(0, 0, 0, 0);
  return midnight.getTime() / 1000;
}
