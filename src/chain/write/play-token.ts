import { createWalletClient, http } from "viem";
import { privateKeyToAccount } from "viem/accounts";
import { type Hex, lowerHex } from "../../protocol/codec/bytes.ts";
import { CairnError } from "../../protocol/errors.ts";
import { createChainClient, reach } from "../client.ts";
import { playTokenAbi, playTokenBytecode } from "../generated/playToken.ts";

/**
 * Deploys a token without worth, for simulations.
 * @param by Private key that deploys.
 * @param holder Gets the whole supply, in the token's smallest units.
 * @returns The token's address.
 * @throws CHAIN_UNREACHABLE, TRANSACTION_REVERTED.
 */
export async function deployPlayToken(
  rpcUrl: string,
  { by, holder, supply }: { by: Hex; holder: Hex; supply: bigint },
): Promise<Hex> {
  const wallet = createWalletClient({ account: privateKeyToAccount(by), transport: http(rpcUrl) });
  const args = [holder, supply] as const;
  const hash = await reach(
    wallet.deployContract({ abi: playTokenAbi, bytecode: playTokenBytecode, args, chain: null }),
  );
  const { contractAddress } = await reach(
    createChainClient(rpcUrl).waitForTransactionReceipt({ hash, pollingInterval: 20 }),
  );
  if (!contractAddress) throw new CairnError("TRANSACTION_REVERTED", "the token", { details: { transaction: hash } });
  return lowerHex(contractAddress);
}
