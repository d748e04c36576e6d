/** One grant of a consent and when it ended. Times are unix seconds, 0 = has not happened. */
export interface ConsentPeriod {
  readonly version: number;
  /** Category mask. */
  readonly categories: number;
  readonly granted: number;
  readonly expires: number;
  readonly revoked: number;
  /** When the next grant took its place. */
  readonly replaced: number;
}

/** The first second in which a period no longer stands. */
function endOfConsent(period: ConsentPeriod): number {
  return Math.min(period.expires || Infinity, period.revoked || Infinity, period.replaced || Infinity);
}

/** The period that stands at a moment, if any: ConsentRegistry's `consentAt`. */
function consentAt(periods: readonly ConsentPeriod[], time: number): ConsentPeriod | undefined {
  const newest = periods.findLast(({ granted }) => granted <= time);
  return newest !== undefined && time < endOfConsent(newest) ? newest : undefined;
}

/** The period that covers a mask at a moment, if any. */
export function standingConsent(
  periods: readonly ConsentPeriod[],
  categories: number,
  time: number,
): ConsentPeriod | undefined {
  const period = consentAt(periods, time);
  return period !== undefined && includes(period, categories) ? period : undefined;
}

/** Whether a mask is covered at a moment. */
export function consentStands(periods: readonly ConsentPeriod[], categories: number, time: number): boolean {
  return standingConsent(periods, categories, time) !== undefined;
}

/**
 * Whether every category of a mask was covered throughout [from, to), over grants that join without a gap:
 * ConsentRegistry's `consentCovers`.
 * @param periods Of one account, recipient and purpose, in ascending order of version.
 */
export function consentCovers(
  periods: readonly ConsentPeriod[],
  categories: number,
  interval: { from: number; to: number },
): boolean {
  for (let covered = interval.from; covered < interval.to; ) {
    const period = consentAt(periods, covered);
    if (period === undefined || !includes(period, categories)) return false;
    covered = endOfConsent(period);
  }
  return true;
}

// Masks have at most 53 bits, so they are compared as bigints: bit operators on numbers see 32 bits only.
function includes(period: ConsentPeriod, categories: number): boolean {
  return (BigInt(period.categories) & BigInt(categories)) === BigInt(categories);
}
