import { DROPS_PER_DAY } from "../../protocol/codec/codes.ts";
import { dropStart } from "../../protocol/schedule.ts";

/** Most drops that DropAnchor takes in one call: a week. */
const MAX_DROPS_A_CALL = 7 * DROPS_PER_DAY;
/** Each non-empty drop fills a slot; so many fit well into a transaction of 2^24 gas. */
const MAX_ROOTS_A_CALL = 400;
/** How long before a receipt's deadline the anchor must be on its way, seconds. */
const DEADLINE_MARGIN_S = 900;

/** A closed drop that waits for its anchor. */
export interface WaitingDrop {
  readonly drop: number;
  readonly empty: boolean;
}

/**
 * How many of the waiting drops the next anchoring call takes, 0 = wait for more. Never waits past a day's end or near a
 * receipt's deadline.
 * @param waiting Closed drops that no call has taken, in order.
 * @param policy `everyDrops`: how many make a call worth while; `receiptDeadlineS`: the shortest of the rules in question.
 * @param now Genesis and chain time, unix seconds.
 */
export function dropsToAnchor(
  waiting: readonly WaitingDrop[],
  policy: { everyDrops: number; receiptDeadlineS: number },
  now: { genesis: number; chainTime: number },
): number {
  const [first] = waiting;
  if (first === undefined) return 0;
  const deadline = dropStart(now.genesis, first.drop + 1) + policy.receiptDeadlineS - DEADLINE_MARGIN_S;
  const dayIsOver = waiting.some(({ drop }) => (drop + 1) % DROPS_PER_DAY === 0);
  if (waiting.length < policy.everyDrops && !dayIsOver && now.chainTime < deadline) return 0;
  let roots = 0;
  const full = waiting.slice(0, MAX_DROPS_A_CALL).findIndex(({ empty }) => {
    if (!empty) roots++;
    return roots > MAX_ROOTS_A_CALL;
  });
  return full === -1 ? Math.min(waiting.length, MAX_DROPS_A_CALL) : full;
}
