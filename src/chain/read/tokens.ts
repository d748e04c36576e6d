import { erc20Abi } from "viem";
import type { Hex } from "../../protocol/codec/bytes.ts";
import { type ChainClient, reach } from "../client.ts";

/**
 * How much of a token one address lets another one take.
 * @returns In the token's smallest unit.
 * @throws CHAIN_UNREACHABLE.
 */
export async function readAllowance(
  client: ChainClient,
  { token, owner, spender }: { token: Hex; owner: Hex; spender: Hex },
): Promise<bigint> {
  const call = { abi: erc20Abi, address: token, functionName: "allowance", args: [owner, spender] } as const;
  return reach(client.readContract(call));
}
