import { type AuditReport, audit } from "../../../src/auditor/index.ts";
import type { DishonestProducer } from "../dishonest-producer.ts";
import type { Corruption } from "./corruption.ts";

/** Runs the programme with one thing that is false, and audits it. @returns What the auditor says. */
export async function tryCorruption(
  producer: DishonestProducer,
  { scheme, meanwhile, afterwards }: Pick<Corruption, "scheme" | "meanwhile" | "afterwards">,
): Promise<AuditReport> {
  const run = await producer.begin(scheme?.(producer));
  if (meanwhile !== undefined) run.meanwhile((day) => meanwhile(day, producer, run));
  await run.runDays();
  const handedIn = (await afterwards?.(run, producer)) ?? {};
  const { rpcUrl, deployment } = producer;
  return audit({ rpcUrl, deployment, filesDirs: run.filesDirs, ...handedIn });
}
