import type { Deployment } from "../../protocol/codec/deployment.ts";
import { type ChainClient, reach } from "../client.ts";
import { ABIS, type ProgrammeContract } from "../contracts.ts";

/**
 * Until when roles' duties in contracts rest: a time past when they do not.
 * @throws CHAIN_UNREACHABLE.
 */
export async function readPauses<C extends ProgrammeContract>(
  client: ChainClient,
  deployment: Deployment,
  contracts: readonly C[],
): Promise<{ readonly contract: C; readonly pausedUntil: number }[]> {
  return Promise.all(
    contracts.map(async (contract) => {
      // All have the function of IPausable; any of their ABIs says so.
      const call = { abi: ABIS.rules, address: deployment.contracts[contract], functionName: "pausedUntil" } as const;
      return { contract, pausedUntil: await reach(client.readContract(call)) };
    }),
  );
}
