/** How well counts agree with the odds that were announced. */
export interface ChiSquare {
  readonly statistic: number;
  readonly degreesOfFreedom: number;
  /** The probability of a statistic at least this large when the odds are as announced; 1 when nothing can be said. */
  readonly pValue: number;
}

/** Below this many expected counts a class is joined with others: the distribution is only then close to the real one. */
const LEAST_EXPECTED = 5;

/**
 * Pearson's chi-square test of counts against weights.
 * @param observed How often each class came.
 * @param weights Each class's share of the sum of all weights.
 */
export function chiSquareTest(observed: readonly number[], weights: readonly number[]): ChiSquare {
  const classes = classesOf(observed, weights);
  const statistic = classes.reduce((sum, { seen, due }) => sum + (seen - due) ** 2 / due, 0);
  const degreesOfFreedom = Math.max(0, classes.length - 1);
  const pValue = degreesOfFreedom === 0 ? 1 : upperGamma(degreesOfFreedom / 2, statistic / 2);
  return { statistic, degreesOfFreedom, pValue };
}

/** The classes with what was seen and due; the rarest are joined until each has enough due. */
function classesOf(observed: readonly number[], weights: readonly number[]): { seen: number; due: number }[] {
  const total = observed.reduce((sum, count) => sum + count, 0);
  const weight = weights.reduce((sum, each) => sum + each, 0);
  const rarestFirst = weights
    .map((each, at) => ({ seen: observed[at] ?? 0, due: (total * each) / weight }))
    .sort((a, b) => a.due - b.due);
  const classes: { seen: number; due: number }[] = [];
  let joined = { seen: 0, due: 0 };
  for (const { seen, due } of rarestFirst) {
    joined = { seen: joined.seen + seen, due: joined.due + due };
    if (joined.due < LEAST_EXPECTED) continue;
    classes.push(joined);
    joined = { seen: 0, due: 0 };
  }
  const last = classes.pop() ?? { seen: 0, due: 0 };
  return [...classes, { seen: last.seen + joined.seen, due: last.due + joined.due }];
}

const MOST_STEPS = 10_000;
const PRECISION = 1e-15;

/** Q(a, x), the regularised upper incomplete gamma function: a power series below a + 1, a continued fraction above. */
function upperGamma(a: number, x: number): number {
  if (x <= 0) return 1;
  const scale = Math.exp(a * Math.log(x) - x - logGamma(a));
  return x < a + 1 ? 1 - scale * lowerSeries(a, x) : scale * upperFraction(a, x);
}

function lowerSeries(a: number, x: number): number {
  let term = 1 / a;
  let sum = term;
  for (let n = 1; n < MOST_STEPS && term > sum * PRECISION; n++) {
    term *= x / (a + n);
    sum += term;
  }
  return sum;
}

/** Evaluated from the front by the recurrence of the convergents (NIST DLMF 8.9.2, modified Lentz's method). */
function upperFraction(a: number, x: number): number {
  let b = x + 1 - a;
  let c = Number.MAX_VALUE;
  let d = 1 / b;
  let value = d;
  for (let n = 1; n < MOST_STEPS; n++) {
    const numerator = -n * (n - a);
    b += 2;
    d = 1 / (numerator * d + b);
    c = b + numerator / c;
    const factor = c * d;
    value *= factor;
    if (Math.abs(factor - 1) < PRECISION) break;
  }
  return value;
}

/** ln Γ(a) for a > 0, by Stirling's series after the recurrence has made a large (NIST DLMF 5.11.1). */
function logGamma(a: number): number {
  let shift = 0;
  let z = a;
  for (; z < 15; z++) shift += Math.log(z);
  const series = 1 / (12 * z) - 1 / (360 * z ** 3) + 1 / (1_260 * z ** 5) - 1 / (1_680 * z ** 7);
  return (z - 0.5) * Math.log(z) - z + Math.log(2 * Math.PI) / 2 + series - shift;
}
