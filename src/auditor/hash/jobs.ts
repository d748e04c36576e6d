import { DayExaminer } from "./examine-day.ts";
import { DropExaminer, type Examined, type ReadingDomain } from "./examine-drop.ts";
import type { FileKind } from "./layout.ts";
import type { Batch } from "./preimage.ts";
import { recoverSigners, type SignedDigest } from "./signers.ts";

/** Work that a thread can do: examine a batch of rows, or find out who signed. */
export type Job =
  | { readonly kind: FileKind; readonly batch: Batch }
  | { readonly kind: "signers"; readonly signed: readonly SignedDigest[] };
export type JobResult = Examined | Awaited<ReturnType<typeof recoverSigners>>;

/** What a thread is sent when there is no more work. */
export const CLOSE = "close";

/** Does jobs one after another; one for each thread. */
export function createJobRunner(domain: ReadingDomain): (job: Job) => Promise<JobResult> {
  const drops = new DropExaminer(domain);
  const days = new DayExaminer();
  return async (job) => {
    if (job.kind === "signers") return recoverSigners(job.signed);
    return job.kind === "drop" ? drops.examine(job.batch) : days.examine(job.batch);
  };
}
