import { keccak256 } from "viem";
import type { Hex } from "../../protocol/codec/bytes.ts";
import { CONTRACTS, type ContractName, type Deployment } from "../../protocol/codec/deployment.ts";
import { type ChainClient, reach } from "../client.ts";

/**
 * The code that stands at the addresses of a programme's contracts; `0x` where there is none.
 * @param blockNumber At which block; by default the newest.
 * @throws CHAIN_UNREACHABLE.
 */
export async function readCode(
  client: ChainClient,
  contracts: Deployment["contracts"],
  blockNumber?: bigint,
): Promise<Record<ContractName, Hex>> {
  const entries = CONTRACTS.map(async (name) => {
    const at = { address: contracts[name], ...(blockNumber === undefined ? {} : { blockNumber }) };
    return [name, (await reach(client.getCode(at))) ?? "0x"] as const;
  });
  return Object.fromEntries(await Promise.all(entries)) as Record<ContractName, Hex>;
}

/**
 * Whether a contract stands at an address.
 * @throws CHAIN_UNREACHABLE.
 */
export async function readHasCode(client: ChainClient, address: Hex): Promise<boolean> {
  return (await reach(client.getCode({ address }))) !== undefined;
}

/**
 * Completes the record of a deployment with what the chain says of it.
 * @param made What is known of it; all contracts stand.
 * @throws CHAIN_UNREACHABLE.
 */
export async function recordDeployment(
  client: ChainClient,
  made: Omit<Deployment, "chainId" | "codeHashes">,
): Promise<Deployment> {
  const [chainId, code] = await Promise.all([reach(client.getChainId()), readCode(client, made.contracts)]);
  const codeHashes = Object.fromEntries(CONTRACTS.map((name) => [name, keccak256(code[name])]));
  return { chainId, ...made, codeHashes: codeHashes as Record<ContractName, Hex> };
}
