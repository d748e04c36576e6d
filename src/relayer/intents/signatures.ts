import type { ChainClient } from "../../chain/client.ts";
import { type ClaimedSignature, readAreSignaturesValid } from "../../chain/read/signatures.ts";
import { fromHex, type Hex } from "../../protocol/codec/bytes.ts";
import { SIGNATURE_KIND } from "../../protocol/codec/signature-kinds.ts";
import { CairnError } from "../../protocol/errors.ts";
import type { Programme } from "../programme.ts";
import { recoverAddress } from "../signer.ts";
import type { Db } from "../store/open.ts";
import { findOrder } from "../store/orders.ts";
import { canonicalMessage, type DeliveredIntent, intentDigest } from "./message.ts";

/** What the chain says of a signature that only contracts can judge: of a wallet's, a P-256 key's, a passkey's. */
export interface AskedSignature {
  /** For which account it was asked. */
  readonly account: Hex;
  /** Undefined when the chain did not answer. */
  readonly isValid: boolean | undefined;
}

/**
 * Asks the chain about the signatures that it alone can judge. Before the transaction that stores the intents: nothing else
 * should wait for a node's answer.
 * @returns For each intent what was said; nothing for an ECDSA signature, or where it is not known whose it would have to be.
 */
export async function askAboutSignatures(
  { client, programme, db }: { client: ChainClient; programme: Programme; db: Db },
  intents: readonly DeliveredIntent[],
): Promise<(AskedSignature | undefined)[]> {
  const claims = await Promise.all(intents.map((intent) => claimOf(db, programme, intent)));
  const asked = claims.filter((claim) => claim !== undefined);
  if (asked.length === 0) return claims.map(() => undefined);
  const answers = await readAreSignaturesValid(client, programme.deployment, asked).catch(() => undefined);
  const isValid = new Map(asked.map((claim, i) => [claim, answers?.[i]]));
  return claims.map((claim) => claim && { account: claim.account, isValid: isValid.get(claim) });
}

async function claimOf(
  db: Db,
  { domains }: Programme,
  { kind, message, signature }: DeliveredIntent,
): Promise<ClaimedSignature | undefined> {
  if (kindOf(signature) === SIGNATURE_KIND.ecdsa) return undefined;
  const canonical = canonicalMessage(kind, message);
  const account = (canonical.account as Hex | undefined) ?? (await findOrder(db, canonical.order as Hex))?.owner;
  return account && { account, digest: intentDigest(domains[kind], kind, canonical), signature };
}

/**
 * Requires that a signature is the account's.
 * @throws INTENT_INVALID when it is not, CHAIN_UNREACHABLE when that could not be asked, INTENT_REJECTED when it was asked for
 * another account.
 */
export function requireSignature(
  { digest, account, signature }: ClaimedSignature,
  asked: AskedSignature | undefined,
): void {
  if (kindOf(signature) === SIGNATURE_KIND.ecdsa) {
    if (recoverAddress(digest, fromHex(signature).subarray(1)) !== account) throw notByAccount();
    return;
  }
  if (asked?.account !== account) throw new CairnError("INTENT_REJECTED", "the order became known only now");
  if (asked.isValid === undefined) throw new CairnError("CHAIN_UNREACHABLE", "the signature could not be judged");
  if (!asked.isValid) throw notByAccount();
}

function kindOf(signature: Hex): number {
  return Number(signature.slice(0, 4));
}

function notByAccount(): CairnError {
  return new CairnError("INTENT_INVALID", "the signature is not by the account");
}
