import { Tally } from "./codes.ts";
import { type CsvHeader, type CsvRow, encodingOf, openCsv } from "./csv.ts";
import { initiatorOf, reportDate, reportMonth } from "./dmv-fields.ts";
import type { Filing, ReportedCar, ReportImporter, ReportOptions, Reports, TakeoverEvent } from "./dmv-report.ts";
import { decimal } from "./fields.ts";
import { baseName, type LogFile, listLog, refusal } from "./files.ts";

const FILE_NAME = /^(\d{4})(?:-(\d\d))?-(disengagements|mileage)(?:-(driverless|first-time)[a-z-]*)?\.csv(?:\.gz)?$/;
const VIN_LENGTH = 17;
const METRES_PER_MILE = 1_609.344;

/** What a report's name tells, and in which encoding it is. */
interface Report {
  readonly file: LogFile;
  readonly encoding: string;
  readonly events: boolean;
  readonly reportYear: number;
  /** First month of the period, `YYYY-MM`. */
  readonly firstMonth: string;
  readonly filing: Filing;
}

/** California's disengagement and mileage reports of cars that are tested in automated driving. */
export const dmvDisengagement: ReportImporter = {
  format: "dmv-disengagement",
  describe:
    "California DMV reports: YYYY-disengagements*.csv, YYYY-mileage*.csv; takeovers and monthly distance per car",
  async open(dir, options) {
    const tally = new Tally();
    const { files, folders, ...folder } = await listLog(dir);
    tally.skipped.FILE_IGNORED += folders.length;
    const reports: Report[] = [];
    for (const file of files) {
      const report = await reportOf(file);
      if (report === undefined) tally.skipped.FILE_IGNORED++;
      else reports.push(report);
    }
    if (reports.length === 0) throw refusal(folder, 0, "LOG_EMPTY");
    return new OpenReports(reports, options, tally);
  },
};

async function reportOf(file: LogFile): Promise<Report | undefined> {
  const [, year, second, kind, filing] = FILE_NAME.exec(baseName(file)) ?? [];
  if (year === undefined) return undefined;
  const encoding = await encodingOf(file);
  // A period of two years is named 2020-21 and begins with January; one of a single year begins with December.
  const reportYear = second === undefined ? Number(year) : Number(`${year.slice(0, 2)}${second}`);
  const firstMonth = second === undefined ? `${reportYear - 1}-12` : `${year}-01`;
  const events = kind === "disengagements";
  return { file, encoding, events, reportYear, firstMonth, filing: (filing ?? "regular") as Filing };
}

class OpenReports implements Reports {
  readonly #reports: readonly Report[];
  readonly #options: ReportOptions;
  readonly counts: Tally;

  constructor(reports: readonly Report[], options: ReportOptions, tally: Tally) {
    this.#reports = reports;
    this.#options = options;
    this.counts = tally;
  }

  async *events(): AsyncGenerator<TakeoverEvent, void, undefined> {
    for (const report of this.#reports.filter(({ events }) => events)) {
      const { header, rows } = await openCsv(report.file, report.encoding);
      const columns = {
        permit: header.column("Permit Number"),
        date: header.column("DATE"),
        vin: header.column("VIN NUMBER"),
        initiator: header.column("DISENGAGEMENT INITIATED BY", "beginning"),
      };
      // Most events have a date and no time: equal rows are several events of one day. They are counted, never dropped.
      const seen = new Set<string>();
      for await (const batch of rows) {
        for (const row of batch) {
          if (!this.#isWhole(row, header)) continue;
          const text = JSON.stringify(row.fields.map((field) => field.trim()));
          if (seen.has(text)) this.counts.noted.ROW_EQUAL++;
          seen.add(text);
          const event = this.#event(report, (name) => row.fields[columns[name]] ?? "");
          if (event !== undefined) yield event;
        }
      }
    }
  }

  #event(
    { reportYear, firstMonth, filing }: Report,
    field: (name: "permit" | "date" | "vin" | "initiator") => string,
  ): TakeoverEvent | undefined {
    const { noted, skipped } = this.counts;
    const when = reportDate(field("date"));
    if (when === undefined) {
      skipped.DATE_IMPOSSIBLE++;
      return undefined;
    }
    const vehicle = this.#pseudonym(field("vin"), field("permit"));
    if (vehicle === undefined) return undefined;
    const month = when.date.slice(0, 7);
    if (month < firstMonth || month > `${reportYear}-11`) noted.DATE_OUTSIDE_REPORT++;
    const initiatedBy = initiatorOf(field("initiator"));
    if (initiatedBy === "unknown") noted.INITIATOR_UNKNOWN++;
    this.counts.read++;
    return { vehicle, reportYear, filing, ...when, initiatedBy };
  }

