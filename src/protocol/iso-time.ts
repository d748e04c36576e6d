/** The last second that a date can name (ECMA-262, 21.4.1.1: 8.64e15 milliseconds). */
const LAST_DATE_S = 8_640_000_000_000;

/** Unix seconds as ISO 8601 in UTC; as a number when no calendar reaches that far, as only a false file's do. */
export function isoTime(seconds: number): string {
  return seconds > LAST_DATE_S ? `second ${seconds}` : new Date(seconds * 1000).toISOString().replace(".000Z", "Z");
}
