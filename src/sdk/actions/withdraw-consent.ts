import { readConsent } from "../../chain/read/consents.ts";
import { CairnError, type Hex, lowerHex, PURPOSE, type Purpose } from "../../protocol/index.ts";
import { actingAddress, type SdkContext } from "../context.ts";
import { type IntentResult, perform } from "../intents.ts";
import type { ActionOptions } from "../types.ts";

/** Which consent is withdrawn. */
export interface WithdrawConsentParameters extends Omit<ActionOptions, "deadline"> {
  /** Default: product iteration. */
  readonly purpose?: Purpose;
  /** Default: the programme's operator. */
  readonly recipient?: Hex;
  /** The version that this withdrawal makes. Default: the next even one on the chain. */
  readonly version?: number;
}

/**
 * Withdraws a consent. Through a relayer it binds intake at once, before it stands on the chain; the result carries the
 * relayer's signed receipt. A withdrawal has no deadline, and costs nothing that was earned (docs/protocol.md 3.4, 3.5).
 * @throws INTENT_REJECTED with the registry's error, or when there is no consent to withdraw; ARGUMENT_INVALID without an
 * account, CHAIN_UNREACHABLE, RELAYER_UNREACHABLE.
 */
export async function withdrawConsent(
  context: SdkContext,
  parameters: WithdrawConsentParameters = {},
): Promise<IntentResult> {
  const { chain, deployment } = context;
  const account = actingAddress(context);
  const recipient = lowerHex(parameters.recipient ?? deployment.operator);
  const purpose = PURPOSE[parameters.purpose ?? "productIteration"];
  const message = { account, recipient, purpose, version: parameters.version ?? (await nextEven()) };
  return perform(
    context,
    {
      kind: "ConsentWithdrawal",
      message,
      direct: () => context.writer().call("consentRegistry", "withdrawConsent", [message]),
    },
    parameters,
  );

  async function nextEven(): Promise<number> {
    const { version } = await readConsent(chain, deployment, { account, recipient, purpose });
    if (version % 2 === 0) throw new CairnError("INTENT_REJECTED", "there is no consent to withdraw");
    return version + 1;
  }
}
