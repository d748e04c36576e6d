import { DayExaminer } from "./examine-day.ts";
import { DropExaminer } from "./examine-drop.ts";
import { LeafExaminer } from "./examine-leaves.ts";
import type { FileKind } from "./layout.ts";
import type { Batch } from "./preimage.ts";
import type { Examined } from "./row-hash.ts";
import { recoverSigners, type SignedDigest } from "./signers.ts";
import type { SigningDomain } from "./typed-rows.ts";

/** Work that a thread can do: examine a batch of rows, or find out who signed. */
export type Job =
  | { readonly kind: FileKind; readonly batch: Batch }
  | { readonly kind: "signers"; readonly signed: readonly SignedDigest[] };
export type JobResult = Examined | Awaited<ReturnType<typeof recoverSigners>>;

/** The domains of what is signed in published rows. */
export interface SigningDomains {
  readonly reading: SigningDomain;
  readonly award: SigningDomain;
  readonly vote: SigningDomain;
}

/** What a thread is sent when there is no more work. */
export const CLOSE = "close";

/** Does jobs one after another; one for each thread. */
export function createJobRunner(domains: SigningDomains): (job: Job) => Promise<JobResult> {
  const examiners: Readonly<Record<FileKind, { examine(batch: Batch): Examined }>> = {
    drop: new DropExaminer(domains.reading),
    award: LeafExaminer.ofAwards(domains.award),
    day: new DayExaminer(),
    poll: LeafExaminer.ofVotes(domains.vote),
    round: LeafExaminer.ofParts(),
  };
  return async (job) => (job.kind === "signers" ? recoverSigners(job.signed) : examiners[job.kind].examine(job.batch));
}
