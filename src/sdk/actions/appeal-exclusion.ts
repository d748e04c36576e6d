import { readExclusions } from "../../chain/read/exclusions.ts";
import { CairnError, type Hex } from "../../protocol/index.ts";
import { actingAddress, type SdkContext } from "../context.ts";
import { deadlineOf, perform } from "../intents.ts";
import type { ActionOptions, ActionResult } from "../types.ts";

/** Against which exclusion the acting account appeals, and what it says to it. */
export interface AppealExclusionParameters extends ActionOptions {
  /** Hash of the statement, which the owner gives to the arbiter. */
  readonly statementHash: Hex;
  /** Its number. Default: the account's newest. */
  readonly exclusion?: number;
}

/**
 * Appeals against an exclusion: if the arbiter does not decide within objectionS, it lapses the day after
 * (docs/protocol.md 13.3).
 * @throws INTENT_REJECTED when the account was never excluded, or with the contract's error; ARGUMENT_INVALID without an
 * account, CHAIN_UNREACHABLE, RELAYER_UNREACHABLE.
 */
export async function appealExclusion(
  context: SdkContext,
  parameters: AppealExclusionParameters,
): Promise<ActionResult> {
  const { chain, deployment } = context;
  const account = actingAddress(context);
  const exclusion = parameters.exclusion ?? (await readExclusions(chain, deployment, account)).at(-1)?.number;
  if (exclusion === undefined) throw new CairnError("INTENT_REJECTED", "the account was never excluded");
  const { statementHash } = parameters;
  const message = { account, exclusion, statementHash, deadline: await deadlineOf(context, parameters) };
  return perform(
    context,
    {
      kind: "ExclusionAppeal",
      message,
      direct: () => context.writer().call("exclusions", "appealExclusion", [message]),
    },
    parameters,
  );
}
