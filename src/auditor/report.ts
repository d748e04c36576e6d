import type { Hex } from "../protocol/codec/bytes.ts";
import type { Deployment } from "../protocol/codec/deployment.ts";
import type { ChiSquare } from "./chi-square.ts";
import type { FindingCode } from "./finding-codes.ts";

/** One thing that is not as it must be, with its evidence. */
export interface Finding {
  readonly code: FindingCode;
  /** What it is about: a file's path, `drop 12 index 3`, `day 4 account 0x…`, `order 0x…`. */
  readonly subject: string;
  readonly expected: string;
  readonly actual: string;
  /** The block and transaction that put it on the chain, where there is one. */
  readonly block?: number;
  readonly transaction?: Hex;
}

/** What one check looked at. */
export interface CheckResult {
  readonly name: string;
  /** How many things were judged. */
  readonly subjects: number;
  readonly ran: boolean;
  /** Why it did not run, or what it could not judge. */
  readonly note?: string;
}

/** What an audit found. */
export interface AuditReport {
  readonly verdict: "clean" | "findings";
  /** At most {@link FINDINGS_PER_CODE} of each code. */
  readonly findings: readonly Finding[];
  /** How many findings there are of each code, also beyond those listed. */
  readonly counts: Readonly<Partial<Record<FindingCode, number>>>;
  readonly checks: readonly CheckResult[];
  readonly chain: {
    readonly chainId: number;
    readonly fromBlock: number;
    readonly toBlock: number;
    readonly settledDays: number;
    readonly nextDrop: number;
  };
  readonly totals: {
    readonly readings: number;
    /** Counted metres. */
    readonly metres: number;
    readonly accounts: number;
    /** Units of 1e-9 stone, decimal. */
    readonly stonesSettled: string;
    readonly stonesCredited: string;
    /** Crystals of all awards in drops, and those of the newest settled day, decimal. */
    readonly crystalsAwarded: string;
    readonly crystalsSettled: string;
    readonly boxesOpened: number;
  };
  /** Each season of the mine box: what its boxes gave, beside the odds that it announced. */
  readonly seasons: readonly SeasonOdds[];
  readonly exclusions: readonly ExclusionFigures[];
  readonly polls: readonly PollFigures[];
  readonly rounds: readonly RoundFigures[];
  /** Erased rows of all files; the accounts of the newest settled day whose rows are, and their share of its W (0 to 1). */
  readonly notRecomputable?: { readonly rows: number; readonly accounts: number; readonly shareOfW: number };
  /** What was taken over from earlier audits, when this one had a state to go on from. */
  readonly resumed?: Resumed;
  /** Day by day, when it was asked for. */
  readonly series?: AuditSeries;
}

/** What an audit took over from the ones before. */
export interface Resumed {
  /** Published files that were read, and of them those that had been examined before. */
  readonly files: number;
  readonly reused: number;
  /** Paths of files that were examined before and have other bytes now. */
  readonly changed: readonly string[];
  /** Why nothing was taken over from a state that was there. */
  readonly anew?: string;
}

/** What a season's boxes gave, beside what it announced. */
export interface SeasonOdds extends ChiSquare {
  readonly season: number;
  readonly opened: number;
  /** Boxes that the guarantee decided, and those of a forced season: they say nothing of the odds. */
  readonly byGuarantee: number;
  readonly forced: number;
  /** Best first. `drawn` counts the boxes that the draw alone decided. */
  readonly tiers: readonly { readonly weight: number; readonly drawn: number; readonly opened: number }[];
}

/** An exclusion, by the account under which it holds. */
export interface ExclusionFigures {
  readonly exclusion: number;
  readonly account: Hex;
  readonly reason: number;
  readonly fromDay: number;
  /** First day that counts again. */
  readonly untilDay: number;
  /** `lapsed`: nobody decided the appeal in time. */
  readonly state: "stands" | "appealed" | "upheld" | "lifted" | "lapsed";
}

/** A poll and its result. */
export interface PollFigures {
  readonly poll: number;
  /** Unix seconds. */
  readonly closesAt: number;
  readonly voters: number;
  /** Sum of weights of each option, decimal; none without a result that stands. */
  readonly tallies: readonly string[];
}

/** A benefit round, amounts in the smallest unit of its token, decimal. */
export interface RoundFigures {
  readonly round: number;
  readonly day: number;
  readonly token: Hex;
  readonly amount: string;
  readonly accounts: number;
  readonly claims: number;
  readonly claimed: string;
  readonly state: "open" | "cancelled" | "returned";
}

/** How a programme went, for pictures: what an audit has recomputed anyway, day by day. */
export interface AuditSeries {
  readonly days: readonly {
    readonly day: number;
    /** Stones that the schedule emits on the day, and those that were issued for it. */
    readonly emitted: number;
    readonly issued: number;
    readonly metres: number;
    /** Consents that hold at the day's end. */
    readonly consents: number;
  }[];
  /** How stones lie with accounts: the share of all that the poorest 0, 1, … 100 percent of holders have. Empty without any. */
  readonly lorenz: readonly number[];
  readonly orders: readonly {
    readonly state: string;
    readonly orders: number;
    /** Days since the oldest of them came to this state. */
    readonly oldestDays: number;
  }[];
  /** Owners' intents that a contract did not carry out, by the selector of the error that each would have reverted with. */
  readonly refusals: readonly { readonly reason: Hex; readonly intents: number }[];
}

/** How far an audit has come. */
export interface AuditProgress {
  readonly phase: "events" | "files" | "hashes" | "checks";
  readonly done: number;
  readonly total: number;
  /** What it is at: the name of a check. */
  readonly about?: string;
}

/** What to audit. */
export interface AuditOptions {
  /** HTTP URL of a node of the chain. */
  readonly rpcUrl: string;
  readonly deployment: Deployment;
  /** Folders of published files, each with its `manifest.jsonl`: the relayer's and the operator's. */
  readonly filesDirs: readonly string[];
  /** First day to judge; what lies before is taken as published. Default 0. */
  readonly fromDay?: number;
  /** Folder with receipts as JSON, from owners. */
  readonly receiptsDir?: string;
  /** Folder with texts of tasks, polls, rounds and milestones, and deliveries of orders, as JSON. */
  readonly documentsDir?: string;
  /** Folder for what is recomputed, so that the next audit need not do it again. Whoever can write there can deceive it. */
  readonly stateDir?: string;
  /** Whether the report is to have {@link AuditSeries}. */
  readonly withSeries?: boolean;
  /** Threads that verify signatures. Default: one per processor. */
  readonly threads?: number;
  readonly onProgress?: (progress: AuditProgress) => void;
}

/** Findings of one code that a report lists; the rest is counted. */
export const FINDINGS_PER_CODE = 100;
