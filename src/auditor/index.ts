export { audit } from "./audit.ts";
export { FINDING_CODES, type FindingCode } from "./finding-codes.ts";
export { type QueryAnswer, type QueryOptions, query } from "./query/query.ts";
export { VIEWS, type View } from "./query/views.ts";
export {
  type AuditOptions,
  type AuditProgress,
  type AuditReport,
  type AuditSeries,
  type CheckResult,
  type ExclusionFigures,
  FINDINGS_PER_CODE,
  type Finding,
  type PollFigures,
  type Resumed,
  type RoundFigures,
  type SeasonOdds,
} from "./report.ts";
