import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type AuditReport, audit } from "../../../src/auditor/index.ts";
import { readEvents } from "../../../src/chain/read/events.ts";
import type { Deliveries } from "./deliveries.ts";
import type { Scene } from "./scene.ts";

/** What is wrong after a soak; nothing, when it went well. */
export interface Verdict {
  readonly report: AuditReport;
  /** Readings that were acknowledged and do not stand, or stand without having been acknowledged. */
  readonly lost: number;
  /** Readings with two different receipts, and drops and days that stand twice or are missing. */
  readonly doubled: number;
  readonly settledDays: number;
}

/** Judges what stands on the chain and in the files against what the cars were told. */
export async function judge({ programme, filesDir }: Scene, deliveries: Deliveries): Promise<Verdict> {
  const receiptsDir = join(programme.workDir, "receipts");
  await mkdir(receiptsDir);
  await writeFile(join(receiptsDir, "receipts.json"), JSON.stringify([...deliveries.receipts.values()]));
  const { rpcUrl, deployment, client } = programme;
  const report = await audit({ rpcUrl, deployment, filesDirs: [filesDir], receiptsDir });
  const events = await readEvents(client, deployment, { fromBlock: 0, toBlock: Number(await client.getBlockNumber()) });
  const drops: number[] = [];
  const days: number[] = [];
  for (const { name, args } of events) {
    if (name === "DropsAnchored") drops.push(...args.roots.map((_, at) => Number(args.firstDrop) + at));
    if (name === "DaySettled") days.push(Number(args.day));
  }
  const outOfPlace = [drops, days].flatMap((numbers) => numbers.filter((number, at) => number !== at)).length;
  return {
    report,
    lost: Math.abs(report.totals.readings - deliveries.receipts.size),
    doubled: deliveries.doubled.length + outOfPlace,
    settledDays: days.length,
  };
}
