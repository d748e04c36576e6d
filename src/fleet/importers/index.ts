/**
 * Importers of recorded logs and reports (docs/importers.md). A log becomes, per vehicle, samples in order of time with
 * the distance rule of its format; the device's own code makes readings of them.
 */
export {
  IMPORT_NOTE_CODES,
  IMPORT_REFUSAL_CODES,
  IMPORT_SKIP_CODES,
  type ImportCounts,
  type ImportRefusalCode,
} from "./codes.ts";
export type { ReportedCar, Reports, TakeoverEvent } from "./dmv-report.ts";
export type { ImportedLog, ImportedVehicle, ImportOptions } from "./importer.ts";
export { recordedFeed } from "./recorded-feed.ts";
export { IMPORTERS, importerOf, REPORT_IMPORTERS, reportImporterOf } from "./registry.ts";
