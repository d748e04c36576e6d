import { readConsent } from "../../chain/read/consents.ts";
import { readNoticeCount } from "../../chain/read/rules.ts";
import {
  CairnError,
  type Category,
  categoryMask,
  type Hex,
  lowerHex,
  nextGrantVersion,
  PURPOSE,
  type Purpose,
  ZERO_HASH,
} from "../../protocol/index.ts";
import { actingAddress, type SdkContext } from "../context.ts";
import { deadlineOf, perform } from "../intents.ts";
import type { ActionOptions, ActionResult } from "../types.ts";

/** What an owner consents to. */
export interface GrantConsentParameters extends ActionOptions {
  /** What may be used. Location and driver state each need a consent of their own. */
  readonly categories: readonly Category[];
  /** What for. Default: product iteration, which mining needs. */
  readonly purpose?: Purpose;
  /** By whom. Default: the programme's operator. */
  readonly recipient?: Hex;
  /** Until when, unix seconds. Default: until withdrawn. */
  readonly expires?: number;
  /** Number of the notice that the owner was shown. Default: the newest. */
  readonly notice?: number;
  /** Salted hash of the full consent record (docs/protocol.md 3.3). Default: zero, no record. */
  readonly recordHash?: Hex;
  /** The version that this grant makes. Default: the one that follows what the chain has (docs/protocol.md 3.2). */
  readonly version?: number;
}

/**
 * Consents. It counts from the block that carries it (docs/protocol.md, section 3).
 * @throws INTENT_REJECTED with the registry's error, ARGUMENT_INVALID without categories or account, CHAIN_UNREACHABLE,
 * RELAYER_UNREACHABLE.
 * @example
 * await cairn.grantConsent({ categories: ["mileage", "takeovers"] });
 */
export async function grantConsent(context: SdkContext, parameters: GrantConsentParameters): Promise<ActionResult> {
  const { chain, deployment } = context;
  const account = actingAddress(context);
  const recipient = lowerHex(parameters.recipient ?? deployment.operator);
  const purpose = PURPOSE[parameters.purpose ?? "productIteration"];
  const categories = categoryMask(parameters.categories);
  if (categories === 0) throw new CairnError("ARGUMENT_INVALID", "a consent names at least one category");
  const message = {
    account,
    recipient,
    purpose,
    categories,
    expires: parameters.expires ?? 0,
    notice: parameters.notice ?? (await readNoticeCount(chain, deployment)),
    version: parameters.version ?? (await next()),
    deadline: await deadlineOf(context, parameters),
    recordHash: parameters.recordHash ?? ZERO_HASH,
  };
  return perform(
    context,
    {
      kind: "ConsentGrant",
      message,
      direct: () =>
        context
          .writer()
          .call("consentRegistry", "grantConsent", [{ ...message, categories: BigInt(message.categories) }]),
    },
    parameters,
  );

  async function next(): Promise<number> {
    return nextGrantVersion((await readConsent(chain, deployment, { account, recipient, purpose })).version);
  }
}
