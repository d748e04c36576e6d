import type { Hex } from "../../protocol/codec/bytes.ts";
import { type ChainClient, reach } from "../client.ts";

/** A block by number, hash and time. */
export interface BlockRef {
  readonly number: number;
  readonly hash: Hex;
  /** Unix seconds. */
  readonly time: number;
}

/**
 * The newest block.
 * @throws CHAIN_UNREACHABLE.
 */
export async function readHead(client: ChainClient): Promise<BlockRef> {
  const block = await reach(client.getBlock({ blockTag: "latest" }));
  return { number: Number(block.number), hash: block.hash, time: Number(block.timestamp) };
}
