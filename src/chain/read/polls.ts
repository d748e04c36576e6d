import type { Hex } from "../../protocol/codec/bytes.ts";
import type { Deployment } from "../../protocol/codec/deployment.ts";
import type { VoteLeaf } from "../../protocol/codec/leaves.ts";
import { type ChainClient, reach } from "../client.ts";
import { ABIS } from "../contracts.ts";

/** A poll's terms (docs/operator.md, "Co-creation"). Times in unix seconds; all zero when it is unknown. */
export interface PollRecord {
  readonly poll: number;
  readonly contentHash: Hex;
  readonly options: number;
  /** 0: one account with a vehicle, one vote. 1: by stones settled at the end of snapshotDay. */
  readonly weighting: number;
  readonly snapshotDay: number;
  readonly opensAt: number;
  readonly closesAt: number;
}

/** A poll's result; `countsFrom` is 0 when there is none. */
export interface PollResultRecord {
  readonly root: Hex;
  readonly voters: number;
  /** Unix seconds from which it cannot be taken back. */
  readonly countsFrom: number;
  /** Sum of weights of each option. */
  readonly tallies: readonly bigint[];
}

/**
 * How many polls there were; the newest has this number.
 * @throws CHAIN_UNREACHABLE.
 */
export async function readPollCount(client: ChainClient, deployment: Deployment): Promise<number> {
  return reach(client.readContract({ ...polls(deployment), functionName: "pollCount" }));
}

/**
 * A poll's terms.
 * @throws CHAIN_UNREACHABLE.
 */
export async function readPoll(client: ChainClient, deployment: Deployment, poll: number): Promise<PollRecord> {
  const terms = await reach(client.readContract({ ...polls(deployment), functionName: "termsOf", args: [poll] }));
  return { ...terms, poll };
}

/**
 * A poll's result.
 * @throws CHAIN_UNREACHABLE.
 */
export async function readPollResult(
  client: ChainClient,
  deployment: Deployment,
  poll: number,
): Promise<PollResultRecord> {
  const [result, tallies] = await Promise.all([
    reach(client.readContract({ ...polls(deployment), functionName: "resultOf", args: [poll] })),
    reach(client.readContract({ ...polls(deployment), functionName: "talliesOf", args: [poll] })),
  ]);
  return { ...result, tallies };
}

/**
 * Whether a vote's leaf stands under the root of its poll's result, as the contract says.
 * @throws CHAIN_UNREACHABLE.
 */
export async function readIsCounted(
  client: ChainClient,
  deployment: Deployment,
  leaf: VoteLeaf,
  proof: readonly Hex[],
): Promise<boolean> {
  return reach(
    client.readContract({ ...polls(deployment), functionName: "isCounted", args: [leaf.poll, leaf, proof] }),
  );
}

function polls(deployment: Deployment) {
  return { abi: ABIS.polls, address: deployment.contracts.polls } as const;
}
