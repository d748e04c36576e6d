import { type Abi, erc20Abi } from "viem";
import type { Hex } from "../../protocol/codec/bytes.ts";
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
  const [token, funder] = [found.token.toLowerCase() as Hex, found.funder.toLowerCase() as Hex];
  return { ...found, token, funder, round };
}

/**
 * Whether the part with an index was paid.
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
