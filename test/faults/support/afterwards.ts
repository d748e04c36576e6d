import assert from "node:assert/strict";
import { join } from "node:path";
import type { ProgrammeEvent } from "../../../src/chain/read/events.ts";
import type { OutboxState } from "../../../src/relayer/store/schema.ts";
import { addressOf } from "../../relayer/support/keys.ts";
import type { Stage } from "./stage.ts";
import { allEvents, auditWith, standingNumbers } from "./standing.ts";

/** What may differ from an undisturbed run. */
export interface Allowed {
  /** Transactions of the relayer's key that are not the relayer's. */
  readonly foreign?: number;
  /** Rows of the outbox that were set aside. */
  readonly failed?: number;
  /** Subjects of alerts that may stand at the end. */
  readonly alerts?: readonly string[];
  /** Intents that the contract skipped. */
  readonly skipped?: number;
}

/**
 * What every scenario ends with: the day is brought to its end, and then everything that was acknowledged stands, everything
 * that is due stands once, and the auditor finds nothing.
 */
export async function afterwards(stage: Stage, allowed: Allowed = {}): Promise<void> {
  stage.proxy.heal();
  const status = await stage.finishDay();
  const days = Math.floor((stage.drop - 1) / 144);
  assert.ok(status.settledDays >= Math.max(days, 1), "the day is not settled");
  assert.equal(status.creditedThroughDay, status.settledDays - 1);
  const standing = status.alerts.filter(({ subject }) => !allowed.alerts?.includes(subject));
  assert.deepEqual(standing, []);
  await assertIntents(stage, allowed);
  const { code } = await stage.relayer.stop();
  assert.equal(code, 0);
  await assertAudit(stage);
  assertOnceOnChain(await allEvents(stage.programme));
  await assertOutbox(stage, allowed);
}

async function assertIntents(stage: Stage, { skipped = 0 }: Allowed): Promise<void> {
  const states: string[] = [];
  for (const id of stage.intents) {
    const { body } = await stage.api.get(`/v1/intents/${id}`);
    states.push((body as { state: string }).state);
  }
  const expected = { done: stage.intents.size - skipped, skipped };
  const count = (state: string) => states.filter((other) => other === state).length;
  assert.deepEqual({ done: count("done"), skipped: count("skipped") }, expected, states.join());
}

/** The auditor is the judge: also of the receipts that the cars have kept. */
async function assertAudit({ programme, receipts }: Stage): Promise<void> {
  const report = await auditWith(programme, join(programme.workDir, "files"), receipts.values());
  assert.deepEqual(report.findings, []);
  assert.equal(report.totals.readings, receipts.size, "readings that stand, and readings that were acknowledged");
  assert.notEqual(report.totals.stonesSettled, "0");
  assert.equal(report.totals.stonesCredited, report.totals.stonesSettled);
}

/** Drops and days follow each other without a gap and without a second; so do no two consents or orders. */
function assertOnceOnChain(events: readonly ProgrammeEvent[]): void {
  const { drops, days } = standingNumbers(events);
  const wishes: string[] = [];
  for (const { contract, name, args } of events) {
    if (name === "ConsentGranted") wishes.push(`consent ${args.account} ${args.version}`);
    if (contract === "redemptionDesk" && name === "OrderPlaced") wishes.push(`order ${args.order}`);
  }
  assert.deepEqual(drops, [...drops.keys()], "drops on the chain");
  assert.deepEqual(days, [...days.keys()], "days on the chain");
  assert.equal(new Set(wishes).size, wishes.length, "consents and orders on the chain");
}

/** Every effect is one row that ended, every transaction belongs to a row, and none was made for nothing. */
async function assertOutbox(stage: Stage, { foreign = 0, failed = 0 }: Allowed): Promise<void> {
  type Row = { key: string; state: OutboxState; nonce: number | null };
  const rows = await stage.rows<Row>("select key, state, nonce from outbox");
  const ended = rows.filter(({ state }) => state === "final").map(({ key }) => key.slice(0, key.lastIndexOf(":")));
  assert.equal(new Set(ended).size, ended.length, "effects that ended twice");
  assert.equal(rows.filter(({ state }) => state === "failed").length, failed, "rows that were set aside");
  assert.equal(ended.length + failed, rows.length, "rows under way");
  const sent = rows.filter(({ nonce }) => nonce !== null).length;
  const address = addressOf("relayer");
  const transactions = await stage.programme.client.getTransactionCount({ address, blockTag: "latest" });
  assert.equal(transactions, sent + foreign, "transactions of the relayer's key");
}
