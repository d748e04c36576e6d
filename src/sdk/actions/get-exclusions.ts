import { type ExclusionRecord, readExclusions } from "../../chain/read/exclusions.ts";
import { readHead } from "../../chain/read/head.ts";
import { dayOf, endOfExclusion, type Hex, isExcluded } from "../../protocol/index.ts";
import { askedAccount, type SdkContext } from "../context.ts";

/** Exclusions of an account: on their days its readings are taken and count no metres (docs/protocol.md 13.3). */
export interface Exclusions {
  readonly account: Hex;
  /** The day of the newest block. */
  readonly today: number;
  readonly isExcludedToday: boolean;
  /** Oldest first. */
  readonly exclusions: readonly ExclusionState[];
}

/** An exclusion as it stands now. */
export interface ExclusionState extends ExclusionRecord {
  /** First day that counts again: `untilDay`, or the day after an appeal should have been decided. */
  readonly endsOn: number;
}

/**
 * An account's exclusions with their reasons and ends.
 * @param parameters `account`: whose; default the client's own.
 * @throws ARGUMENT_INVALID without any account, CHAIN_UNREACHABLE.
 */
export async function getExclusions(context: SdkContext, parameters: { account?: Hex } = {}): Promise<Exclusions> {
  const { chain, deployment } = context;
  const account = askedAccount(context, parameters.account);
  const [records, head] = await Promise.all([readExclusions(chain, deployment, account), readHead(chain)]);
  const moment = { genesis: deployment.genesis, chainTime: head.time };
  const today = dayOf(deployment.genesis, head.time);
  return {
    account,
    today,
    isExcludedToday: isExcluded(records, today, moment),
    exclusions: records.map((record) => ({ ...record, endsOn: endOfExclusion(record, moment) })),
  };
}
