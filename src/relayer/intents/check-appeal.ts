import type { Hex } from "../../protocol/codec/bytes.ts";
import { CairnError } from "../../protocol/errors.ts";
import { type ExclusionMoment, standsBeyondTomorrow } from "../../protocol/exclusions.ts";
import { loadExclusions } from "../store/exclusions.ts";
import { readForward } from "../store/moves.ts";
import type { Db } from "../store/open.ts";
import type { IntentMessage } from "./message.ts";

/**
 * Checks that an appeal is against an exclusion of the account that stands, and the first one.
 * @returns What it would change.
 * @throws INTENT_REJECTED with the reason.
 */
export async function checkAppeal(db: Db, message: IntentMessage, moment: ExclusionMoment): Promise<string> {
  const account = message.account as Hex;
  if ((await readForward(db, account)) !== undefined) {
    throw new CairnError("INTENT_REJECTED", "the account has moved: whoever stands for it may appeal");
  }
  const exclusions = (await loadExclusions(db, [account])).get(account) ?? [];
  const standing = exclusions.find(({ number }) => number === message.exclusion);
  if (standing === undefined || !standsBeyondTomorrow(standing, moment)) {
    throw new CairnError("INTENT_REJECTED", "no such exclusion of the account stands");
  }
  if (standing.state !== "stands") {
    throw new CairnError("INTENT_REJECTED", "there was an appeal against the exclusion already");
  }
  return `appeal:${account}:${standing.number}`;
}
