import {
  hashMessage,
  hashTypedData,
  keccak256,
  type LocalAccount,
  recoverAddress,
  type Signature,
  serializeTransaction,
  type TransactionSerializable,
} from "viem";
import { toAccount } from "viem/accounts";
import type { Hex } from "../../protocol/codec/bytes.ts";
import { CairnError } from "../../protocol/errors.ts";
import { HALF_ORDER } from "../signer.ts";

/** Signs for an address elsewhere. */
export interface RemoteSigner {
  readonly address: Hex;
  /** The signature over a transaction. */
  signTransaction(transaction: TransactionSerializable): Promise<Signature>;
  /** The signature over a digest of 32 bytes; absent when only transactions are signed. */
  readonly signDigest?: (digest: Hex) => Promise<Signature>;
}

/**
 * An account whose key is elsewhere. What comes back is used only when it is the address's signature over exactly what was
 * asked for.
 */
export function accountOf(signer: RemoteSigner): LocalAccount {
  const { address } = signer;
  const overDigest = async (digest: Hex): Promise<Hex> => {
    if (signer.signDigest === undefined) {
      throw new CairnError("SIGNER_UNAVAILABLE", "it signs transactions only", { details: { address } });
    }
    const { r, s, yParity } = await checked(address, digest, await signer.signDigest(digest));
    return `${r}${s.slice(2)}${yParity === 1 ? "1c" : "1b"}`;
  };
  return toAccount({
    address,
    async signTransaction(transaction) {
      const signature = await signer.signTransaction(transaction);
      await checked(address, keccak256(serializeTransaction(transaction)), signature);
      return serializeTransaction(transaction, signature);
    },
    signMessage: ({ message }) => overDigest(hashMessage(message)),
    signTypedData: (parameters) => overDigest(hashTypedData(parameters)),
  });
}

async function checked(address: Hex, digest: Hex, signature: Signature): Promise<Signature> {
  const signedBy = await recoverAddress({ hash: digest, signature }).catch(() => undefined);
  const isOurs = signedBy?.toLowerCase() === address && BigInt(signature.s) <= HALF_ORDER;
  if (!isOurs) throw new CairnError("SIGNER_INVALID", undefined, { details: { address } });
  return signature;
}
