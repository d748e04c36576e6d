import { CairnError } from "../../protocol/index.ts";
import { cabspotting } from "./cabspotting.ts";
import { dmvDisengagement } from "./dmv-disengagement.ts";
import type { ReportImporter } from "./dmv-report.ts";
import { envirocar } from "./envirocar.ts";
import { goTrack } from "./go-track.ts";
import type { Importer } from "./importer.ts";
import { speedCsv } from "./speed-csv.ts";
import { twizy } from "./twizy.ts";

/** Formats of recorded driving. A new one is entered here. */
export const IMPORTERS: readonly Importer[] = [cabspotting, speedCsv, envirocar, twizy, goTrack];

/** Formats of reports, which have counts and distances but no samples. */
export const REPORT_IMPORTERS: readonly ReportImporter[] = [dmvDisengagement];

/**
 * The importer of a format of recorded driving.
 * @throws ARGUMENT_INVALID when there is none of that name.
 */
export function importerOf(format: string): Importer {
  return named(IMPORTERS, format);
}

/**
 * The importer of a format of reports.
 * @throws ARGUMENT_INVALID when there is none of that name.
 */
export function reportImporterOf(format: string): ReportImporter {
  return named(REPORT_IMPORTERS, format);
}

function named<Named extends { readonly format: string }>(importers: readonly Named[], format: string): Named {
  const found = importers.find((importer) => importer.format === format);
  if (found !== undefined) return found;
  const formats = importers.map((importer) => importer.format).join(", ");
  throw new CairnError("ARGUMENT_INVALID", `no format ${format}; there are ${formats}`);
}
