import type { Hex } from "../../protocol/codec/bytes.ts";
import type { Deployment } from "../../protocol/codec/deployment.ts";
import { type ChainClient, reach } from "../client.ts";
import { ABIS } from "../contracts.ts";

/** The four sums of an account in the ledger (docs/protocol.md 8.1), in units of 1e-9 stone. */
export interface StoneSums {
  readonly mined: bigint;
  readonly received: bigint;
  readonly out: bigint;
  readonly reserved: bigint;
}

/**
 * An account's sums.
 * @throws CHAIN_UNREACHABLE.
 */
export async function readStones(client: ChainClient, deployment: Deployment, account: Hex): Promise<StoneSums> {
  return reach(
    client.readContract({
      abi: ABIS.stoneLedger,
      address: deployment.contracts.stoneLedger,
      functionName: "stonesOf",
      args: [account],
    }),
  );
}

/**
 * Units credited from mining so far, to everybody together.
 * @throws CHAIN_UNREACHABLE.
 */
export async function readIssuedMined(client: ChainClient, deployment: Deployment): Promise<bigint> {
  return reach(
    client.readContract({
      abi: ABIS.stoneLedger,
      address: deployment.contracts.stoneLedger,
      functionName: "issuedMined",
    }),
  );
}
