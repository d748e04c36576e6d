import type { ChainClient } from "../../chain/client.ts";
import { type ClaimedSignature, readAreSignaturesValid } from "../../chain/read/signatures.ts";
import { fromHex, type Hex } from "../../protocol/codec/bytes.ts";
import { SIGNATURE_KIND } from "../../protocol/codec/signature-kinds.ts";
import { CairnError } from "../../protocol/errors.ts";
import { recoverAddress } from "../../service/signer.ts";
import type { Programme } from "../programme.ts";
import type { Db } from "../store/open.ts";
import { findOrder } from "../store/orders.ts";
import { canonicalMessage, type DeliveredIntent, intentDigest } from "./message.ts";

/** What the chain says of a signature that only contracts can judge: of a wallet's, a P-256 key's, a passkey's. */
interface AskedSignature {
  /** For which account it was asked. */
  readonly account: Hex;
  /** Undefined when the chain did not answer. */
  readonly isValid: boolean | undefined;
}

/** What was said of an intent's signatures. */
export type AskedSignatures = readonly AskedSignature[];

/**
 * Asks the chain about the signatures that it alone can judge. Before the transaction that stores the intents: nothing else
 * should wait for a node's answer.
 * @returns For each intent what was said of its signatures; nothing of an ECDSA signature, or where it is not known whose it
 * would have to be.
 */
export async function askAboutSignatures(
  { client, programme, db }: { client: ChainClient; programme: Programme; db: Db },
  intents: readonly DeliveredIntent[],
): Promise<AskedSignatures[]> {
  const claims = await Promise.all(intents.map((intent) => claimsOf(db, programme, intent)));
  const asked = claims.flat();
  if (asked.length === 0) return claims.map(() => []);
  const answers = await readAreSignaturesValid(client, programme.deployment, asked).catch(() => undefined);
  const isValid = new Map(asked.map((claim, i) => [claim, answers?.[i]]));
  return claims.map((of) => of.map((claim) => ({ account: claim.account, isValid: isValid.get(claim) })));
}

/** The claims of an intent on which the chain must be asked: at most the account's and, of a move, the target's. */
async function claimsOf(db: Db, { domains }: Programme, delivered: DeliveredIntent): Promise<ClaimedSignature[]> {
  const { kind, signature, targetSignature } = delivered;
  const signatures = [signature, targetSignature].filter((given) => given !== undefined);
  if (signatures.every(isEcdsa)) return [];
  const message = canonicalMessage(kind, delivered.message);
  const digest = intentDigest(domains[kind], kind, message);
  const account = (message.account as Hex | undefined) ?? (await findOrder(db, message.order as Hex))?.owner;
  const claims = [
    { account, digest, signature },
    { account: message.to as Hex | undefined, digest, signature: targetSignature },
  ];
  return claims.filter((claim) => isOpen(claim));
}

function isOpen(claim: { [K in keyof ClaimedSignature]: ClaimedSignature[K] | undefined }): claim is ClaimedSignature {
  return claim.account !== undefined && claim.signature !== undefined && !isEcdsa(claim.signature);
}

/**
 * Requires that a signature is the account's.
 * @throws INTENT_INVALID when it is not, CHAIN_UNREACHABLE when that could not be asked, INTENT_REJECTED when it was asked for
 * another account.
 */
export function requireSignature({ digest, account, signature }: ClaimedSignature, asked: AskedSignatures): void {
  if (isEcdsa(signature)) {
    if (recoverAddress(digest, fromHex(signature).subarray(1)) !== account) throw notByAccount();
    return;
  }
  const said = asked.find((answer) => answer.account === account);
  if (said === undefined) throw new CairnError("INTENT_REJECTED", "the order became known only now");
  if (said.isValid === undefined) throw new CairnError("CHAIN_UNREACHABLE", "the signature could not be judged");
  if (!said.isValid) throw notByAccount();
}

function isEcdsa(signature: Hex): boolean {
  return Number(signature.slice(0, 4)) === SIGNATURE_KIND.ecdsa;
}

function notByAccount(): CairnError {
  return new CairnError("INTENT_INVALID", "the signature is not by the account");
}
