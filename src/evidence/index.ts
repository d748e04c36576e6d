export type { BlockHeader } from "./block-header.ts";
export type { ChainAnswers, ReadingAnswers } from "./chain-answers.ts";
export { overlaps } from "./check-readings.ts";
export { samplesOf } from "./check-samples.ts";
export { PROOF_CHECKS, type ProofCheck, type ProofCheckName } from "./checks.ts";
export {
  EVIDENCE_CONTRACTS,
  EVIDENCE_TYPE,
  type EvidenceContract,
  type EvidenceDeployment,
  type EvidenceFile,
  type EvidenceParts,
  type EvidenceReading,
  type EvidenceSubject,
  type EvidenceTransaction,
  readEvidence,
  writeEvidence,
} from "./file.ts";
export type { History, Move } from "./history.ts";
export { type EvidenceReport, unaskedReport } from "./report.ts";
export {
  type ExaminedEvidence,
  type OpenedEvidence,
  verifyEvidence,
  withAnswers,
} from "./verify.ts";
