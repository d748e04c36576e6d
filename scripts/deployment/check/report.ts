/** Something that is not as it should be, with the evidence. */
export interface Difference {
  readonly what: string;
  readonly expected: string;
  readonly actual: string;
}

/** One thing that was looked at. */
export interface Subject {
  readonly kind: "record" | "contract" | "role" | "setup";
  readonly name: string;
  readonly differences: readonly Difference[];
}

/** What became of a check. */
export interface Report {
  readonly same: boolean;
  readonly subjects: readonly Subject[];
  /** What the programme's rules role has done since the deployment: told, not judged. */
  readonly since: readonly string[];
}

/** A difference when two values are not the same. */
export function compare(what: string, expected: unknown, actual: unknown): Difference[] {
  return String(expected) === String(actual) ? [] : [{ what, expected: String(expected), actual: String(actual) }];
}
