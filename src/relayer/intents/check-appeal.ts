import type { Hex } from "../../protocol/codec/bytes.ts";
import { CairnError } from "../../protocol/errors.ts";
import { type ExclusionMoment, standingExclusion } from "../../protocol/exclusions.ts";
import { loadExclusions } from "../store/exclusions.ts";
import type { Db } from "../store/open.ts";
import type { IntentMessage } from "./message.ts";

/**
 * Checks that an appeal is against the account's standing exclusion, and the first one.
 * @returns What it would change.
 * @throws INTENT_REJECTED with the reason.
 */
export async function checkAppeal(db: Db, message: IntentMessage, moment: ExclusionMoment): Promise<string> {
  const account = message.account as Hex;
  const exclusions = (await loadExclusions(db, [account])).get(account) ?? [];
  const standing = standingExclusion(exclusions, moment);
  if (standing === undefined || standing.number !== message.exclusion) {
    throw new CairnError("INTENT_REJECTED", "no such exclusion of the account stands");
  }
  if (standing.state !== "stands") {
    throw new CairnError("INTENT_REJECTED", "there was an appeal against the exclusion already");
  }
  return `appeal:${account}`;
}
