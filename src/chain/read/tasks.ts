import type { Hex } from "../../protocol/codec/bytes.ts";
import type { Deployment } from "../../protocol/codec/deployment.ts";
import { type ChainClient, reach } from "../client.ts";
import { ABIS } from "../contracts.ts";

/**
 * Whether a key may sign awards dated at a moment.
 * @param time Unix seconds.
 * @throws CHAIN_UNREACHABLE.
 */
export async function readIsTaskKey(
  client: ChainClient,
  deployment: Deployment,
  key: Hex,
  time: number,
): Promise<boolean> {
  const address = deployment.contracts.taskBook;
  return reach(
    client.readContract({ abi: ABIS.taskBook, address, functionName: "isTaskKey", args: [key, BigInt(time)] }),
  );
}