  async *cars(): AsyncGenerator<ReportedCar, void, undefined> {
    for (const report of this.#reports.filter(({ events }) => !events)) {
      const { header, rows } = await openCsv(report.file, report.encoding);
      const columns = {
        permit: header.column("Permit Number"),
        vin: header.column("VIN NUMBER"),
        takeovers: header.column("Annual Total of Disengagements"),
        total: header.column("ANNUAL TOTAL"),
      };
      const months = header.names
        .map((name, column) => ({ month: reportMonth(name), column }))
        .filter((each): each is Month => each.month !== undefined)
        .sort((a, b) => (a.month < b.month ? -1 : 1));
      if (months.length === 0) header.refuse();
      const seen = new Set<string>();
      for await (const batch of rows) {
        for (const row of batch) {
          if (!this.#isWhole(row, header)) continue;
          const car = this.#car(report, months, (name) => row.fields[columns[name]] ?? "", row.fields);
          if (car === undefined) continue;
          if (seen.has(car.vehicle)) this.counts.noted.VEHICLE_LISTED_TWICE++;
          seen.add(car.vehicle);
          yield car;
        }
      }
    }
  }

  #car(
    { reportYear, filing }: Report,
    columns: readonly Month[],
    field: (name: "permit" | "vin" | "takeovers" | "total") => string,
    fields: readonly string[],
  ): ReportedCar | undefined {
    const vehicle = this.#pseudonym(field("vin"), field("permit"));
    if (vehicle === undefined) return undefined;
    const miles = columns.map(({ month, column }) => ({ month, miles: this.#number(fields[column] ?? "") ?? 0 }));
    const sum = miles.reduce((total, month) => total + month.miles, 0);
    const total = this.#number(field("total")) ?? sum;
    // Rounding of each month alone explains a mile.
    const tolerance = Math.max(1, sum / 100, total / 100) + 1e-6;
    if (Math.abs(total - sum) > tolerance) this.counts.noted.TOTAL_DIFFERS++;
    const months = miles
      .filter((month) => month.miles > 0)
      .map((month) => ({ month: month.month, autonomousM: month.miles * METRES_PER_MILE }));
    this.counts.read++;
    return { vehicle, reportYear, filing, takeovers: this.#number(field("takeovers")) ?? 0, months };
  }

  /** A row of fewer or more fields is left out, and one of none: reports are padded with those. */
  #isWhole({ fields }: CsvRow, header: CsvHeader): boolean {
    const blank = fields.every((field) => field.trim() === "");
    if (blank) this.counts.skipped.ROW_BLANK++;
    else if (fields.length !== header.names.length) this.counts.skipped.ROW_INVALID++;
    return !blank && fields.length === header.names.length;
  }

  #number(text: string): number | undefined {
    const { noted, skipped } = this.counts;
    const plain = text.replace(/[,\s]/g, "");
    if (plain === "") {
      skipped.CELL_EMPTY++;
      return undefined;
    }
    if (plain !== text.trim()) noted.NUMBER_REPAIRED++;
    const number = decimal(plain);
    if (number !== undefined && number >= 0) return number;
    skipped.NUMBER_INVALID++;
    return undefined;
  }

  /** A number that was cut names a car only together with its maker. */
  #pseudonym(vinField: string, permit: string): string | undefined {
    const vin = vinField.trim().toUpperCase();
    if (vin === "") {
      this.counts.skipped.ROW_INVALID++;
      return undefined;
    }
    if (vin.length === VIN_LENGTH) return this.#options.pseudonymOf(vin);
    this.counts.noted.VIN_IRREGULAR++;
    return this.#options.pseudonymOf(`${permit.trim().toUpperCase()} ${vin}`);
  }
}

interface Month {
  readonly month: string;
  readonly column: number;
}
