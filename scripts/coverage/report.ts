/** How much of something was run. */
interface Share {
  readonly run: number;
  readonly all: number;
}

/** A source file's coverage. */
export interface FileCoverage {
  readonly lines: Share;
  /** Lines that are not run, or not all of them. */
  readonly missed: readonly number[];
  /** Percent, as the runner prints it. */
  readonly statements: number;
}

const RECORD = /^SF:(.+)\n((?:DA:.+\n)*)/gm;
const ROW = /^║\s+(\S+)\s+│\s+[\d.]+\s+│\s+([\d.]+)\s+│/gm;

/**
 * Puts together what Hardhat says of coverage: lines in its lcov file, statements only in the table that it prints.
 *
 * @returns Coverage by the files' paths. Files that hold nothing to run are in neither.
 */
export function coverageOf(lcov: string, printed: string): Map<string, FileCoverage> {
  const statements = new Map([...printed.matchAll(ROW)].map(([, path = "", percent]) => [path, Number(percent)]));
  return new Map(
    [...lcov.matchAll(RECORD)].map(([, path = "", data = ""]) => {
      const lines = [...data.matchAll(/^DA:(\d+),(\d+)/gm)].map(([, line, times]) => [Number(line), Number(times)]);
      const missed = lines.filter(([, times]) => times === 0).map(([line]) => line as number);
      const share = { run: lines.length - missed.length, all: lines.length };
      return [path, { lines: share, missed, statements: statements.get(path) ?? 0 }];
    }),
  );
}

/** One file's coverage in a line, and whether it reaches a share. */
export function judge(
  path: string,
  found: FileCoverage | undefined,
  leastPercent: number,
): { text: string; enough: boolean } {
  if (found === undefined) return { text: `${path}: not run at all`, enough: false };
  const { lines, statements, missed } = found;
  const percent = (100 * lines.run) / lines.all;
  const text = `${path}: lines ${percent.toFixed(2)} % (${lines.run} of ${lines.all}), statements ${statements.toFixed(2)} %`;
  const list = missed.length === 0 ? "" : `; missed: ${missed.join(", ")}`;
  return { text: `${text}${list}`, enough: percent >= leastPercent && statements >= leastPercent };
}
