import type { Logger } from "pino";
import type { ChainClient } from "../chain/client.ts";
import { readHead } from "../chain/read/head.ts";
import { readIsReceiptKey } from "../chain/read/rules.ts";
import { DAY_S } from "../protocol/codec/codes.ts";
import type { Deployment } from "../protocol/codec/deployment.ts";
import { CairnError } from "../protocol/errors.ts";
import { Alerts } from "../service/alerts.ts";
import { Bound } from "../service/bound.ts";
import { diskReserve, invalid } from "../service/config.ts";
import type { DiskReserve } from "../service/http/admission.ts";
import { requireDistinct } from "../service/keys/distinct.ts";
import { openAccount, openKey } from "../service/keys/open.ts";
import type { KeySource } from "../service/keys/source.ts";
import { lookSeldom } from "../service/look-seldom.ts";
import { saltKeys } from "../service/salt-keys.ts";
import { createSigner, type Signer } from "../service/signer.ts";
import { holderOf } from "../storage/holder.ts";
import { placeOf } from "../storage/kind.ts";
import { type Leadership, leadershipOf } from "../storage/lease.ts";
import { ParquetFiles } from "../storage/parquet.ts";
import { problemOfWriting } from "../storage/writable.ts";
import type { RelayerConfig } from "./config.ts";
import { DayCache } from "./files/day-cache.ts";
import { Publisher } from "./files/publisher.ts";
import { AnchoredDrops } from "./http/anchored.ts";
import { createMetrics } from "./http/metrics.ts";
import type { Services } from "./http/services.ts";
import { AwardQueue } from "./intake/award-queue.ts";
import { IntakeQueue } from "./intake/queue.ts";
import { submitIntents } from "./intents/submit.ts";
import { ChainView } from "./jobs/chain-view.ts";
import { Follower } from "./jobs/follower.ts";
import { endIntentBatch } from "./jobs/intents.ts";
import { Lane } from "./jobs/lane.ts";
import { creditLeaves, leavesOf } from "./jobs/push.ts";
import { StatusReporter } from "./jobs/status.ts";
import { Watcher } from "./jobs/watcher.ts";
import { Worker } from "./jobs/worker.ts";
import { type Programme, programmeOf } from "./programme.ts";
import { nextAnchored, nextSettled } from "./store/anchors.ts";
import { readProgress } from "./store/closing.ts";
import { intentsOfRow, storedIntent } from "./store/intents.ts";
import { openStore, RELAYER_STORE, type Store } from "./store/open.ts";
import { forgetOldAttempts } from "./store/outbox.ts";
import { FOLLOW_EXCLUSION } from "./submitter/calls.ts";
import { Senders, type SendingAccounts } from "./submitter/senders.ts";

/** Intents judged at once: each may ask the chain about a signature. */
const MAX_INTENTS_JUDGED = 1_000;

/** What an engine is opened with. */
export interface EngineInput {
  readonly config: RelayerConfig;
  readonly deployment: Deployment;
  readonly client: ChainClient;
  readonly log: Logger;
}

/** Everything of a relayer but the listening. */
export interface Engine {
  readonly worker: Worker;
  readonly services: Services;
  close(): Promise<void>;
}

/** Opens the store and the files, catches up with the chain once, and wires the parts. */
export async function openEngine(input: EngineInput): Promise<Engine> {
  const { config, deployment } = input;
  const programme = programmeOf(deployment);
  const keys = await openKeys(config);
  await requireReceiptKey(input, keys.signer);
  const store = await openStore(placeOf(RELAYER_STORE, config), deployment);
  const holder = holderOf(config.workDir, RELAYER_STORE.name);
  const leadership = leadershipOf(store, { holder, lengthMs: config.leaseMs, agreed: agreedBy(config, keys) });
  const parquet = await ParquetFiles.open();
  const release = async (): Promise<void> => {
    parquet.close();
    // A database that is gone needs no goodbye: the lease ends by itself.
    await leadership.release().catch(() => undefined);
    await store.close();
  };
  try {
    return await assemble(input, { programme, keys, store, leadership, parquet, release });
  } catch (error) {
    await release();
    throw error;
  }
}

