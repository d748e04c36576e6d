import { numbers, unixOf } from "./fields.ts";

const MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

/** Dates as the makers write them, with what is which. */
const DATES: readonly RegExp[] = [
  /^(?<year>\d{4})[.](?<month>\d\d)[.](?<day>\d\d)[.]?(?: (?<time>\d\d:\d\d:\d\d))?$/,
  /^(?<year>\d{4})-(?<month>\d\d)-(?<day>\d\d)(?: (?:\/ )?(?<time>\d\d:\d\d:\d\d))?$/,
  /^(?<year>\d{4})\/(?<month>\d\d)\/(?<day>\d\d)$/,
  /^(?<month>\d{1,2})\/(?<day>\d{1,2})\/(?<year>\d{4}|\d\d)$/,
  /^(?<day>\d\d)\/(?<month>[A-Za-z]{3})\/(?<year>\d\d)$/,
];

/** Reads a date in any of the spellings of the reports. @returns Undefined when it is in none, or in no calendar. */
export function reportDate(text: string): { readonly date: string; readonly timeOfDayS?: number } | undefined {
  const trimmed = text.trim();
  const groups = DATES.map((pattern) => pattern.exec(trimmed)?.groups).find((found) => found !== undefined);
  if (groups === undefined) return undefined;
  const { year = "", month = "", day, time } = groups;
  const [hour, minute, second] = time?.split(":") ?? ["0", "0", "0"];
  const fullYear = year.length === 2 ? `20${year}` : year;
  const named = MONTHS.indexOf(month.toLowerCase()) + 1;
  const texts = { year: fullYear, month: named === 0 ? month : String(named), day, hour, minute, second };
  const at = unixOf(numbers(texts), 0);
  if (at === undefined) return undefined;
  const date = new Date(at * 1000).toISOString().slice(0, 10);
  return time === undefined ? { date } : { date, timeOfDayS: at % 86_400 };
}

/** Reads a column's name like `JULY 2021`. @returns `YYYY-MM`, or undefined when it is no month's. */
export function reportMonth(name: string): string | undefined {
  const [, word = "", year] = /^([A-Z]{3,9}) (\d{4})$/.exec(name) ?? [];
  const month = MONTHS.indexOf(word.slice(0, 3).toLowerCase()) + 1;
  return month === 0 ? undefined : `${year}-${String(month).padStart(2, "0")}`;
}

/** Who ended the automated drive, in any of the spellings of the reports. */
export function initiatorOf(text: string): "driver" | "system" | "unknown" {
  const word = text.trim().toLowerCase();
  if (/^(?:test driver?|driver|operator|remote operator|passenger)\b/.test(word)) return "driver";
  return /^(?:av system|ads|software)\b/.test(word) ? "system" : "unknown";
}
