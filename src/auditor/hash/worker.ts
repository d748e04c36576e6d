import { parentPort, workerData } from "node:worker_threads";
import type { ReadingDomain } from "./examine-drop.ts";
import { CLOSE, createJobRunner, type Job } from "./jobs.ts";

const run = createJobRunner(workerData as ReadingDomain);

parentPort?.on("message", async (job: Job | typeof CLOSE) => {
  if (job === CLOSE) return parentPort?.close();
  const result = await run(job);
  const transfer = Array.isArray(result) ? [] : [result.hashes.buffer, result.flags.buffer];
  parentPort?.postMessage(result, transfer as ArrayBuffer[]);
});
