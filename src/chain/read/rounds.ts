import { type Abi, erc20Abi } from "viem";
import { type Hex, lowerHex } from "../../protocol/codec/bytes.ts";
import type { Deployment } from "../../protocol/codec/deployment.ts";
import { type ChainClient, reach } from "../client.ts";
import { ABIS } from "../contracts.ts";

/** A benefit round as it stands (docs/operator.md, "Benefit rounds"). All zero when it is unknown. */
export interface RoundRecord {
  readonly round: number;
  readonly token: Hex;
  /** The token's smallest units. */
  readonly amount: bigint;
  /** Of the amount, what is not paid out or returned. */
  readonly left: bigint;
  readonly funder: Hex;
  readonly root: Hex;
  readonly accounts: number;
  /** Sum of all weights, units of 1e-9 stone. */
  readonly totalWeight: bigint;
  /** Unix seconds from which it can be claimed. */
  readonly claimableFrom: number;
  /** Last second of claiming. */
  readonly deadline: number;
}

/**
 * How many rounds there were; the newest has this number.
 * @throws CHAIN_UNREACHABLE.
 */
export async function readRoundCount(client: ChainClient, deployment: Deployment): Promise<number> {
  return reach(client.readContract({ ...rounds(deployment), functionName: "roundCount" }));
}

/**
 * A round.
 * @throws CHAIN_UNREACHABLE.
 */
export async function readRound(client: ChainClient, deployment: Deployment, round: number): Promise<RoundRecord> {
  const found = await reach(client.readContract({ ...rounds(deployment), functionName: "roundOf", args: [round] }));
  const [token, funder] = [lowerHex(found.token), lowerHex(found.funder)];
  return { ...found, token, funder, round };
}

/** What a round was opened with, beyond what the contract keeps. */
export interface RoundOpeningRecord {
  /** Whose stones weigh: those at the end of this day. */
  readonly day: number;
  /** Hash of the round's document. */
  readonly contentHash: Hex;
}

/**
 * The day and the document of a round.
 * @returns Nothing when there is no such round.
 * @throws CHAIN_UNREACHABLE.
 */
export async function readRoundOpening(
  client: ChainClient,
  deployment: Deployment,
  round: number,
): Promise<RoundOpeningRecord | undefined> {
  const filter = { ...rounds(deployment), eventName: "RoundOpened", args: { round } } as const;
  const range = { fromBlock: BigInt(deployment.firstBlock), toBlock: "latest" } as const;
  const [opened] = await reach(client.getContractEvents({ ...filter, ...range, strict: true }));
  return opened && { day: opened.args.terms.day, contentHash: opened.args.terms.contentHash };
}

/**
 * Whether a part of a round was paid.
 * @param index The part's place in the round's tree.
 * @throws CHAIN_UNREACHABLE.
 */
export async function readIsClaimed(
  client: ChainClient,
  deployment: Deployment,
  round: number,
  index: number,
): Promise<boolean> {
  return reach(client.readContract({ ...rounds(deployment), functionName: "isClaimed", args: [round, index] }));
}

/** What is needed of an ERC-20 token to pay a round in. */
export const TOKEN_ABI: Abi = erc20Abi.filter(({ name }) => name === "approve");

/**
 * What a funder has of a token, and how much of it the rounds may take.
 * @throws CHAIN_UNREACHABLE, also when the address is no token's.
 */
export async function readFunds(
  client: ChainClient,
  deployment: Deployment,
  { token, funder }: { token: Hex; funder: Hex },
): Promise<{ balance: bigint; allowance: bigint }> {
  const call = { abi: erc20Abi, address: token } as const;
  const [balance, allowance] = await Promise.all([
    reach(client.readContract({ ...call, functionName: "balanceOf", args: [funder] })),
    reach(
      client.readContract({ ...call, functionName: "allowance", args: [funder, deployment.contracts.benefitRounds] }),
    ),
  ]);
  return { balance, allowance };
}

function rounds(deployment: Deployment) {
  return { abi: ABIS.benefitRounds, address: deployment.contracts.benefitRounds } as const;
}
