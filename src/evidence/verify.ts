import { CairnError, type Deployment } from "../protocol/index.ts";
import type { BlockHeader } from "./block-header.ts";
import { type ChainAnswers, checkAnswers, checkDeployment } from "./chain-answers.ts";
import { proveEvents } from "./check-events.ts";
import { checkReadings } from "./check-readings.ts";
import { checkSamples } from "./check-samples.ts";
import { compared, judged, type ProofCheck } from "./checks.ts";
import { findDamage } from "./damage.ts";
import { type EvidenceFile, isSealedWhole, readEvidence } from "./file.ts";
import { type History, historyOf } from "./history.ts";
import { type EvidenceReport, formCheck, reportOn, unreadableReport } from "./report.ts";

/** An evidence file that was looked at, with what is needed to ask a chain about it. */
export interface ExaminedEvidence {
  readonly report: EvidenceReport;
  /** Nothing when the file cannot be read, and then there is nothing to ask a chain. */
  readonly opened?: OpenedEvidence;
}

/** What a readable file says, and what follows from it. */
export interface OpenedEvidence {
  readonly file: EvidenceFile;
  readonly blocks: readonly BlockHeader[];
  readonly history: History;
  readonly checks: readonly ProofCheck[];
  /** Whether the file was compared with a deployment that the asker has. */
  readonly isDeploymentKnown: boolean;
}

/**
 * Checks an evidence file by itself: without a chain, a network or a clock (docs/evidence.md).
 * @param bytes The file's content.
 * @param known The programme's deployment, when who asks has it: then the file must speak of it.
 * @returns A report in any case; what is wrong is a failed check with the entry that it is about.
 */
export async function verifyEvidence(bytes: Uint8Array, known?: Deployment): Promise<ExaminedEvidence> {
  const damage = findDamage(bytes).map(({ path, expected, actual }) => compared("seal", path, expected, actual));
  let file: EvidenceFile;
  try {
    file = readEvidence(bytes);
  } catch (error) {
    if (!(error instanceof CairnError)) throw error;
    return { report: unreadableReport([formCheck(error.message), ...damage]) };
  }
  const whole = judged("seal", "seal", isSealedWhole(file), "of every entry", "of other entries");
  const { checks: onEvents, blocks, events } = await proveEvents(file);
  const history = historyOf(events, { vehicle: file.subject.vehicle, operator: file.deployment.operator });
  const checks = [
    formCheck(),
    ...(damage.length === 0 ? [whole] : damage),
    ...(known === undefined ? [] : [checkDeployment(file.deployment, known)]),
    ...onEvents,
    ...(await checkReadings(file, history)),
    ...checkSamples(file),
  ];
  const opened = { file, blocks, history, checks, isDeploymentKnown: known !== undefined };
  return { report: reportOn({ ...opened, isChainAsked: false }, checks), opened };
}

/** The report on a file of which a chain was asked, too. @param answers What it said. */
export function withAnswers(opened: OpenedEvidence, answers: ChainAnswers): EvidenceReport {
  const { file, blocks, history } = opened;
  const checks = [...opened.checks, ...checkAnswers(file, blocks, history, answers)];
  return reportOn({ ...opened, isChainAsked: true }, checks);
}