interface Keys {
  /** Send transactions. */
  readonly accounts: SendingAccounts;
  /** Signs receipts. */
  readonly signer: Signer;
}

/** @throws CONFIG_INVALID when one key has two duties; FILE_UNREADABLE, SIGNER_UNAVAILABLE. */
async function openKeys({ relayerKey, intentKey, creditKey, receiptKey }: RelayerConfig): Promise<Keys> {
  const open = async (source: KeySource | undefined) => source && openAccount(source);
  const accounts = {
    relayer: await openAccount(relayerKey),
    intents: await open(intentKey),
    credits: await open(creditKey),
  };
  const signer = createSigner(await openKey(receiptKey));
  requireDistinct([
    ["relayerKey", accounts.relayer.address],
    ["intentKey", accounts.intents?.address],
    ["creditKey", accounts.credits?.address],
    ["receiptKey", signer.address],
  ]);
  return { accounts, signer };
}

/** @throws CONFIG_INVALID when receipts would not hold: nobody could prove them; CHAIN_UNREACHABLE. */
async function requireReceiptKey({ client, deployment }: EngineInput, { address }: Signer): Promise<void> {
  const { time } = await readHead(client);
  if (await readIsReceiptKey(client, deployment, address, Math.max(time, deployment.genesis))) return;
  invalid("receiptKey", "a receipt key of Rules now");
}

/** What relayers of one database have in common: what one has begun the next one carries on (ADR 32). */
function agreedBy({ finality }: RelayerConfig, { accounts, signer }: Keys): Record<string, string> {
  const { relayer, intents = relayer, credits = relayer } = accounts;
  return {
    relayerKey: relayer.address.toLowerCase(),
    intentKey: intents.address.toLowerCase(),
    creditKey: credits.address.toLowerCase(),
    receiptKey: signer.address,
    finalityDepth: "depth" in finality ? String(finality.depth) : "by finalFile",
  };
}

interface Resources {
  readonly programme: Programme;
  readonly keys: Keys;
  /** For taking in; what the leader writes goes through {@link Leadership.fence}. */
  readonly store: Store;
  readonly leadership: Leadership;
  readonly parquet: ParquetFiles;
  readonly release: () => Promise<void>;
}

async function assemble(input: EngineInput, resources: Resources): Promise<Engine> {
  const { config, deployment, client, log } = input;
  const { programme, keys, leadership, parquet } = resources;
  const { signer } = keys;
  const store = leadership.fence(resources.store);
  const { filesDir } = config;
  const domain = programme.domains.PublishedFile;
  const publisher = await Publisher.open({ store, filesDir, parquet, signer, domain });
  const days = new DayCache({ filesDir, parquet, db: store.db });
  const alerts = new Alerts(log);
  const view = new ChainView();
  const lanes = {
    anchorDrops: new Lane("anchoring", alerts),
    settleDay: new Lane("settling", alerts),
    creditMany: new Lane("crediting", alerts),
    [FOLLOW_EXCLUSION]: new Lane("following", alerts),
  };
  const submitter = createSenders(input, { store, accounts: keys.accounts, days, alerts, lanes });
  const onLostBlocks = () => submitter.recover();
  const follower = new Follower({ client, deployment, store, view, finality: config.finality, log, onLostBlocks });
  const watcher = new Watcher({ client, deployment, db: store.db, view });
  const takeOver = async (): Promise<void> => {
    await store.transaction(forgetOldAttempts);
    await publisher.mend();
    submitter.reset();
    follower.reset();
    await follower.poll();
    await requireNewest(store);
  };
  if (await leadership.acquire()) await takeOver();
  else await watcher.poll();
  const { genesis } = programme;
  const worker = new Worker({
    ...{ leadership, takeOver, watcher, follower, submitter, view, alerts, log, pollMs: config.pollMs },
    closing: {
      store,
      genesis,
      keys: saltKeys(config.deriveKeysFrom),
      publishDay: (closed) => publisher.publishDay(closed),
    },
    anchoring: { store, genesis, publisher, lane: lanes.anchorDrops, everyDrops: config.anchorEveryDrops },
    settling: { store, lane: lanes.settleDay },
    pushing: { store, genesis, days, lane: lanes.creditMany, intervalDays: config.pushIntervalDaysOverride },
    following: { store, genesis, lane: lanes[FOLLOW_EXCLUSION] },
  });
  return engineOf({
    ...resources,
    ...{ client, view, days, worker, alerts },
    maxFeePerGas: config.maxFeePerGas,
    samplesRetentionS: config.samplesRetentionDays * DAY_S,
    reserve: diskReserve(config, [config.workDir, filesDir]),
  });
}

