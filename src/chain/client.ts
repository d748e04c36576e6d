import { createPublicClient, http, type PublicClient } from "viem";
import type { Deployment } from "../protocol/codec/deployment.ts";
import { CairnError } from "../protocol/errors.ts";

/** A viem client for reading. Batched JSON-RPC over HTTP; nothing is cached, so a reorganised chain is never remembered. */
export type ChainClient = PublicClient;

/**
 * Opens a client.
 * @param rpcUrl HTTP URL of a node.
 * @param options `timeoutMs` for one request, default 10,000.
 * @throws ARGUMENT_INVALID when the URL is not http or https.
 */
export function createChainClient(rpcUrl: string, options: { timeoutMs?: number } = {}): ChainClient {
  if (!/^https?:\/\//.test(rpcUrl)) throw new CairnError("ARGUMENT_INVALID", "the RPC URL is not http or https");
  return createPublicClient({
    transport: http(rpcUrl, { timeout: options.timeoutMs ?? 10_000, retryCount: 0 }),
    cacheTime: 0,
    pollingInterval: 50,
  });
}

/**
 * Proves that the chain behind a client is the one a deployment stands on: chain id, the deployment block's hash, and code.
 * @throws CHAIN_UNREACHABLE when the node does not answer, CHAIN_MISMATCH when it is another chain.
 */
export async function assertChain(client: ChainClient, deployment: Deployment): Promise<void> {
  const chainId = await reach(client.getChainId());
  if (chainId !== deployment.chainId) {
    throw new CairnError("CHAIN_MISMATCH", `chain id ${chainId} instead of ${deployment.chainId}`);
  }
  const block = await reach(
    client.getBlock({ blockNumber: BigInt(deployment.block) }).catch((error: Error) => {
      if (error.name === "BlockNotFoundError") return undefined;
      throw error;
    }),
  );
  if (block?.hash !== deployment.blockHash) {
    throw new CairnError("CHAIN_MISMATCH", `block ${deployment.block} is not the deployment's`);
  }
  const code = await reach(client.getCode({ address: deployment.contracts.stoneLedger }));
  if (code === undefined) throw new CairnError("CHAIN_MISMATCH", "there is no contract at the ledger's address");
}

/** Turns whatever a client throws into CHAIN_UNREACHABLE, with the cause but without the URL (it may hold a key). */
export async function reach<T>(call: Promise<T>): Promise<T> {
  try {
    return await call;
  } catch (cause) {
    throw new CairnError("CHAIN_UNREACHABLE", undefined, { cause });
  }
}
