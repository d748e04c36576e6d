import type { Hex } from "../../protocol/codec/bytes.ts";
import { CairnError } from "../../protocol/errors.ts";
import { type ChainClient, reach } from "../client.ts";

/** A block by number, hash and time. */
export interface BlockRef {
  readonly number: number;
  readonly hash: Hex;
  /** Unix seconds. */
  readonly time: number;
}

/** A block with what it stands on and what its gas costs. */
export interface Head extends BlockRef {
  readonly parentHash: Hex;
  /** Wei a unit of gas; 0 on a chain without EIP-1559. */
  readonly baseFee: bigint;
  /** Gas that a block can hold. */
  readonly gasLimit: bigint;
}

/**
 * The newest block by number, hash and time.
 * @throws CHAIN_UNREACHABLE.
 */
export async function readHead(client: ChainClient): Promise<BlockRef> {
  const { number, hash, time } = await readHeadBlock(client);
  return { number, hash, time };
}

/**
 * The newest block.
 * @throws CHAIN_UNREACHABLE.
 */
export async function readHeadBlock(client: ChainClient): Promise<Head> {
  return headOf(await reach(client.getBlock({ blockTag: "latest" })));
}

/**
 * The block of a number.
 * @throws CHAIN_UNREACHABLE, also when there is none.
 */
export async function readBlock(client: ChainClient, number: number): Promise<Head> {
  return headOf(await reach(client.getBlock({ blockNumber: BigInt(number) })));
}

function headOf(block: Awaited<ReturnType<ChainClient["getBlock"]>>): Head {
  const { number, hash, parentHash, timestamp, baseFeePerGas, gasLimit } = block;
  if (number === null || hash === null) throw new CairnError("CHAIN_UNREACHABLE", "the node gave a pending block");
  const place = { number: Number(number), hash, parentHash, time: Number(timestamp) };
  return { ...place, baseFee: baseFeePerGas ?? 0n, gasLimit };
}
