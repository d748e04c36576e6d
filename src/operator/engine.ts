import { privateKeyToAccount } from "viem/accounts";
import { CairnError } from "../protocol/errors.ts";
import { Alerts } from "../service/alerts.ts";
import type { ServiceEngine, ServiceInput } from "../service/start.ts";
import type { OperatorConfig } from "./config.ts";
import { DUTIES } from "./duties/all.ts";
import type { Duty } from "./duty.ts";
import { Follower } from "./follower.ts";
import { createApp } from "./http/app.ts";
import type { StatusReport } from "./http/state.ts";
import { Loop, type Worker } from "./loop.ts";
import { Sender } from "./sender.ts";
import { openStore, type Store } from "./store/open.ts";

/** Opens the store and the duties, catches up with the chain once, and wires the parts. */
export async function openEngine(input: ServiceInput<OperatorConfig>): Promise<ServiceEngine> {
  const store = await openStore(input.config.workDir, input.deployment);
  try {
    return await assemble(input, store);
  } catch (error) {
    await store.close();
    throw error;
  }
}

async function assemble(input: ServiceInput<OperatorConfig>, store: Store): Promise<ServiceEngine> {
  const { config, client, deployment, log } = input;
  const alerts = new Alerts(log);
  const stop = new AbortController();
  let follower: Follower | undefined;
  const duties: Duty[] = [];
  for (const open of DUTIES) {
    duties.push(await open({ ...input, store, alerts, snapshot: () => follower?.snapshot }));
  }
  follower = new Follower({ client, deployment, store, finality: config.finality, log, duties });
  await follower.poll();
  const workers = duties.map((duty) => ({ duty, sender: senderOf(input, duty, stop.signal) }));
  const loop = new Loop({ follower, workers, alerts, log, pollMs: config.pollMs, stop });
  const status = () => statusOf({ follower, loop, workers, alerts });
  return {
    createApp: () => createApp({ status, unready: () => unready(loop, store) }, duties, log),
    start: () => loop.start(),
    async close() {
      await loop.close();
      await store.close();
    },
  };
}

function senderOf(
  { config, client, deployment }: ServiceInput<OperatorConfig>,
  duty: Duty,
  stop: AbortSignal,
): Sender | undefined {
  const key = config.keys.get(duty.name);
  if (key === undefined) return undefined;
  return new Sender({
    ...{ client, deployment, pollMs: config.pollMs, stop },
    account: privateKeyToAccount(key),
    maxFeePerGas: BigInt(Math.round(config.maxFeePerGasGwei * 1e9)),
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

async function unready(loop: Loop, store: Store): Promise<string | undefined> {
  if (loop.problem !== undefined) return loop.problem;
  try {
    await store.transaction((tx) =>
      tx.updateTable("meta").set({ key: "programme" }).where("key", "=", "programme").execute(),
    );
    return undefined;
  } catch (error) {
    return error instanceof CairnError ? error.code : "UNEXPECTED";
  }
}
