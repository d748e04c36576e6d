import { type Log, parseEventLogs } from "viem";
import { ABIS, PROGRAMME_CONTRACTS } from "../../chain/contracts.ts";
import type { MinedTransaction } from "../../chain/write/transactions.ts";
import { type Hex, lowerHex } from "../../protocol/index.ts";
import { holdingText } from "./act.ts";
import type { CheckedAct } from "./check.ts";
import type { Desk } from "./desk.ts";
import type { Refusal } from "./refusal.ts";

/** What a contract said when it carried something out. */
export interface SaidEvent {
  readonly contract: string;
  readonly event: string;
  readonly args: Readonly<Record<string, unknown>>;
}

/** What became of an act: for `--json`. */
export interface ActOutcome {
  readonly act: string;
  readonly call: string;
  readonly facts: Readonly<Record<string, string>>;
  /** The role that must sign, `anybody`, or the one address that can. */
  readonly signs: string;
  readonly signer: Hex;
  readonly authorised: boolean;
  readonly holds: string;
  readonly holdsFrom: number | null;
  readonly gas: bigint | null;
  readonly state: "planned" | "sent" | "scheduled" | "refused";
  /** The announced operation, when the act has to wait. */
  readonly operation?: { readonly id: Hex; readonly readyAt: number };
  readonly transaction?: Hex;
  readonly block?: number;
  readonly gasUsed?: bigint;
  readonly events?: readonly SaidEvent[];
  readonly refusal?: Refusal;
}

/** What is known of an act before it is sent, as its outcome. */
export function plannedOutcome({ act, asked, signer, authorised, announced, cost, refusal }: CheckedAct): ActOutcome {
  return {
    act: act.title,
    call: `${act.call.contract}.${act.call.functionName}`,
    facts: Object.fromEntries(act.facts),
    signs: typeof asked === "string" ? asked : asked.key,
    signer: lowerHex(signer.address),
    authorised,
    holds: holdingText(act.holds),
    // What has to wait is counted from its execution, and nobody knows when that will be.
    holdsFrom: announced === undefined ? (act.holds.from ?? null) : null,
    gas: cost?.gas ?? null,
    state: refusal === undefined ? "planned" : "refused",
    ...(announced === undefined ? {} : { operation: announced }),
    ...(refusal === undefined ? {} : { refusal }),
  };
}

/** The outcome of an act that was mined. */
export function minedOutcome(
  desk: Desk,
  planned: ActOutcome,
  { transaction, block, gasUsed, logs }: MinedTransaction & { logs: Log[] },
): ActOutcome {
  const state = planned.operation === undefined ? "sent" : "scheduled";
  return { ...planned, state, transaction, block, gasUsed, events: saidIn(desk, logs) };
}

/** The events of the programme's contracts among logs. */
function saidIn({ deployment }: Desk, logs: Log[]): SaidEvent[] {
  return logs.flatMap((log) => {
    const contract = PROGRAMME_CONTRACTS.find((name) => deployment.contracts[name] === log.address.toLowerCase());
    if (contract === undefined) return [];
    const [said] = parseEventLogs({ abi: ABIS[contract], logs: [log] });
    return said === undefined
      ? []
      : [{ contract, event: said.eventName, args: (said.args ?? {}) as SaidEvent["args"] }];
  });
}
