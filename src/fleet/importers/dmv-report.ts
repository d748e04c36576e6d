import type { ImportCounts } from "./codes.ts";

export interface ReportOptions {
  /**
   * Makes the name under which a car appears of what the report calls it: its vehicle identification number, or the
   * permit and what is left of a number that was cut. Equal numbers must give equal names; nothing else of the number
   * gets out of the importer.
   */
  readonly pseudonymOf: (vehicleNumber: string) => string;
}

/** Regular reports, those of cars without a driver, and first reports of new holders of a permit. */
export type Filing = "driverless" | "first-time" | "regular";

/** That the automated mode was switched off, for safety or by failure. */
export interface TakeoverEvent {
  /** The car's pseudonym. */
  readonly vehicle: string;
  /** The year that the report is on: December of the year before to November. */
  readonly reportYear: number;
  readonly filing: Filing;
  /** `YYYY-MM-DD`, local. */
  readonly date: string;
  /** Seconds since local midnight; most events have none. */
  readonly timeOfDayS?: number;
  readonly initiatedBy: "driver" | "system" | "unknown";
}

/** A row of a mileage report: one car in one reporting period. */
export interface ReportedCar {
  /** The car's pseudonym. */
  readonly vehicle: string;
  readonly reportYear: number;
  readonly filing: Filing;
  /** Takeovers that the report claims for the period. */
  readonly takeovers: number;
  /** Months with automated distance, oldest first: `YYYY-MM`, and metres as a decimal number. */
  readonly months: readonly { readonly month: string; readonly autonomousM: number }[];
}

/** An open collection of reports. Each call of a method reads the files again, and counts again. */
export interface Reports {
  events(): AsyncIterable<TakeoverEvent>;
  cars(): AsyncIterable<ReportedCar>;
  /** Live: it grows as reports are read; `read` counts events and cars. */
  readonly counts: ImportCounts;
}

/** Reads reports of one format: takeovers and distances per car, but no samples and so no readings. */
export interface ReportImporter {
  /** Its name on the command line. */
  readonly format: string;
  /** What it reads, in a line. */
  readonly describe: string;
  /**
   * Finds the reports of a folder, and reads each once to know its encoding.
   * @throws FILE_UNREADABLE, SAMPLES_INVALID with file, line and code in the details.
   */
  open(dir: string, options: ReportOptions): Promise<Reports>;
}
