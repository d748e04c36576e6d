import { type ContractEventName, type GetEventArgs, parseEventLogs } from "viem";
import type { Hex } from "../../protocol/codec/bytes.ts";
import type { Deployment } from "../../protocol/codec/deployment.ts";
import { type ChainClient, reach } from "../client.ts";
import { ABIS, PROGRAMME_CONTRACTS, type ProgrammeContract } from "../contracts.ts";
import { accessManagerAbi } from "../generated/accessManager.ts";
import { BLOCKS_PER_REQUEST, type BlockRange } from "./logs.ts";

/** Contracts whose events can be read: the programme's own, and the one that says who has which role. */
const EVENT_ABIS = { ...ABIS, accessManager: accessManagerAbi } as const;
type Abis = typeof EVENT_ABIS;
type EventContract = ProgrammeContract | "accessManager";

/** Where on the chain something happened. */
interface EventPlace {
  readonly block: number;
  readonly blockHash: Hex;
  readonly logIndex: number;
  readonly transaction: Hex;
  /** The block's time, unix seconds. */
  readonly time: number;
}

/** A decoded event of one of a programme's contracts: `event.contract` and `event.name` narrow `event.args`. */
export type ProgrammeEvent = {
  [C in EventContract]: {
    [N in ContractEventName<Abis[C]>]: {
      readonly contract: C;
      readonly name: N;
      readonly args: GetEventArgs<Abis[C], N, { EnableUnion: false; IndexedOnly: false; Required: true }>;
    } & EventPlace;
  }[ContractEventName<Abis[C]>];
}[EventContract];

/** The events of one contract. */
export type EventOf<C extends EventContract> = Extract<ProgrammeEvent, { contract: C }>;

/**
 * All events of contracts in a range of blocks, in their order on the chain.
 * @param range Both ends inclusive.
 * @param contracts By default all of the programme's own.
 * @throws CHAIN_UNREACHABLE.
 */
export async function readEvents(
  client: ChainClient,
  deployment: Deployment,
  range: BlockRange,
  contracts: readonly EventContract[] = PROGRAMME_CONTRACTS,
): Promise<ProgrammeEvent[]> {
  if (range.fromBlock > range.toBlock) return [];
  const contractAt = new Map(contracts.map((name) => [deployment.contracts[name].toLowerCase(), name]));
  const logs = await reach(
    client.getLogs({
      address: [...contractAt.keys()] as Hex[],
      fromBlock: BigInt(range.fromBlock),
      toBlock: BigInt(range.toBlock),
    }),
  );
  const times = await blockTimes(client, logs);
  return logs.flatMap((log) => {
    const contract = contractAt.get(log.address.toLowerCase()) as EventContract;
    const [decoded] = parseEventLogs({ abi: EVENT_ABIS[contract], logs: [log] });
    if (decoded === undefined) return [];
    return [
      {
        contract,
        name: decoded.eventName,
        args: decoded.args,
        block: Number(log.blockNumber),
        blockHash: log.blockHash,
        logIndex: log.logIndex,
        transaction: log.transactionHash,
        time: times.get(log.blockNumber) as number,
      } as ProgrammeEvent,
    ];
  });
}

/**
 * All events of one contract since the programme was deployed, in their order on the chain.
 * @param toBlock The last block that counts.
 * @throws CHAIN_UNREACHABLE.
 */
export async function readHistory<C extends EventContract>(
  client: ChainClient,
  deployment: Deployment,
  contract: C,
  toBlock: number,
): Promise<EventOf<C>[]> {
  const events: ProgrammeEvent[] = [];
  for (let from = deployment.firstBlock; from <= toBlock; from += BLOCKS_PER_REQUEST) {
    const range = { fromBlock: from, toBlock: Math.min(toBlock, from + BLOCKS_PER_REQUEST - 1) };
    events.push(...(await readEvents(client, deployment, range, [contract])));
  }
  return events as EventOf<C>[];
}

type Logs = readonly { blockNumber: bigint; blockTimestamp?: bigint | undefined }[];

/** Times of the logs' blocks: from the logs where the node gives them, else one request per block, sixteen at a time. */
async function blockTimes(client: ChainClient, logs: Logs): Promise<Map<bigint, number>> {
  const times = new Map<bigint, number>();
  const missing = new Set<bigint>();
  for (const { blockNumber, blockTimestamp } of logs) {
    if (blockTimestamp === undefined) missing.add(blockNumber);
    else times.set(blockNumber, Number(blockTimestamp));
  }
  const numbers = [...missing].filter((number) => !times.has(number));
  for (let at = 0; at < numbers.length; at += 16) {
    const blocks = numbers.slice(at, at + 16).map((blockNumber) => reach(client.getBlock({ blockNumber })));
    for (const block of await Promise.all(blocks)) times.set(block.number, Number(block.timestamp));
  }
  return times;
}
