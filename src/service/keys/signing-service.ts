import {
  createClient,
  http,
  type LocalAccount,
  numberToHex,
  parseTransaction,
  type Signature,
  type TransactionSerializable,
  type TransactionSerialized,
} from "viem";
import type { Hex } from "../../protocol/codec/bytes.ts";
import { CairnError } from "../../protocol/errors.ts";
import { accountOf } from "./checked.ts";
import { readSecret } from "./read-file.ts";
import type { SigningServiceSource } from "./source.ts";

/** Longest wait for one signature. */
const TIMEOUT_MS = 10_000;

/** The two forms of an answer: the signed transaction, or an object that has it as `raw`. */
type Answer = Hex | { readonly raw: Hex };

/**
 * An account whose transactions are signed by a service over JSON-RPC, by the method `eth_signTransaction` (Ethereum's
 * execution API), as Web3Signer, Clef and nodes have it. Each call throws SIGNER_UNAVAILABLE when the service does not answer
 * or refuses, and SIGNER_INVALID when it signs something else.
 * @throws FILE_UNREADABLE when the token cannot be read.
 */
export async function openSigningService({ url, address, tokenFile }: SigningServiceSource): Promise<LocalAccount> {
  const headers = tokenFile === undefined ? {} : { authorization: `Bearer ${await readSecret(tokenFile)}` };
  const transport = http(url, { timeout: TIMEOUT_MS, retryCount: 0, fetchOptions: { headers } });
  const client = createClient({ transport, cacheTime: 0 });
  const request = client.request as (call: { method: string; params: unknown[] }) => Promise<Answer>;
  return accountOf({
    address,
    async signTransaction(transaction) {
      const params = [{ from: address, ...quantitiesOf(transaction) }];
      const answer = await request({ method: "eth_signTransaction", params }).catch((cause: unknown) => {
        throw new CairnError("SIGNER_UNAVAILABLE", reasonOf(cause), { details: { address }, cause });
      });
      return signatureIn(answer, address);
    },
  });
}

/** A transaction as JSON-RPC has it: all numbers as hex. Only what this project's transactions consist of. */
function quantitiesOf(transaction: TransactionSerializable): Record<string, unknown> {
  const { to, data, value, gas, nonce, chainId, maxFeePerGas, maxPriorityFeePerGas } = transaction;
  const numbers = { value: value ?? 0n, gas, nonce, chainId, maxFeePerGas, maxPriorityFeePerGas };
  const given = Object.entries(numbers).filter((entry): entry is [string, number | bigint] => entry[1] !== undefined);
  return { type: "0x2", to, data, ...Object.fromEntries(given.map(([name, number]) => [name, numberToHex(number)])) };
}

/** Only the signature is taken from the answer; the transaction around it stays the one that was asked for. */
function signatureIn(answer: Answer, address: Hex): Signature {
  try {
    const raw = typeof answer === "string" ? answer : answer.raw;
    const { r, s, yParity } = parseTransaction(raw as TransactionSerialized) as Partial<Signature>;
    if (r !== undefined && s !== undefined && yParity !== undefined) return { r, s, yParity };
  } catch {
    // Said below: it is no signed transaction.
  }
  throw new CairnError("SIGNER_INVALID", "the answer is no signed transaction", { details: { address } });
}

/** The service's own words, without the request and its header. */
function reasonOf(cause: unknown): string {
  const { details, shortMessage } = cause as { details?: string; shortMessage?: string };
  return details ?? shortMessage ?? "no answer";
}
