import { type Hex, lowerHex, ZERO_ADDRESS } from "../../protocol/codec/bytes.ts";
import type { Deployment } from "../../protocol/codec/deployment.ts";
import { type ChainClient, reach } from "../client.ts";
import { ABIS } from "../contracts.ts";

/** The four sums of an account in the ledger (docs/protocol.md 8.1), in units of 1e-9 stone. */
export interface StoneSums {
  readonly mined: bigint;
  readonly received: bigint;
  readonly out: bigint;
  readonly reserved: bigint;
  /** Whether the account has moved: what still comes to it flows on, and it can order nothing. */
  readonly moved: boolean;
}

/** Where owners may migrate their stones to. */
export interface SuccessionRecord {
  readonly successor: Hex;
  /** Unix seconds from which they may. */
  readonly migratableFrom: number;
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
 * The announced successor of the ledger.
 * @returns Nothing when there is none.
 * @throws CHAIN_UNREACHABLE.
 */
export async function readSuccession(
  client: ChainClient,
  deployment: Deployment,
): Promise<SuccessionRecord | undefined> {
  const ledger = { abi: ABIS.stoneLedger, address: deployment.contracts.stoneLedger } as const;
  const [successor, migratableFrom] = await Promise.all([
    reach(client.readContract({ ...ledger, functionName: "successor" })),
    reach(client.readContract({ ...ledger, functionName: "migratableFrom" })),
  ]);
  return successor === ZERO_ADDRESS ? undefined : { successor: lowerHex(successor), migratableFrom };
}

/**
 * Units that an account migrated to a successor so far.
 * @throws CHAIN_UNREACHABLE.
 */
export async function readMigrated(
  client: ChainClient,
  deployment: Deployment,
  account: Hex,
  successor: Hex,
): Promise<bigint> {
  return reach(
    client.readContract({
      abi: ABIS.stoneLedger,
      address: deployment.contracts.stoneLedger,
      functionName: "migratedTo",
      args: [successor, account],
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
