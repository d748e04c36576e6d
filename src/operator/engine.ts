import { join } from "node:path";
import type { LocalAccount } from "viem";
import { signingDomain } from "../protocol/codec/deployment.ts";
import { CairnError } from "../protocol/errors.ts";
import { Alerts } from "../service/alerts.ts";
import { lookSeldom } from "../service/look-seldom.ts";
import { saltKeys } from "../service/salt-keys.ts";
import type { ServiceEngine, ServiceInput } from "../service/start.ts";
import { holderOf } from "../storage/holder.ts";
import { type Leadership, leadershipOf } from "../storage/lease.ts";
import { ParquetFiles } from "../storage/parquet.ts";
import { problemOfWriting } from "../storage/writable.ts";
import type { OperatorConfig } from "./config.ts";
import { DUTIES } from "./duties/all.ts";
import type { Duty, DutyContext } from "./duty.ts";
import { DayFiles } from "./files/day-files.ts";
import { Publisher } from "./files/publisher.ts";
import { Follower } from "./follower.ts";
import { createApp } from "./http/app.ts";
import type { StatusReport } from "./http/state.ts";
import { type OperatorKeys, openKeys } from "./keys.ts";
import { Loop, type Worker } from "./loop.ts";
import { Sender } from "./sender.ts";
import { OPERATOR_STORE, openStore, type Store } from "./store/open.ts";

/** How long the store of a shared database stays with an operator that is not heard of, milliseconds. */
const LEASE_MS = 15_000;

/** Opens the store and the duties, catches up with the chain once, and wires the parts. */
export async function openEngine(input: ServiceInput<OperatorConfig>): Promise<ServiceEngine> {
  const keys = await openKeys(input.config);
  const { config, deployment } = input;
  const opened = await openStore(config, deployment);
  const holder = holderOf(config.workDir, OPERATOR_STORE.name);
  const leadership = leadershipOf(opened, { holder, lengthMs: LEASE_MS, agreed: {} });
  const store = leadership.fence(opened);
  const parquet = await ParquetFiles.open();
  const release = async (): Promise<void> => {
    parquet.close();
    // A database that is gone needs no goodbye: the lease ends by itself.
    await leadership.release().catch(() => undefined);
    await store.close();
  };
  try {
    if (!(await leadership.acquire())) throw new CairnError("STORE_IN_USE", "by another operator");
    return await assemble(input, { keys, store, leadership, parquet, release });
  } catch (error) {
    await release();
    throw error;
  }
}

interface Resources {
  readonly keys: OperatorKeys;
  readonly store: Store;
  readonly leadership: Leadership;
  readonly parquet: ParquetFiles;
  readonly release: () => Promise<void>;
}

async function assemble(input: ServiceInput<OperatorConfig>, resources: Resources): Promise<ServiceEngine> {
  const { config, client, deployment, log } = input;
  const { keys, store, leadership } = resources;
  const alerts = new Alerts(log);
  const stop = new AbortController();
  let follower: Follower | undefined;
  let loop: Loop | undefined;
  const published = await publications(input, resources);
  const context: DutyContext = {
    ...{ ...input, keys, store, alerts, ...published },
    snapshot: () => follower?.snapshot,
    wake: () => loop?.wake(),
  };
  const duties: Duty[] = [];
  for (const open of DUTIES) duties.push(await open(context));
  follower = new Follower({ client, deployment, store, finality: config.finality, log, duties });
  await follower.poll();
  const workers = duties.map((duty) => ({ duty, sender: senderOf(input, keys.accounts.get(duty.name), stop.signal) }));
  const takeOver = async (): Promise<void> => {
    await published.publisher.mend();
    follower?.reset();
  };
  const worked = new Loop({ leadership, takeOver, follower, workers, alerts, log, pollMs: config.pollMs, stop });
  loop = worked;
  const status = () => statusOf({ follower, loop: worked, workers, alerts });
  const unwritable = lookSeldom(() => problemOfWriting(store));
  const unready = async () => worked.problem ?? (await unwritable());
  return {
    createApp: () => createApp({ status, unready }, { duties, context }),
    start: () => worked.start(),
    async close() {
      await worked.close();
      await resources.release();
    },
  };
}

/** What duties publish with, and read what the relayer has published. */
async function publications(
  { config, client, deployment }: ServiceInput<OperatorConfig>,
  { keys, store, parquet }: Resources,
): Promise<Pick<DutyContext, "publisher" | "days" | "saltKeys">> {
  const filesDir = join(config.workDir, "files");
  const domain = signingDomain(deployment, "PublishedFile");
  return {
    publisher: await Publisher.open({ store, filesDir, parquet, signer: keys.receipts, domain }),
    days: new DayFiles({ client, deployment, parquet, filesDir: config.relayerFilesDir }),
    saltKeys: saltKeys(config.deriveKeysFrom),
  };
}

function senderOf(
  { config, client, deployment }: ServiceInput<OperatorConfig>,
  account: LocalAccount | undefined,
  stop: AbortSignal,
): Sender | undefined {
  if (account === undefined) return undefined;
  return new Sender({
    ...{ client, deployment, account, pollMs: config.pollMs, stop },
    maxFeePerGas: config.maxFeePerGas,
  });
}

function statusOf(parts: { follower: Follower; loop: Loop; workers: readonly Worker[]; alerts: Alerts }): StatusReport {
  const { follower, loop, workers, alerts } = parts;
  // Looked at first: what follows can then only be newer than what idle speaks of.
  const idle = loop.isIdle;
  const { snapshot } = follower;
  return {
    chainTime: snapshot?.head.time ?? null,
    headBlock: snapshot?.head.number ?? null,
    finalBlock: snapshot?.final.number ?? null,
    idle,
    duties: workers.map(({ duty: { name }, sender }) =>
      sender === undefined
        ? { name, running: false, reason: "no key" }
        : { name, running: true, address: sender.address },
    ),
    alerts: alerts.list(),
  };
}
