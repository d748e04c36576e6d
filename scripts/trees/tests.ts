import type { Suite } from "mocha";
import { type Subject, subjectOf } from "../contract-tests/subject.ts";

/** A test that belongs to a contract's function. */
export interface FunctionTest extends Subject {
  /** Its describes' titles below the one that names the function, and its own. */
  readonly title: string;
}

/** The tests below describes that name one of these contracts. What is skipped, or has no body, is no test. */
export function functionTests(root: Suite, contracts: ReadonlySet<string>): FunctionTest[] {
  const below = (suite: Suite, subject: Subject | undefined, above: readonly string[]): FunctionTest[] => {
    const run = suite.tests.filter((test) => !test.isPending());
    const tests = run.map(({ title }) => [...above, title].join(", "));
    return [
      ...(subject === undefined ? [] : tests.map((title) => ({ ...subject, title }))),
      ...suite.suites.flatMap((inner) =>
        subject === undefined
          ? below(inner, subjectOf(inner.title, contracts), [])
          : below(inner, subject, [...above, inner.title]),
      ),
    ];
  };
  return below(root, undefined, []);
}
