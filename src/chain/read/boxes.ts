import type { Hex } from "../../protocol/codec/bytes.ts";
import type { Deployment } from "../../protocol/codec/deployment.ts";
import { type ChainClient, reach } from "../client.ts";
import { ABIS } from "../contracts.ts";

/** Boxes that an account requested at once, and what became of them. */
export interface BoxRequestRecord {
  readonly season: number;
  /** Number of the first one: the account's boxes are counted from 0 over all seasons. */
  readonly firstBox: number;
  readonly count: number;
  readonly salt: bigint;
  readonly block: number;
  /** The block's time, unix seconds. */
  readonly time: number;
  /** What they won, in order; missing until they are opened. */
  readonly tiers?: readonly number[];
}

/** A link of a season's hash chain that is public. */
export interface RevealRecord {
  readonly drop: number;
  readonly link: Hex;
}

/**
 * All requests of an account, in their order.
 * @throws CHAIN_UNREACHABLE.
 */
export async function readBoxRequests(
  client: ChainClient,
  deployment: Deployment,
  account: Hex,
): Promise<BoxRequestRecord[]> {
  const filter = { ...box(deployment), args: { account } } as const;
  const [requested, opened] = await Promise.all([
    reach(client.getContractEvents({ ...filter, eventName: "BoxesRequested" })),
    reach(client.getContractEvents({ ...filter, eventName: "BoxesOpened" })),
  ]);
  const won = new Map(opened.map(({ args }) => [args.firstBox, tiersOf(args.tiers, args.count)]));
  return Promise.all(
    requested.map(async ({ args, blockNumber }) => {
      const { timestamp } = await reach(client.getBlock({ blockNumber }));
      const tiers = won.get(args.firstBox);
      return {
        ...{ season: args.season, firstBox: Number(args.firstBox), count: args.count, salt: args.salt },
        ...{ block: Number(blockNumber), time: Number(timestamp) },
        ...(tiers === undefined ? {} : { tiers }),
      };
    }),
  );
}

/**
 * What a season committed to before it began.
 * @returns Nothing when there is no such season.
 * @throws CHAIN_UNREACHABLE.
 */
export async function readSeasonTip(
  client: ChainClient,
  deployment: Deployment,
  season: number,
): Promise<Hex | undefined> {
  const filter = { ...box(deployment), eventName: "SeasonOpened", args: { season } } as const;
  const [opened] = await reach(client.getContractEvents(filter));
  return opened?.args.terms.tip;
}

/**
 * The links of a season that are public, in the order in which they were revealed.
 * @throws CHAIN_UNREACHABLE.
 */
export async function readReveals(
  client: ChainClient,
  deployment: Deployment,
  season: number,
): Promise<RevealRecord[]> {
  const filter = { ...box(deployment), eventName: "DropRevealed", args: { season } } as const;
  const revealed = await reach(client.getContractEvents(filter));
  return revealed.map(({ args }) => ({ drop: args.drop, link: args.link }));
}

/**
 * The tiers in an event of opened boxes.
 * @param bytes A byte each, the first box's on the left.
 */
export function tiersOf(bytes: Hex, count: number): number[] {
  return Array.from({ length: count }, (_, k) => Number.parseInt(bytes.slice(2 + 2 * k, 4 + 2 * k), 16));
}

function box(deployment: Deployment) {
  return {
    abi: ABIS.mineBox,
    address: deployment.contracts.mineBox,
    fromBlock: BigInt(deployment.block),
    strict: true,
  } as const;
}
