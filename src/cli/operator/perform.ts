import { formatEther } from "viem";
import { sendCall } from "../../chain/write/transactions.ts";
import { EXIT, type ExitCode } from "../failure.ts";
import { formatCount, formatFields, formatTime, note, print, printJson } from "../output.ts";
import { type Act, holdingText } from "./act.ts";
import { askToGoOn } from "./ask.ts";
import { type CheckedAct, checkAct } from "./check.ts";
import type { Desk } from "./desk.ts";
import { type ActOutcome, minedOutcome, plannedOutcome, type SaidEvent } from "./outcome.ts";
import { refusalOf, refusalText } from "./refusal.ts";
import type { Asked, KeySource } from "./signer.ts";

/** How acts are carried out. */
export interface PerformOptions extends KeySource {
  /** Do not ask. */
  readonly yes?: boolean;
  readonly json?: boolean;
}

/** How often to look whether a transaction is mined, milliseconds. */
const POLL_MS = 250;

/** What became of all acts together. */
type State = "done" | "nothing to do" | "refused" | "declined";

/**
 * Shows acts, asks, and sends them one after the other. Each is tried before anything is sent, so that a refusal costs nothing.
 * @returns 1 when a contract refuses one, or the person does.
 * @throws CHAIN_UNREACHABLE, TRANSACTION_REVERTED, and what reading the keys throws.
 */
export async function perform(desk: Desk, acts: readonly Act[], options: PerformOptions): Promise<ExitCode> {
  // Whoever asked for JSON and no questions is a program: standard output is for the outcome alone.
  const say = options.json ? (options.yes ? () => undefined : note) : print;
  const checked: CheckedAct[] = [];
  for (const act of acts) checked.push(await checkAct(desk, act, options));
  for (const one of checked) say(`${describe(one)}\n`);
  const outcomes = checked.map(plannedOutcome);
  const finish = (state: State) => {
    if (options.json) printJson({ state, acts: outcomes });
    return state === "done" || state === "nothing to do" ? EXIT.ok : EXIT.findings;
  };
  if (acts.length === 0) {
    say("There is nothing to do.");
    return finish("nothing to do");
  }
  if (checked.some(({ refusal }) => refusal !== undefined)) {
    say("Nothing was sent.");
    return finish("refused");
  }
  if (!options.yes && !(await askToGoOn(acts.length === 1 ? "Send it?" : `Send these ${acts.length}?`))) {
    say("Nothing was sent.");
    return finish("declined");
  }
  for (const [i, one] of checked.entries()) {
    const planned = outcomes[i] as ActOutcome;
    try {
      const mined = await sendCall({ ...desk, account: one.signer, pollMs: POLL_MS }, one.call);
      outcomes[i] = minedOutcome(desk, planned, mined);
    } catch (failure) {
      outcomes[i] = { ...planned, state: "refused", refusal: refusalOf(failure) };
    }
    say(report(outcomes[i]));
    if (outcomes[i].state === "refused") return finish("refused");
  }
  return finish("done");
}

/** An act before it is sent. */
function describe({ act, asked, signer, authorised, announced, cost, refusal }: CheckedAct): string {
  const fields: (readonly [string, string])[] = [
    ...act.facts,
    ["signs", `${signer.address.toLowerCase()}: ${askedText(asked, authorised)}`],
    ["holds", announced === undefined ? holdingText(act.holds) : `counted from its execution: ${act.holds.why}`],
  ];
  if (announced !== undefined) {
    fields.push(["waits", `announced now, to be executed from ${formatTime(announced.readyAt)} on: ${announced.id}`]);
  }
  if (cost !== undefined)
    fields.push(["gas", `${formatCount(cost.gas)}, at most ${formatEther(cost.wei)} of the chain's coin`]);
  if (refusal !== undefined) fields.push(["refused", refusalText(refusal)]);
  return `${act.title}\n${formatFields(fields.map(([label, value]) => [`  ${label}`, value]))}`;
}

/** Whether a key is the one that is asked for. */
function askedText(asked: Asked, authorised: boolean): string {
  if (asked === "anybody") return "anybody may";
  if (typeof asked === "string") return `${authorised ? "has" : "does not have"} the role ${asked} that must sign`;
  return authorised ? "announced it" : `did not announce it; ${asked.key} did`;
}

/** What became of an act. */
function report({ act, state, transaction, block, operation, events = [], refusal }: ActOutcome): string {
  if (refusal !== undefined) return `Refused: ${act}\n  ${refusalText(refusal)}`;
  const what = state === "scheduled" && operation ? `Announced: ${act}\n  execute ${operation.id}` : `Done: ${act}`;
  return [what, ...events.map(eventText), `  transaction ${transaction}, block ${block}`].join("\n");
}

/** An event with its plain values; what is a record stands in the description already. */
function eventText({ event, args }: SaidEvent): string {
  const values = Object.entries(args).filter(([, value]) => typeof value !== "object");
  return `  ${[event, ...values.map(([name, value]) => `${name} ${String(value)}`)].join(", ")}`;
}
