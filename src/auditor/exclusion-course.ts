import { type Hex, ZERO_HASH } from "../protocol/codec/bytes.ts";
import { DAY_S } from "../protocol/codec/codes.ts";

const LAST_REASON = 5;
const MAX_DAYS = 90;
const REST_DAYS = 30;

/** An event of Exclusions, with what held in its block. */
export interface ExclusionEvent {
  readonly kind: "excluded" | "appealed" | "upheld" | "lifted" | "followed";
  readonly number: number;
  readonly account: Hex;
  readonly target: Hex | undefined;
  readonly reason: number;
  readonly evidence: Hex | undefined;
  readonly fromDay: number;
  readonly untilDay: number;
  readonly decideBy: number;
  readonly block: number;
  readonly tx: Hex;
  readonly time: number;
  readonly today: number;
  readonly objectionS: number;
  readonly hasMoved: boolean;
  /** Who stood for the account. */
  readonly holder: Hex;
}

/** A time in which an account's readings do not count. The same exclusion may go on under an account to which it moved. */
export interface ExclusionRecord {
  readonly number: number;
  readonly account: Hex;
  readonly reason: number;
  state: "stands" | "appealed" | "upheld" | "lifted";
  readonly fromDay: number;
  /** First day that counts again, unless an appeal lapses it earlier. */
  untilDay: number;
  /** Last second in which an appeal can be decided; 0 without one. */
  decideBy: number;
}

type FaultCode = "EXCLUSION_TERMS_WRONG" | "EXCLUSION_CHANGE_WRONG" | "EXCLUSION_FOLLOW_WRONG";

interface Fault {
  readonly code: FaultCode;
  readonly event: ExclusionEvent;
  readonly expected: string;
  readonly actual: string;
}

/** Follows exclusions from event to event, and notes what the rules did not allow (docs/protocol.md 13.3). */
export class ExclusionCourse {
  readonly records: ExclusionRecord[] = [];
  readonly faults: Fault[] = [];
  readonly #genesis: number;
  /** Accounts and numbers that went on elsewhere: once from each. */
  readonly #followed = new Set<string>();
  readonly #evidence = new Set<Hex>();
  #numbers = 0;

  constructor(genesis: number) {
    this.#genesis = genesis;
  }

  /** Takes the next event. */
  take(event: ExclusionEvent): void {
    if (event.kind === "excluded") this.#exclude(event);
    else if (event.kind === "followed") this.#follow(event);
    else this.#change(event, event.kind);
  }

  /** The first day that counts again, as things stand at a time: an appeal that nobody decided ends it with the day after. */
  endOf({ state, untilDay, decideBy }: ExclusionRecord, time: number): number {
    if (state !== "appealed" || time <= decideBy) return untilDay;
    return Math.min(untilDay, Math.floor(Math.max(0, decideBy - this.#genesis) / DAY_S) + 1);
  }

  #exclude(event: ExclusionEvent): void {
    const { account, number, reason, evidence, fromDay, untilDay, time, today } = event;
    const ends = this.#recordsOf(account).map((record) => this.endOf(record, time));
    const restedFrom = Math.max(0, ...ends.map((end) => end + REST_DAYS));
    const problems = [
      number !== ++this.#numbers && `number ${this.#numbers}`,
      (reason < 1 || reason > LAST_REASON) && "a known reason",
      (evidence === undefined || evidence === ZERO_HASH || this.#evidence.has(evidence)) && "evidence of its own",
      fromDay !== today + 1 && `from day ${today + 1}`,
      (untilDay <= fromDay || untilDay > fromDay + MAX_DAYS) && `1 to ${MAX_DAYS} days`,
      fromDay < restedFrom && `not before day ${restedFrom}`,
      event.hasMoved && "an account that has not moved",
    ];
    const actual = `number ${number}, reason ${reason}, evidence ${evidence}, from day ${fromDay} until ${untilDay}`;
    this.#judge("EXCLUSION_TERMS_WRONG", event, problems, actual);
    if (evidence !== undefined) this.#evidence.add(evidence);
    this.records.push({ number, account, reason, state: "stands", fromDay, untilDay, decideBy: 0 });
  }

  #change(event: ExclusionEvent, kind: "appealed" | "upheld" | "lifted"): void {
    const { account, number, time, today, objectionS } = event;
    const record = this.#recordsOf(account).findLast((one) => one.number === number);
    if (record === undefined) {
      this.#judge("EXCLUSION_CHANGE_WRONG", event, ["an exclusion of the account"], `exclusion ${number} ${kind}`);
      return;
    }
    const problems = [
      this.endOf(record, time) <= today + 1 && "one that lasts beyond tomorrow",
      kind === "appealed" && record.state !== "stands" && "one appeal",
      kind === "appealed" && event.hasMoved && "an appeal of who stands for the account",
      kind === "appealed" && event.decideBy !== time + objectionS && `a decision by ${time + objectionS}`,
      kind === "upheld" && record.state !== "appealed" && "an appeal",
      kind === "upheld" && time > record.decideBy && `a decision by ${record.decideBy}`,
      kind === "lifted" && event.untilDay !== today + 1 && `an end on day ${today + 1}`,
    ];
    const told = { appealed: `, by ${event.decideBy}`, upheld: "", lifted: `, day ${event.untilDay}` }[kind];
    this.#judge("EXCLUSION_CHANGE_WRONG", event, problems, `${kind} at ${time}${told}`);
    record.state = kind;
    if (kind === "appealed") record.decideBy = event.decideBy;
    if (kind === "lifted") record.untilDay = event.untilDay;
  }

  #follow(event: ExclusionEvent): void {
    const { account, number, target, holder, fromDay, untilDay, time, today } = event;
    const record = this.#recordsOf(account).findLast((one) => one.number === number);
    const to = target as Hex;
    const name = `${account} ${number}`;
    const problems = [
      (to !== holder || to === account) && `to ${holder}, who stands for it`,
      (record === undefined || this.endOf(record, time) <= today + 1) && "an exclusion that lasts beyond tomorrow",
      this.#followed.has(name) && "once",
      record !== undefined && untilDay !== record.untilDay && `until day ${record.untilDay}`,
      fromDay !== today + 1 && `from day ${today + 1}`,
    ];
    this.#judge("EXCLUSION_FOLLOW_WRONG", event, problems, `to ${to}, from day ${fromDay} until ${untilDay}`);
    this.#followed.add(name);
    const { reason, state, decideBy } = record ?? ({ reason: 0, state: "stands", decideBy: 0 } as const);
    this.records.push({ number, account: to, reason, state, fromDay, untilDay, decideBy });
  }

  #recordsOf(account: Hex): ExclusionRecord[] {
    return this.records.filter((record) => record.account === account);
  }

  #judge(code: FaultCode, event: ExclusionEvent, problems: readonly (string | false)[], actual: string): void {
    const expected = problems.filter((problem) => problem !== false);
    if (expected.length > 0) this.faults.push({ code, event, expected: expected.join(", "), actual });
  }
}
