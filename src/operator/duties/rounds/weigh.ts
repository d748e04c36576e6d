import { creditTransfers } from "../../../chain/credits.ts";
import type { ProgrammeEvent } from "../../../chain/read/events.ts";
import { type Hex, lowerHex } from "../../../protocol/codec/bytes.ts";

/** What an account's leaf of the round's day says, units of 1e-9 stone. */
export interface SettledStones {
  readonly account: Hex;
  readonly stones: bigint;
}

/** An account's part of a round. */
export interface Weight {
  readonly account: Hex;
  /** Units of 1e-9 stone, above 0. */
  readonly weight: bigint;
}

/**
 * The weights of a benefit round (docs/operator.md, "Benefit rounds"): an account's balance at the end of the day, and for
 * itself and each account whose pointers then lead to it, what is settled in that account's leaf of the day and was not yet
 * credited then. So whoever has stones, credited or not, moved or not, has the same part.
 * @param events Everything that ledger and moves said in blocks with a time before the end of the day, in whole transactions and
 * in order.
 * @param settled The leaves of the day.
 * @returns In ascending order of account, without those that have nothing.
 */
export function weighAccounts(events: readonly ProgrammeEvent[], settled: readonly SettledStones[]): Weight[] {
  const { balances, credited, forwards } = replay(events);
  const weights = new Map(balances);
  for (const { account, stones } of settled) {
    const pending = stones - (credited.get(account) ?? 0n);
    if (pending > 0n) add(weights, endOf(forwards, account), pending);
  }
  return [...weights]
    .filter(([, weight]) => weight > 0n)
    .map(([account, weight]) => ({ account, weight }))
    .sort((a, b) => (a.account < b.account ? -1 : 1));
}

function add(sums: Map<Hex, bigint>, account: Hex, units: bigint): void {
  sums.set(account, (sums.get(account) ?? 0n) + units);
}

/** What the events have made of everybody's stones and pointers. */
function replay(events: readonly ProgrammeEvent[]) {
  const balances = new Map<Hex, bigint>();
  const credited = new Map<Hex, bigint>();
  const forwards = new Map<Hex, Hex>();
  const credits = creditTransfers(events);
  for (const event of events) {
    if (event.contract === "stoneLedger" && event.name === "Transfer") {
      const { from, to, value } = event.args;
      if (BigInt(from) !== 0n) add(balances, lowerHex(from), -value);
      if (BigInt(to) !== 0n) add(balances, lowerHex(to), value);
      if (credits.has(event)) add(credited, lowerHex(to), value);
    } else if (event.contract === "accountMoves" && event.name === "AccountMoved") {
      forwards.set(lowerHex(event.args.account), lowerHex(event.args.to));
    }
  }
  return { balances, credited, forwards };
}

/** Where an account's pointers end. They never lead back: nobody moves to an account that has moved. */
function endOf(forwards: ReadonlyMap<Hex, Hex>, account: Hex): Hex {
  let end = account;
  for (let next = forwards.get(end); next !== undefined; next = forwards.get(end)) end = next;
  return end;
}
