import type { ProgrammeEvent } from "./read/events.ts";

type Transfer = Extract<ProgrammeEvent, { contract: "stoneLedger"; name: "Transfer" }>;

/**
 * The transfers from address 0 that pay credits; all others give prizes. A credit call ends with DayCredited and its sum, and
 * every payment is positive: going back from there, the payments end where the sum is reached.
 * @param events Whole transactions, in the order of the chain.
 */
export function creditTransfers(events: readonly ProgrammeEvent[]): ReadonlySet<ProgrammeEvent> {
  const credits = new Set<ProgrammeEvent>();
  let issued: Transfer[] = [];
  let transaction: string | undefined;
  for (const event of events) {
    if (event.transaction !== transaction) issued = [];
    transaction = event.transaction;
    if (event.contract !== "stoneLedger") continue;
    if (event.name === "Transfer" && BigInt(event.args.from) === 0n) issued.push(event);
    if (event.name !== "DayCredited") continue;
    for (let left = event.args.units; left > 0n; ) {
      const payment = issued.pop();
      if (payment === undefined) break;
      credits.add(payment);
      left -= payment.args.value;
    }
  }
  return credits;
}