function engineOf(
  parts: Resources & {
    client: ChainClient;
    view: ChainView;
    days: DayCache;
    worker: Worker;
    alerts: Alerts;
    maxFeePerGas: bigint;
    samplesRetentionS: number;
    reserve: DiskReserve;
  },
): Engine {
  const { programme, keys, client, store, view, days, worker, alerts } = parts;
  const { signer } = keys;
  const { db } = store;
  const intake = new IntakeQueue({ programme, signer, store, view, samplesRetentionS: parts.samplesRetentionS });
  const awards = new AwardQueue({ programme, store, view });
  const reporter = new StatusReporter({ db, view, programme, worker, alerts, maxFeePerGas: parts.maxFeePerGas });
  const status = () => reporter.read();
  const unwritable = lookSeldom(() => problemOfWriting(store));
  const judging = new Bound(MAX_INTENTS_JUDGED);
  const submitParts = { programme, client, signer, store, view, wake: () => worker.wake() };
  return {
    worker,
    services: {
      ...{ programme, db, view, intake, awards, days, status, drops: new AnchoredDrops(db) },
      submitIntents: (intents) => judging.within(intents.length, () => submitIntents(submitParts, intents)),
      unready: async () => worker.problem ?? (await unwritable()),
      metrics: createMetrics(status),
      reserve: parts.reserve,
    },
    async close() {
      await Promise.all([intake.close(), awards.close()]);
      await worker.close();
      await parts.release();
    },
  };
}

type Lanes = Readonly<Record<"anchorDrops" | "settleDay" | "creditMany" | typeof FOLLOW_EXCLUSION, Lane>>;

function createSenders(
  { config, deployment, client, log }: EngineInput,
  parts: { store: Store; accounts: SendingAccounts; days: DayCache; alerts: Alerts; lanes: Lanes },
): Senders {
  const { store, accounts, days, alerts, lanes } = parts;
  return new Senders(accounts, {
    ...{ client, deployment, store, alerts, log },
    maxFeePerGas: config.maxFeePerGas,
    sources: {
      creditLeaves: (payload) => creditLeaves(days, payload),
      leavesOf: (credits) => leavesOf(days, credits),
      intentsOf: async (row) => (await intentsOfRow(store.db, row)).map(storedIntent),
    },
    async onEnd(tx, row, receipt) {
      await endIntentBatch(tx, row, receipt);
      const lane = lanes[row.kind as keyof Lanes] as Lane | undefined;
      if (receipt?.succeeded === true) lane?.succeeded();
      else lane?.failed(row.reason ?? "reverted");
    },
  });
}

/** A chain that has more from this programme's relayer than the store knows of: the store is an old copy. */
async function requireNewest(store: Store): Promise<void> {
  const { nextDrop, nextDay } = await readProgress(store.db);
  const anchored = await nextAnchored(store.db);
  const settled = await nextSettled(store.db);
  if (anchored <= nextDrop && settled <= nextDay) return;
  throw new CairnError("STORE_DAMAGED", "it is older than what it has put on the chain", {
    details: { nextDrop, anchored, nextDay, settled },
  });
}
