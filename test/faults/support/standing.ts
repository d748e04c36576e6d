import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type AuditReport, audit } from "../../../src/auditor/index.ts";
import { type ProgrammeEvent, readEvents } from "../../../src/chain/read/events.ts";
import type { SignedReceipt } from "../../../src/protocol/index.ts";
import type { TestProgramme } from "../../relayer/support/programme.ts";

/** The auditor's word on a programme, with the receipts that its cars have kept. */
export async function auditWith(
  { workDir, rpcUrl, deployment }: TestProgramme,
  filesDir: string,
  receipts: Iterable<SignedReceipt>,
): Promise<AuditReport> {
  const receiptsDir = join(workDir, "receipts");
  await mkdir(receiptsDir);
  await writeFile(join(receiptsDir, "receipts.json"), JSON.stringify([...receipts]));
  const report = await audit({ rpcUrl, deployment, filesDirs: [filesDir], receiptsDir });
  await rm(receiptsDir, { recursive: true });
  return report;
}

/** Everything that the programme's contracts have told. */
export async function allEvents({ client, deployment }: TestProgramme): Promise<ProgrammeEvent[]> {
  return readEvents(client, deployment, { fromBlock: 0, toBlock: Number(await client.getBlockNumber()) });
}

/** The numbers of anchored drops and of settled days, in the order of the chain. */
export function standingNumbers(events: readonly ProgrammeEvent[]): { drops: number[]; days: number[] } {
  const drops: number[] = [];
  const days: number[] = [];
  for (const { name, args } of events) {
    if (name === "DropsAnchored") drops.push(...args.roots.map((_, at) => Number(args.firstDrop) + at));
    if (name === "DaySettled") days.push(Number(args.day));
  }
  return { drops, days };
}
