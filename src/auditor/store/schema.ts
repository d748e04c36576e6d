import { type ColumnType, PLACE } from "./columns.ts";
import { MACROS } from "./macros.ts";
import { FILE_TABLES } from "./schema-files.ts";
import { SERVICE_TABLES } from "./schema-services.ts";

/**
 * The tables of an audit. `ev_*` are the chain's events as they were emitted, amounts of uint64 as HUGEINT; `reading` and
 * `day_row` are the published rows; `*_hash` is what was recomputed from them. `drop_no` and `idx` avoid SQL's own words.
 */
export const TABLES = {
  /** A role `granted` with the delay of its holder's acts, or `revoked`. Its number may have 64 bits. */
  ev_role: {
    ...PLACE,
    kind: "VARCHAR",
    role: "HUGEINT",
    account: "BLOB",
    delay_s: "BIGINT",
    holds_from: "BIGINT",
  },
  /** What roles may do, as it was set: of a contract or role, in words. */
  ev_power: { ...PLACE, subject: "VARCHAR", told: "VARCHAR" },
  /** An act that waits for its caller's delay: `announced`, then `done`. */
  ev_admin_act: { ...PLACE, kind: "VARCHAR", operation: "BLOB", nonce: "BIGINT", caller: "BLOB" },
  ev_rules: {
    ...PLACE,
    version: "BIGINT",
    from_day: "BIGINT",
    daily_cap_m: "BIGINT",
    window_days: "BIGINT",
    max_units_per_metre: "HUGEINT",
    challenge_window_s: "BIGINT",
    notice_s: "BIGINT",
    redemption_delay_days: "BIGINT",
    reading_max_age_s: "BIGINT",
    receipt_deadline_s: "BIGINT",
    objection_s: "BIGINT",
    max_fulfilment_s: "BIGINT",
    push_interval_days: "BIGINT",
    max_crystals_per_day: "BIGINT",
    max_registrations_per_day: "BIGINT",
  },
  ev_notice: { ...PLACE, number: "BIGINT" },
  ev_receipt_key: { ...PLACE, signer: "BLOB", valid_from: "BIGINT", valid_until: "BIGINT" },
  ev_device_key: { ...PLACE, vehicle: "BLOB", kind: "VARCHAR", rank: "BIGINT", x: "BLOB", y: "BLOB" },
  /** `paired`, `followed` to a target, `released`. */
  ev_pairing: { ...PLACE, vehicle: "BLOB", account: "BLOB", kind: "VARCHAR", target: "BLOB" },
  /** `moved`, or a pointer `shortened`. */
  ev_move: { ...PLACE, kind: "VARCHAR", account: "BLOB", target: "BLOB" },
  /** `announced`, or `cancelled` by whomever. */
  ev_recovery: {
    ...PLACE,
    kind: "VARCHAR",
    number: "BIGINT",
    account: "BLOB",
    target: "BLOB",
    reason: "BIGINT",
    executable_at: "BIGINT",
  },
  /** An intent of a batch that was not carried out, with the selector of the error that says why. */
  ev_skipped: { ...PLACE, contract: "VARCHAR", account: "BLOB", reason: "BLOB" },
  /** What a role did that only pauses are held against: `a notice published`, `a release requested`. */
  ev_duty: { ...PLACE, kind: "VARCHAR" },
  ev_pause: { ...PLACE, contract: "VARCHAR", kind: "VARCHAR", until: "BIGINT" },
  ev_consent: {
    ...PLACE,
    account: "BLOB",
    recipient: "BLOB",
    purpose: "BIGINT",
    version: "BIGINT",
    kind: "VARCHAR",
    categories: "HUGEINT",
    expires: "BIGINT",
    notice: "BIGINT",
  },
  ev_anchor: { ...PLACE, first_drop: "BIGINT", drops: "BIGINT", superseded_next: "BIGINT", data_digest: "BLOB" },
  ev_anchor_root: { seq: "BIGINT", drop_no: "BIGINT", root: "BLOB" },
  ev_settled: {
    ...PLACE,
    day: "BIGINT",
    stones_root: "BLOB",
    metres_root: "BLOB",
    accounts: "BIGINT",
    total_stones: "HUGEINT",
    total_crystals: "HUGEINT",
    total_metres: "HUGEINT",
    creditable_at: "BIGINT",
    data_digest: "BLOB",
  },
  /** A settlement that was `vetoed` by somebody or `withdrawn`. */
  ev_unsettled: { ...PLACE, day: "BIGINT", kind: "VARCHAR", vetoed_by: "BLOB" },
  ev_credited: { ...PLACE, day: "BIGINT", leaves: "HUGEINT", units: "HUGEINT" },
  ev_transfer: { ...PLACE, sender: "BLOB", receiver: "BLOB", units: "HUGEINT" },
  ev_successor: { ...PLACE, successor: "BLOB", migratable_from: "BIGINT" },
  ev_migrated: { ...PLACE, account: "BLOB", successor: "BLOB", units: "HUGEINT" },
  ev_mining_end: { ...PLACE, day: "BIGINT" },
  /** Vouchers `granted`, or `followed` to a target. */
  ev_voucher: { ...PLACE, kind: "VARCHAR", account: "BLOB", target: "BLOB", item: "BIGINT", count: "BIGINT" },
  /** `listed`, `changed`, `announced` for later, or an announcement `withdrawn`. */
  ev_item: {
    ...PLACE,
    item: "BIGINT",
    kind: "VARCHAR",
    sku: "BLOB",
    price: "HUGEINT",
    stock: "BIGINT",
    opens_at: "BIGINT",
    closes_at: "BIGINT",
    fulfilment_s: "BIGINT",
    min_days_paired: "BIGINT",
    max_rank: "BIGINT",
    milestone: "BIGINT",
    /** First second in which an announced change can be applied. */
    valid_from: "BIGINT",
  },
  ev_order: {
    ...PLACE,
    order_id: "BLOB",
    state: "VARCHAR",
    deadline: "BIGINT",
    account: "BLOB",
    item: "BIGINT",
    vehicle: "BLOB",
    price: "HUGEINT",
    evidence: "BLOB",
  },
  /** Settlements with what became of them; `final` ones stand at the audited head. */
  settlement: { seq: "BIGINT", day: "BIGINT", undone_seq: "BIGINT", final: "BOOLEAN" },
  ...SERVICE_TABLES,
  ...FILE_TABLES,
} as const satisfies Record<string, Record<string, ColumnType>>;
export type TableName = keyof typeof TABLES;

/** The statements that make an empty store. */
export function createSchema(): string[] {
  const tables = Object.entries(TABLES).map(([name, columns]) => {
    const list = Object.entries(columns).map(([column, type]) => `"${column}" ${type}`);
    return `CREATE TABLE ${name} (${list.join(", ")})`;
  });
  return [...tables, ...MACROS];
}
