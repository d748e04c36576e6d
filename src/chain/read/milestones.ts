import type { Hex } from "../../protocol/codec/bytes.ts";
import type { Deployment } from "../../protocol/codec/deployment.ts";
import { type ChainClient, reach } from "../client.ts";
import { ABIS } from "../contracts.ts";

/**
 * From when a milestone counts for an account, unix seconds; 0 when it is not attested.
 * @throws CHAIN_UNREACHABLE.
 */
export async function readCountsFrom(
  client: ChainClient,
  deployment: Deployment,
  milestone: number,
  account: Hex,
): Promise<number> {
  const address = deployment.contracts.milestones;
  return reach(
    client.readContract({ abi: ABIS.milestones, address, functionName: "countsFrom", args: [milestone, account] }),
  );
}
