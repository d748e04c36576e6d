import { type Hex, lowerHex, ZERO_ADDRESS } from "../../protocol/codec/bytes.ts";
import type { Deployment } from "../../protocol/codec/deployment.ts";
import { type ChainClient, reach } from "../client.ts";
import { ABIS } from "../contracts.ts";

/** Where an account moved. */
export interface ForwardRecord {
  /** The account to which its pointer leads. */
  readonly to: Hex;
  /** Unix seconds. */
  readonly movedAt: number;
}

/** A move that the recovery role announced and nobody has cancelled. */
export interface RecoveryRecord {
  readonly to: Hex;
  /** Unix seconds from which anybody may carry it out. */
  readonly executableAt: number;
  /** 1 lost key, 2 inheritance, 3 merging, 4 decision of a court. */
  readonly reason: number;
  readonly number: bigint;
}

/**
 * Where an account moved.
 * @returns Nothing when it did not.
 * @throws CHAIN_UNREACHABLE.
 */
export async function readForward(
  client: ChainClient,
  deployment: Deployment,
  account: Hex,
): Promise<ForwardRecord | undefined> {
  const { to, movedAt } = await reach(
    client.readContract({ ...moves(deployment), functionName: "forwardOf", args: [account] }),
  );
  return to === ZERO_ADDRESS ? undefined : { to: lowerHex(to), movedAt };
}

/**
 * The account that stands for an account now: itself when it has not moved.
 * @throws CHAIN_UNREACHABLE.
 */
export async function readCurrent(client: ChainClient, deployment: Deployment, account: Hex): Promise<Hex> {
  const current = await reach(
    client.readContract({ ...moves(deployment), functionName: "currentOf", args: [account] }),
  );
  return lowerHex(current);
}

/**
 * The announced recovery of an account.
 * @returns Nothing when there is none.
 * @throws CHAIN_UNREACHABLE.
 */
export async function readRecovery(
  client: ChainClient,
  deployment: Deployment,
  account: Hex,
): Promise<RecoveryRecord | undefined> {
  const { to, executableAt, reason, number } = await reach(
    client.readContract({ ...moves(deployment), functionName: "recoveryOf", args: [account] }),
  );
  return number === 0n ? undefined : { to: lowerHex(to), executableAt, reason, number };
}

function moves(deployment: Deployment) {
  return { abi: ABIS.accountMoves, address: deployment.contracts.accountMoves } as const;
}
