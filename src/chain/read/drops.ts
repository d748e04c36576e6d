import { type Hex, ZERO_HASH } from "../../protocol/codec/bytes.ts";
import type { Deployment } from "../../protocol/codec/deployment.ts";
import { type ChainClient, reach } from "../client.ts";
import { ABIS } from "../contracts.ts";

/** A drop as the chain has it. */
export interface DropRecord {
  readonly drop: number;
  readonly anchored: boolean;
  /** 0 while it is not anchored, and for an empty drop. */
  readonly root: Hex;
  /** The transaction whose root holds now. */
  readonly transaction?: Hex;
  readonly block?: number;
}

/** The first drop without a root. */
async function readNextDrop(client: ChainClient, deployment: Deployment): Promise<number> {
  const next = await reach(client.readContract({ ...anchor(deployment), functionName: "nextDrop" }));
  return Number(next);
}

/**
 * A drop's root.
 * @returns Nothing while it is not anchored.
 * @throws CHAIN_UNREACHABLE.
 */
export async function readRoot(client: ChainClient, deployment: Deployment, drop: number): Promise<Hex | undefined> {
  if (drop >= (await readNextDrop(client, deployment))) return undefined;
  return reach(client.readContract({ ...anchor(deployment), functionName: "rootOf", args: [BigInt(drop)] }));
}

/**
 * A drop's root, and the last transaction that anchored it.
 * @throws CHAIN_UNREACHABLE.
 */
export async function readDrop(client: ChainClient, deployment: Deployment, drop: number): Promise<DropRecord> {
  const root = await readRoot(client, deployment, drop);
  if (root === undefined) return { drop, anchored: false, root: ZERO_HASH };
  const logs = await reach(
    client.getContractEvents({
      ...anchor(deployment),
      eventName: "DropsAnchored",
      fromBlock: BigInt(deployment.block),
      strict: true,
    }),
  );
  const log = logs.findLast(({ args }) => {
    const first = Number(args.firstDrop);
    return first <= drop && drop < first + args.roots.length;
  });
  if (log === undefined) return { drop, anchored: true, root };
  return { drop, anchored: true, root, transaction: log.transactionHash, block: Number(log.blockNumber) };
}

/**
 * Roots of drops 0 … nextDrop - 1 in order, as the anchoring events left them.
 * @throws CHAIN_UNREACHABLE.
 */
export async function readDropRoots(client: ChainClient, deployment: Deployment): Promise<Hex[]> {
  const logs = await reach(
    client.getContractEvents({
      ...anchor(deployment),
      eventName: "DropsAnchored",
      fromBlock: BigInt(deployment.block),
      strict: true,
    }),
  );
  const roots: Hex[] = [];
  for (const { args } of logs) roots.splice(Number(args.firstDrop), Number.POSITIVE_INFINITY, ...args.roots);
  return roots;
}

function anchor(deployment: Deployment) {
  return { abi: ABIS.dropAnchor, address: deployment.contracts.dropAnchor } as const;
}
