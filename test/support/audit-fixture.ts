import type { AuditContext, Check } from "../../src/auditor/context.ts";
import { FindingLog } from "../../src/auditor/finding-log.ts";
import type { Finding } from "../../src/auditor/index.ts";
import { deriveFromEvents, deriveFromFiles } from "../../src/auditor/ingest/derive.ts";
import { AuditDatabase, type Cell } from "../../src/auditor/store/database.ts";
import { TABLES, type TableName } from "../../src/auditor/store/schema.ts";
import type { Hex } from "../../src/protocol/codec/bytes.ts";
import { DAY_S } from "../../src/protocol/codec/codes.ts";

/** Genesis of hand-made fixtures: a small number, so that times can be read. */
export const GENESIS = 1_000_000;
const OPERATOR: Hex = `0x${"09".repeat(20)}`;
export const ZERO_ADDRESS: Hex = `0x${"00".repeat(20)}`;
const TX: Hex = `0x${"77".repeat(32)}`;

/** A row of a table by its columns; what is not named is 0, or zero bytes, or null where that is said. */
export type FixtureRow = Readonly<Record<string, Cell>>;

/** Events in their order, each the table that takes it and its columns. `time` counts from genesis. */
export type FixtureEvents = readonly (readonly [TableName, FixtureRow])[];

/** Values of rules version 0. */
export const RULES: FixtureRow = {
  daily_cap_m: 20_000,
  window_days: 2,
  max_units_per_metre: 5_000_000_000,
  challenge_window_s: 3_600,
  reading_max_age_s: DAY_S,
  receipt_deadline_s: 3_600,
  objection_s: 3_600,
  push_interval_days: 1,
  max_fulfilment_s: DAY_S,
  max_crystals_per_day: 100,
  max_registrations_per_day: 2,
};

/**
 * Runs checks over events that were written by hand, as no honest contract would emit them.
 * @param events After them the chain stands still, on day 20 or later; a notice and rules version 0 come before them.
 * @param checks Run in this order; earlier ones may make tables that later ones use.
 * @returns The findings of all of them.
 */
export async function checkEvents(events: FixtureEvents, checks: readonly Check[]): Promise<readonly Finding[]> {
  const database = await AuditDatabase.open();
  try {
    let seq = 0;
    const first: FixtureEvents = [
      ["ev_notice", { number: 1 }],
      ["ev_rules", RULES],
    ];
    for (const [table, row] of [...first, ...events]) {
      await database.append(table, [cellsOf(table, { seq, block: seq, tx: TX, ...row }, Number(row.time ?? 0))]);
      if (table === "ev_anchor") {
        const drops = Array.from({ length: Number(row.drops) }, (_, i): Cell[] => [
          seq,
          Number(row.first_drop) + i,
          `0x${"00".repeat(32)}`,
        ]);
        await database.append("ev_anchor_root", drops);
      }
      seq++;
    }
    const context = {
      database,
      findings: new FindingLog(),
      fromDay: 0,
      // Its last block: what a test says of block 0 belongs to the deployment.
      deployment: { genesis: GENESIS, operator: OPERATOR, block: 0 },
      head: {
        number: seq,
        hash: TX,
        time: GENESIS + Math.max(20 * DAY_S, ...events.map(([, row]) => Number(row.time ?? 0))),
      },
    } as unknown as AuditContext;
    await deriveFromEvents(context);
    await deriveFromFiles(context);
    for (const check of checks) await check.run(context);
    return context.findings.findings;
  } finally {
    await database.close();
  }
}

function cellsOf(table: TableName, row: FixtureRow, time: number): Cell[] {
  return Object.entries(TABLES[table]).map(([column, type]) => {
    if (column === "time") return GENESIS + time;
    if (column in row) return row[column] as Cell;
    if (type === "BLOB") return column === "tx" ? TX : `0x${"00".repeat(32)}`;
    return type === "VARCHAR" ? "" : 0;
  });
}
