import type { BlockHeader } from "./block-header.ts";
import { compared, type ProofCheck } from "./checks.ts";
import type { EvidenceDeployment, EvidenceSubject } from "./file.ts";
import { leftOpenBy, provenBy, type Told } from "./sentences.ts";

/** What became of an evidence file. */
export interface EvidenceReport {
  readonly type: "cairn.evidence/1";
  /** Whether every check passed. */
  readonly valid: boolean;
  /** The chain and the contracts on which all rests, as the file names them. Nothing when it cannot be read. */
  readonly deployment: EvidenceDeployment | undefined;
  /** Nothing when the file cannot be read. */
  readonly subject: EvidenceSubject | undefined;
  /** What the file proves, in sentences; empty when a check failed. */
  readonly proven: readonly string[];
  /** What it does not prove, in sentences. */
  readonly notProven: readonly string[];
  readonly checks: readonly ProofCheck[];
  /** The blocks on which all rests: who compares their hashes with the chain's needs nothing else of it. */
  readonly blocks: readonly Pick<BlockHeader, "number" | "hash" | "time">[];
}

/** The report on a file that cannot be read. */
export function unreadableReport(checks: readonly ProofCheck[]): EvidenceReport {
  const notProven = ["The file cannot be read, so nothing in it is proven."];
  const [deployment, subject] = [undefined, undefined];
  return { type: "cairn.evidence/1", valid: false, deployment, subject, proven: [], notProven, checks, blocks: [] };
}

/** The report on a file whose checks these are. */
export function reportOn(told: Told, checks: readonly ProofCheck[]): EvidenceReport {
  const { file, blocks } = told;
  const valid = checks.every(({ ok }) => ok);
  return {
    type: "cairn.evidence/1",
    valid,
    deployment: file.deployment,
    subject: file.subject,
    proven: valid ? provenBy(told) : [],
    notProven: [
      ...(valid ? [] : ["A check failed: what it names is not proven, nor what rests on it."]),
      ...leftOpenBy(told),
    ],
    checks,
    blocks: blocks.map(({ number, hash, time }) => ({ number, hash, time })),
  };
}

/** The report on a file that is wrong by itself, of which somebody wanted a chain to be asked. */
export function unaskedReport(report: EvidenceReport): EvidenceReport {
  const unasked = "The chain was not asked: the file is wrong by itself.";
  return { ...report, notProven: [unasked, ...report.notProven] };
}

/** The check that a file can be read. @param problem Why not. */
export function formCheck(problem?: string): ProofCheck {
  return compared("form", "", "canonical", problem ?? "canonical");
}
