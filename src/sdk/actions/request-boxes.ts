import { readPlay, readSeasonCount } from "../../chain/read/mine-box.ts";
import { actingAddress, type SdkContext } from "../context.ts";
import { deadlineOf, perform } from "../intents.ts";
import { randomSalt } from "../random.ts";
import type { ActionOptions, ActionResult } from "../types.ts";

/** How many boxes are requested. */
export interface RequestBoxesParameters extends ActionOptions {
  /** 1 to 10. */
  readonly count: number;
  /** Default: the newest season. */
  readonly season?: number;
  /** The account's part in the draw; below 2^96. Default: random. */
  readonly salt?: bigint;
}

/**
 * Requests boxes of the acting account's crystals, which are gone at once. After the drop's link is revealed anybody may open
 * them. Crystals that a leaf gives are credited before, by the mine box's `creditCrystals`.
 * @throws INTENT_REJECTED with the mine box's error, ARGUMENT_INVALID without an account, CHAIN_UNREACHABLE,
 * RELAYER_UNREACHABLE.
 */
export async function requestBoxes(context: SdkContext, parameters: RequestBoxesParameters): Promise<ActionResult> {
  const { chain, deployment } = context;
  const account = actingAddress(context);
  const message = {
    account,
    season: parameters.season ?? (await readSeasonCount(chain, deployment)),
    boxes: (await readPlay(chain, deployment, account)).boxes,
    count: parameters.count,
    salt: parameters.salt ?? randomSalt(),
    deadline: await deadlineOf(context, parameters),
  };
  return perform(
    context,
    {
      kind: "BoxRequest",
      message,
      direct: () => context.writer().call("mineBox", "requestBoxes", [message]),
    },
    parameters,
  );
}
