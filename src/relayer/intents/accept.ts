import { type Hex, lowerHex } from "../../protocol/codec/bytes.ts";
import { PURPOSE } from "../../protocol/codec/codes.ts";
import { typedDigest } from "../../protocol/codec/eip712.ts";
import { normaliseP256 } from "../../protocol/codec/p256.ts";
import { CairnError } from "../../protocol/errors.ts";
import { dropOf, dropStart } from "../../protocol/schedule.ts";
import type { Signer } from "../../service/signer.ts";
import { importP256, isSignedBy } from "../device-signatures.ts";
import type { ChainSnapshot } from "../jobs/chain-view.ts";
import type { Programme } from "../programme.ts";
import { findIntent, type PlacedIntent, putIntent } from "../store/intents.ts";
import type { Db, Tx } from "../store/open.ts";
import { orderErasures } from "../store/sealed-samples.ts";
import { loadKeys } from "../store/situations.ts";
import type { IntentKind } from "../submitter/intent-calls.ts";
import { checkIntent } from "./checks.ts";
import { canonicalMessage, type DeliveredIntent, type IntentMessage, intentDigest } from "./message.ts";
import { type AskedSignatures, requireSignature } from "./signatures.ts";

/** What accepting works with. */
export interface IntentParts {
  readonly programme: Programme;
  readonly signer: Signer;
}

/** States from which the same intent may be tried again: a withdrawal has nothing in it that could be signed anew. */
const MAY_COME_AGAIN: ReadonlySet<string> = new Set(["skipped", "failed"]);

/**
 * Judges an intent and stores it, in the caller's transaction; one that waits or is done is only looked up.
 * @param intent The intent as it came, and what the chain said of its signature.
 * @throws INTENT_INVALID when a signature is wrong, INTENT_REJECTED when the state stands in the way, CHAIN_UNREACHABLE when a
 * signature could not be judged.
 */
export async function acceptIntent(
  tx: Tx,
  parts: IntentParts,
  snapshot: ChainSnapshot,
  { delivered, asked }: { delivered: DeliveredIntent; asked: AskedSignatures },
): Promise<PlacedIntent> {
  const { programme, signer } = parts;
  const { kind } = delivered;
  const message = canonicalMessage(kind, delivered.message);
  const id = intentDigest(programme.domains[kind], kind, message);
  const claim = { digest: id, signature: delivered.signature };
  const known = await findIntent(tx, id);
  if (known !== undefined && !MAY_COME_AGAIN.has(known.state)) return known;
  const chainTime = snapshot.head.time;
  if (message.account !== undefined) requireSignature({ ...claim, account: message.account as Hex }, asked);
  const { account, effect } = await checkIntent(tx, { kind, id, message }, { genesis: programme.genesis, chainTime });
  if (message.account === undefined) requireSignature({ ...claim, account }, asked);
  const deviceSignature = kind === "VehiclePairing" ? await deviceSignatureOf(tx, id, delivered) : null;
  await putIntent(tx, {
    ...{ id, kind, account, message: JSON.stringify(message), signature: delivered.signature, effect },
    device_signature: deviceSignature,
    target_signature: kind === "AccountMove" ? targetSignatureOf(id, delivered, asked) : null,
    received_at: chainTime,
    not_before: isWithdrawal(programme, { kind, message }, PURPOSE.productIteration)
      ? await sendAfter(tx, programme, account, chainTime)
      : 0,
    receipt_signature: kind === "ConsentWithdrawal" ? signReceipt(programme, signer, { id, account, chainTime }) : null,
  });
  if (isWithdrawal(programme, { kind, message }, PURPOSE.ownEvidence)) {
    await orderErasures(tx, new Map([[account, Number(message.version)]]));
  }
  return (await findIntent(tx, id)) as PlacedIntent;
}

/** The signature of the account that takes everything over: it must want to. */
function targetSignatureOf(id: Hex, { message, targetSignature }: DeliveredIntent, asked: AskedSignatures): Hex {
  if (targetSignature === undefined) throw new CairnError("INTENT_INVALID", "the target's signature is missing");
  const account = lowerHex(String(message.to));
  requireSignature({ digest: id, signature: targetSignature, account }, asked);
  return targetSignature;
}

/** The device's signature over a pairing in the form that the contract takes: s in the low half. */
async function deviceSignatureOf(db: Db, id: Hex, { message, deviceSignature }: DeliveredIntent): Promise<Hex> {
  if (deviceSignature === undefined) throw new CairnError("INTENT_INVALID", "the device's signature is missing");
  const vehicle = lowerHex(String(message.vehicle));
  const key = (await loadKeys(db, [vehicle])).get(vehicle)?.at(-1);
  const normalised = normalisedSignature(deviceSignature);
  if (key === undefined || key.until !== 0) throw new CairnError("INTENT_REJECTED", "the device has no valid key");
  const imported = importP256(key);
  const good = imported !== undefined && isSignedBy(imported, id, normalised);
  if (!good) throw new CairnError("INTENT_INVALID", "the signature is not by the device");
  return normalised;
}

function normalisedSignature(signature: Hex): Hex {
  try {
    return normaliseP256(signature);
  } catch (cause) {
    throw new CairnError("INTENT_INVALID", "the device's signature is no P-256 signature", { cause });
  }
}

/** Whether an intent takes back what the operator was allowed for a purpose. */
function isWithdrawal(
  { operator }: Programme,
  { kind, message }: { kind: IntentKind; message: IntentMessage },
  purpose: number,
): boolean {
  return kind === "ConsentWithdrawal" && message.recipient === operator && message.purpose === purpose;
}

/**
 * A reading may be accepted in the very second in which its consent is then withdrawn, and the protocol asks for the consent
 * at that second. So the withdrawal, which binds intake already, goes on chain only once that second has passed.
 */
async function sendAfter(db: Db, programme: Programme, account: Hex, chainTime: number): Promise<number> {
  const { genesis } = programme;
  const drop = Math.max(0, dropOf(genesis, chainTime));
  let query = db.selectFrom("readings").select("ended_at").where("drop_no", ">=", drop).where("account", "=", account);
  if (dropStart(genesis, drop) < chainTime) query = query.where("ended_at", ">=", chainTime);
  const last = await query.orderBy("ended_at", "desc").limit(1).executeTakeFirst();
  // Another relayer may have seen a newer block, and accepted by it what ended later.
  return last === undefined ? 0 : Math.max(chainTime, last.ended_at);
}

function signReceipt(
  programme: Programme,
  signer: Signer,
  { id, account, chainTime }: { id: Hex; account: Hex; chainTime: number },
): Hex {
  const receipt = { withdrawalDigest: id, account, receivedAt: chainTime };
  return signer.sign(typedDigest(programme.domains.WithdrawalReceipt, "WithdrawalReceipt", receipt));
}
