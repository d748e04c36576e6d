import { contractErrorName } from "../chain/errors.ts";
import { readHead } from "../chain/read/head.ts";
import type { MinedTransaction } from "../chain/write/transactions.ts";
import {
  CairnError,
  encodeEcdsaSignature,
  type Hex,
  isWideMember,
  signingDomain,
  TYPES,
  typedDigest,
} from "../protocol/index.ts";
import { actingAccount, relayerOf, type SdkContext } from "./context.ts";
import { delay } from "./delay.ts";
import { patiently } from "./patience.ts";
import { knownError } from "./service-http.ts";
import type {
  ActionOptions,
  ActionResult,
  IntentKind,
  OwnerAccount,
  OwnerSignedType,
  TypedDataRequest,
  WithdrawalReceipt,
} from "./types.ts";

/** How far ahead an intent's deadline lies when the caller names none, seconds. The contracts allow a day. */
const DEFAULT_DEADLINE_S = 3_600;

/** An owner's action in both of its forms. */
export interface Intent {
  readonly kind: IntentKind;
  /** A value for each member of the EIP-712 type. */
  readonly message: Readonly<Record<string, number | bigint | Hex>>;
  /** The device's half of a pairing. */
  readonly deviceSignature?: Hex;
  /** The half of the account to which an account moves. */
  readonly targetSignature?: Hex;
  /** The same thing as the account's own transaction. */
  direct(): Promise<MinedTransaction>;
}

/** An intent's result, with the relayer's acknowledgement of a withdrawal. */
export interface IntentResult extends ActionResult {
  readonly withdrawalReceipt?: WithdrawalReceipt;
  readonly receiptSignature?: Hex;
}

/** What a relayer answers for one intent. */
type DeliveryResult = IntentResult & { readonly error?: { readonly code?: unknown; readonly message?: unknown } };

/** The typed data of an intent as a wallet signs it. */
export function typedDataOf(
  context: Pick<SdkContext, "deployment">,
  kind: OwnerSignedType,
  message: Intent["message"],
): TypedDataRequest {
  const domain = signingDomain(context.deployment, kind);
  return {
    domain: { ...domain },
    types: { [kind]: TYPES[kind].map((member) => ({ ...member })) },
    primaryType: kind,
    message: { ...message },
  };
}

/** An account's signature of an intent, a vote or a claim, as contracts and services take it: `kind ‖ data`. */
export async function signIntent(
  context: Pick<SdkContext, "deployment">,
  { kind, message }: { readonly kind: OwnerSignedType; readonly message: Intent["message"] },
  account: OwnerAccount,
): Promise<Hex> {
  const request = typedDataOf(context, kind, message);
  if (!("signIntent" in account)) return encodeEcdsaSignature(await account.signTypedData(request));
  return account.signIntent(request, typedDigest(signingDomain(context.deployment, kind), kind, message));
}

/** The deadline to sign: the caller's, else an hour of chain time from now. @throws CHAIN_UNREACHABLE. */
export async function deadlineOf(context: SdkContext, options: ActionOptions): Promise<number> {
  return options.deadline ?? (await readHead(context.chain)).time + DEFAULT_DEADLINE_S;
}

/**
 * Carries an intent out: by the relayer, or as the account's own transaction.
 * @throws INTENT_REJECTED when the contracts refuse it; `details.error` names why. RELAYER_UNREACHABLE or
 * CHAIN_UNREACHABLE when it is not known to be done in time: the same call may be made again.
 */
export async function perform(context: SdkContext, intent: Intent, options: ActionOptions): Promise<IntentResult> {
  const id = typedDigest(signingDomain(context.deployment, intent.kind), intent.kind, intent.message);
  const via = options.via ?? (context.relayer === undefined ? "transaction" : "relayer");
  if (via === "transaction") {
    const { transaction, block } = await intent.direct();
    return { id, state: "done", transaction, block };
  }
  const signature = await signIntent(context, intent, actingAccount(context));
  const accepted = await submit(context, intent, signature);
  if (options.until === "accepted") return { ...accepted, id };
  return { ...accepted, ...(await waitForIntent(context, { id })) };
}

/** Hands a signed intent to the relayer. The same intent again is the same intent, so it may be tried again. */
async function submit(context: SdkContext, intent: Intent, signature: Hex): Promise<IntentResult> {
  const relayer = relayerOf(context);
  const body = {
    intents: [
      {
        kind: intent.kind,
        message: wireMessage(intent),
        signature,
        ...(intent.deviceSignature === undefined ? {} : { deviceSignature: intent.deviceSignature }),
        ...(intent.targetSignature === undefined ? {} : { targetSignature: intent.targetSignature }),
      },
    ],
  };
  const result = await patiently(context, async () => {
    const answer = (await relayer.post("/v1/intents", body)) as { results?: DeliveryResult[] };
    const refused = answer.results?.[0]?.error;
    if (refused !== undefined) {
      throw knownError(refused, { away: "RELAYER_UNREACHABLE", explanation: "the intent was refused" });
    }
    return answer.results?.[0];
  });
  if (result === undefined) throw new CairnError("RELAYER_UNREACHABLE", "the answer is not of the agreed form");
  return result;
}

/** Wide members travel as decimal text, since JSON's numbers end at 2^53; categories are a small mask. */
function wireMessage({ kind, message }: Intent): Record<string, unknown> {
  const wide = TYPES[kind].filter(({ name, type }) => isWideMember(type) && name !== "categories");
  return { ...message, ...Object.fromEntries(wide.map(({ name }) => [name, String(message[name])])) };
}

/**
 * Waits until the relayer has carried an intent out.
 * @throws INTENT_REJECTED when it was skipped or failed; RELAYER_UNREACHABLE when it is not done in time.
 */
export async function waitForIntent(context: SdkContext, { id }: { id: Hex }): Promise<ActionResult> {
  const relayer = relayerOf(context);
  const endsAt = Date.now() + context.timeoutMs;
  for (;;) {
    const seen = (await patiently(context, () => relayer.get(`/v1/intents/${id}`))) as {
      state?: string;
      reason?: string;
      transaction?: Hex;
      block?: number;
    };
    if (seen.state === "done") {
      return {
        id,
        state: "done",
        ...(seen.transaction === undefined ? {} : { transaction: seen.transaction }),
        ...(seen.block === undefined ? {} : { block: seen.block }),
      };
    }
    if (seen.state === "skipped" || seen.state === "failed") throw rejection(id, seen.state, seen.reason);
    if (Date.now() >= endsAt) {
      throw new CairnError("RELAYER_UNREACHABLE", `intent ${id} is still ${seen.state}`, { details: { id } });
    }
    await delay(context.pollMs);
  }
}

function rejection(id: Hex, state: string, reason: string | undefined): CairnError {
  const error = reason?.startsWith("0x") ? contractErrorName(reason as Hex) : (reason ?? state);
  return new CairnError("INTENT_REJECTED", error, { details: { id, state, error } });
}
