import { setTimeout as sleep } from "node:timers/promises";
import { type ChainClient, createChainClient } from "../../chain/client.ts";
import { CairnError, type Deployment, type Hex } from "../../protocol/index.ts";
import { type CairnClient, createCairnClient } from "../../sdk/index.ts";
import type { EmbeddedChain } from "../chain/embedded-chain.ts";
import type { PatientOperator } from "../operator-api.ts";
import { accountOf, type DutyWriters } from "../programme.ts";
import type { PatientRelayer, RelayerStatus } from "../relayer-api.ts";
import type { PlannedOwner } from "./plan.ts";

/** The running programme that a simulation drives. */
export interface World {
  readonly chain: EmbeddedChain;
  readonly client: ChainClient;
  readonly deployment: Deployment;
  readonly relayer: PatientRelayer;
  readonly operator: PatientOperator;
  readonly writers: DutyWriters;
  /** Whether owners consent to having their samples kept for them. */
  readonly keepsSamples: boolean;
  /** The SDK in an owner's hands, or in those of anybody with a key. */
  clientOf(owner: Pick<PlannedOwner, "key" | "address">): CairnClient;
  /** Moves chain time, and waits until relayer and operator have done everything that is due then. */
  moveTo(time: number): Promise<RelayerStatus>;
  /** Waits until relayer and operator have done everything that is due now. */
  settleDown(): Promise<RelayerStatus>;
}

/** What a world is made of. */
export interface WorldParts
  extends Pick<World, "chain" | "deployment" | "relayer" | "operator" | "writers" | "keepsSamples"> {
  /** Rejects when relayer or operator is given up, or the chain is lost. */
  readonly failed: Promise<never>;
}

const FIRST_PAUSE_MS = 1;
const LONGEST_PAUSE_MS = 16;
/** Longest time for the relayer to do what is due: it may die and come back several times meanwhile. */
const IDLE_TIMEOUT_MS = 180_000;
const SDK_POLL_MS = 10;
const SDK_TIMEOUT_MS = 120_000;

/** Makes the world of a simulation. */
export function createWorld(parts: WorldParts): World {
  const { chain, deployment, relayer, operator, writers, keepsSamples, failed } = parts;
  const { rpcUrl } = chain;
  const clients = new Map<Hex, CairnClient>();
  let time = 0;
  const settleDown = () => Promise.race([untilAllIdle(parts, time), failed]);
  return {
    chain,
    client: createChainClient(rpcUrl),
    deployment,
    relayer,
    operator,
    writers,
    keepsSamples,
    clientOf({ key, address }) {
      let found = clients.get(address);
      if (found === undefined) {
        const account = accountOf(key);
        const patience = { pollMs: SDK_POLL_MS, timeoutMs: SDK_TIMEOUT_MS };
        const services = { relayerUrl: relayer.url, operatorUrl: operator.url };
        found = createCairnClient({ rpcUrl, deployment, ...services, account, ...patience });
        clients.set(address, found);
      }
      return found;
    },
    async moveTo(next) {
      time = next;
      await chain.advanceTo(next);
      return settleDown();
    },
    settleDown,
  };
}

/** What the operator does is work for the relayer and the other way round: both must rest at the same block. */
async function untilAllIdle({ chain, relayer, operator }: WorldParts, time: number): Promise<RelayerStatus> {
  for (;;) {
    await untilIdle(chain, relayer, time);
    const head = await untilOperatorIdle(chain, operator);
    const again = await untilIdle(chain, relayer, time);
    if (Number(await chain.rpc.call("eth_blockNumber")) === head) return again;
  }
}

/** @returns The block at which the operator has nothing to do. */
async function untilOperatorIdle(chain: EmbeddedChain, operator: PatientOperator): Promise<number> {
  const endsAt = Date.now() + IDLE_TIMEOUT_MS;
  for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(LONGEST_PAUSE_MS, 2 * pauseMs)) {
    const head = Number(await chain.rpc.call("eth_blockNumber"));
    const status = await operator.status();
    if (status.idle && status.headBlock === head) return head;
    if (Date.now() > endsAt) {
      throw new CairnError("OPERATOR_UNREACHABLE", "it does not come to rest", { details: { status } });
    }
    await sleep(pauseMs);
  }
}

async function untilIdle(chain: EmbeddedChain, relayer: PatientRelayer, time: number): Promise<RelayerStatus> {
  const head = Number(await chain.rpc.call("eth_blockNumber"));
  const endsAt = Date.now() + IDLE_TIMEOUT_MS;
  for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(LONGEST_PAUSE_MS, 2 * pauseMs)) {
    const status = await relayer.status();
    if (status.idle && status.finalBlock >= head && status.chainTime >= time) return status;
    if (Date.now() > endsAt) {
      throw new CairnError("RELAYER_UNREACHABLE", "it does not come to rest", { details: { status } });
    }
    await sleep(pauseMs);
  }
}
