import { Worker } from "node:worker_threads";
import type { Hex } from "../../protocol/codec/bytes.ts";
import { CLOSE, createJobRunner, type Job, type JobResult, type SigningDomains } from "./jobs.ts";
import type { FileKind } from "./layout.ts";
import type { Batch } from "./preimage.ts";
import type { Examined } from "./row-hash.ts";
import type { SignedDigest } from "./signers.ts";

/** Hashes rows and verifies signatures, on several threads where that pays. */
export interface Pool {
  /** How many jobs are worth having under way at once. */
  readonly width: number;
  /** Examines a batch of rows, whose buffers it takes over. */
  examine(kind: FileKind, batch: Batch): Promise<Examined>;
  /** Finds out who signed each digest; undefined where the bytes are no signature. */
  recoverSigners(signed: readonly SignedDigest[]): Promise<(Hex | undefined)[]>;
  close(): Promise<void>;
}

/** Signatures that one job recovers: about a tenth of a second of work. */
const SIGNERS_PER_JOB = 64;

/** The pool for little work: no threads, which would cost more than they save. */
export function createInlinePool(domains: SigningDomains): Pool {
  return poolOf({ width: 1, run: createJobRunner(domains), close: async () => {} });
}

// Compiled, the worker is a .js file beside this one; under a loader it is the .ts source.
const WORKER = new URL(import.meta.url.endsWith(".ts") ? "./worker.ts" : "./worker.js", import.meta.url);

/**
 * Starts worker threads. Each takes one job at a time; a job beyond that waits for a free thread.
 * @param threads How many, at least 1.
 */
export function createThreadPool(domains: SigningDomains, threads: number): Pool {
  const lanes: Lane[] = Array.from({ length: threads }, () => startLane(domains));
  const queue: ((lane: Lane) => void)[] = [];
  const runOn = (lane: Lane, job: Job): Promise<JobResult> =>
    new Promise<JobResult>((resolve, reject) => {
      lane.waiting = { resolve, reject };
      if (lane.failure !== undefined) reject(lane.failure);
      const transfer = job.kind === "signers" ? [] : [job.batch.numbers.buffer, job.batch.bytes.buffer];
      lane.worker.postMessage(job, transfer as ArrayBuffer[]);
    }).finally(() => {
      lane.waiting = undefined;
      queue.shift()?.(lane);
    });
  return poolOf({
    width: 2 * threads,
    run(job) {
      const free = lanes.find((lane) => lane.waiting === undefined);
      if (free !== undefined) return runOn(free, job);
      return new Promise((resolve, reject) => {
        queue.push((lane) => runOn(lane, job).then(resolve, reject));
      });
    },
    async close() {
      // Asked to end rather than terminated: Node can abort the process when a thread is torn down in native code.
      for (const { worker } of lanes) worker.postMessage(CLOSE);
      await Promise.all(lanes.map(({ ended }) => ended));
    },
  });
}

function poolOf(engine: { width: number; run(job: Job): Promise<JobResult>; close(): Promise<void> }): Pool {
  const { width, run, close } = engine;
  return {
    width,
    close,
    examine: (kind, batch) => run({ kind, batch }) as Promise<Examined>,
    async recoverSigners(signed) {
      const jobs: Promise<JobResult>[] = [];
      for (let at = 0; at < signed.length; at += SIGNERS_PER_JOB) {
        jobs.push(run({ kind: "signers", signed: signed.slice(at, at + SIGNERS_PER_JOB) }));
      }
      return ((await Promise.all(jobs)) as (Hex | undefined)[][]).flat();
    },
  };
}

interface Lane {
  readonly worker: Worker;
  waiting: { resolve(result: JobResult): void; reject(error: unknown): void } | undefined;
  /** What ended the thread; it takes no more work. */
  failure: unknown;
  readonly ended: Promise<void>;
}

function startLane(domains: SigningDomains): Lane {
  const worker = new Worker(WORKER, { workerData: domains });
  const ended = new Promise<void>((resolve) => worker.once("exit", () => resolve()));
  const lane: Lane = { worker, waiting: undefined, failure: undefined, ended };
  worker.on("message", (result: JobResult) => lane.waiting?.resolve(result));
  worker.on("error", (error) => {
    lane.failure = error;
    lane.waiting?.reject(error);
  });
  return lane;
}
