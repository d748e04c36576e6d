import type { Sources } from "./compiler.ts";
import type { Unit } from "./units.ts";

/** What a worker is told before its first task. */
export interface Setup {
  readonly sources: Sources;
  readonly units: readonly Unit[];
}

/** Files to be replaced, and the tests run. Without a file, the contracts are as they are. */
export interface Task {
  readonly files: Sources;
  /** The contract or library, and its function, that is changed, when it is one: their tests come first. */
  readonly contract: string;
  readonly name: string;
}

/** What became of a task. */
export type Verdict =
  /** A test failed. */
  | { readonly outcome: "killed"; readonly by: string }
  | { readonly outcome: "survived" }
  /** The compiler makes the same code of it. */
  | { readonly outcome: "equal" }
  | { readonly outcome: "invalid"; readonly by: string }
  /** A test, or all of them, took too long, or so much memory that the system ended the worker. */
  | { readonly outcome: "timeout" };

/** A task that could not be carried out: nothing is known of the mutant. */
export interface Failure {
  readonly failed: string;
}

export type Outcome = Verdict["outcome"];
