import type { Hex } from "../../protocol/codec/bytes.ts";
import { EXCLUSION_STATES, type ExclusionState } from "../../protocol/codec/codes.ts";
import type { Deployment } from "../../protocol/codec/deployment.ts";
import { type ChainClient, reach } from "../client.ts";
import { ABIS } from "../contracts.ts";

/** A time in which an account's readings do not count (docs/protocol.md 13.3). */
export interface ExclusionRecord {
  readonly number: number;
  /** Code of the reason. */
  readonly reason: number;
  readonly state: ExclusionState;
  readonly fromDay: number;
  /** First day that counts again, as it stands; an appeal that is not decided in time ends it earlier. */
  readonly untilDay: number;
  /** Last second in which an appeal can be decided, unix seconds; 0 when there is none. */
  readonly decideBy: number;
}

/**
 * All exclusions of an account, oldest first.
 * @throws CHAIN_UNREACHABLE.
 */
export async function readExclusions(
  client: ChainClient,
  deployment: Deployment,
  account: Hex,
): Promise<ExclusionRecord[]> {
  const { exclusions } = deployment.contracts;
  const call = { abi: ABIS.exclusions, address: exclusions, functionName: "exclusionsOf", args: [account] } as const;
  const found = await reach(client.readContract(call));
  return found.map(({ state, ...exclusion }) => ({ ...exclusion, state: EXCLUSION_STATES[state] ?? "none" }));
}
