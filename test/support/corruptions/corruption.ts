import type { FindingCode } from "../../../src/auditor/index.ts";
import type { Scheme } from "../dishonest-books.ts";
import type { DishonestProducer } from "../dishonest-producer.ts";
import type { Run } from "../dishonest-run.ts";

/** A finding that a corruption must lead to: its code, and what it is about. */
export type Demand = readonly [code: FindingCode, subject: string | RegExp];

/**
 * How something false comes into a programme: into published `files`, into the `books` before they are published, by a
 * `transaction` that the contracts accept, or into a contract's `storage`, as if it were wrong itself.
 */
export type Means = "files" | "books" | "transaction" | "storage";

/** What an audit is given besides the chain and the files. */
interface HandedIn {
  readonly receiptsDir?: string;
  readonly documentsDir?: string;
}

/** One false fact, committed consistently: roots and digests match it, the contracts accept it. */
interface CorruptionFacts {
  readonly when: string;
  readonly scheme?: (producer: DishonestProducer) => Scheme;
  /** What happens on the chain while a day passes. */
  readonly meanwhile?: (day: number, producer: DishonestProducer, run: Run) => Promise<void>;
  /** What is done after the days; by default nothing. */
  readonly afterwards?: (run: Run, producer: DishonestProducer) => Promise<HandedIn | undefined>;
  readonly finds: readonly Demand[];
}

interface Origin {
  readonly means: Means;
  /** Who could do it. */
  readonly by: string;
}

export type Corruption = CorruptionFacts & Origin;

/** Corruptions of one subject. */
export interface CorruptionGroup {
  readonly where: string;
  readonly corruptions: readonly Corruption[];
}

/** Lists corruptions of one subject. @param usual Where they come from, unless one says otherwise. */
export function corruptionsOf(
  where: string,
  usual: Origin,
  list: readonly (CorruptionFacts & Partial<Origin>)[],
): CorruptionGroup {
  return { where, corruptions: list.map((one) => ({ ...usual, ...one })) };
}
