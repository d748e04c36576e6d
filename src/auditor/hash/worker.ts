import { parentPort, workerData } from "node:worker_threads";
import { CLOSE, createJobRunner, type Job, type SigningDomains } from "./jobs.ts";

const run = createJobRunner(workerData as SigningDomains);

parentPort?.on("message", async (job: Job | typeof CLOSE) => {
  if (job === CLOSE) return parentPort?.close();
  const result = await run(job);
  const transfer = Array.isArray(result) ? [] : [result.hashes.buffer, result.flags.buffer];
  parentPort?.postMessage(result, transfer as ArrayBuffer[]);
});
