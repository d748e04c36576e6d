import { MACROS } from "./macros.ts";

type ColumnType = "BIGINT" | "HUGEINT" | "BLOB" | "VARCHAR" | "BOOLEAN";

/** Where on the chain an event stands. `seq` numbers all events in their order. */
const PLACE = { seq: "BIGINT", block: "BIGINT", tx: "BLOB", time: "BIGINT" } as const;

/**
 * The tables of an audit. `ev_*` are the chain's events as they were emitted, amounts of uint64 as HUGEINT; `reading` and
 * `day_row` are the published rows; `*_hash` is what was recomputed from them. `drop_no` and `idx` avoid SQL's own words.
 */
export const TABLES = {
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
  ev_unsettled: { ...PLACE, day: "BIGINT", kind: "VARCHAR" },
  ev_credited: { ...PLACE, day: "BIGINT", leaves: "HUGEINT", units: "HUGEINT" },
  ev_transfer: { ...PLACE, sender: "BLOB", receiver: "BLOB", units: "HUGEINT" },
  ev_successor: { ...PLACE, successor: "BLOB", migratable_from: "BIGINT" },
  ev_migrated: { ...PLACE, account: "BLOB", successor: "BLOB", units: "HUGEINT" },
  ev_mining_end: { ...PLACE, day: "BIGINT" },
  /** A season's prize table: a row per tier, all of one event. */
  ev_tier: {
    ...PLACE,
    season: "BIGINT",
    tier: "BIGINT",
    kind: "VARCHAR",
    amount: "HUGEINT",
    item: "BIGINT",
  },
  /** Boxes that were requested, from the account's number `first_box` on. */
  ev_box_request: { ...PLACE, account: "BLOB", first_box: "HUGEINT", season: "BIGINT" },
  /** Boxes that were opened: a row per box, all of one event. */
  ev_box: { ...PLACE, account: "BLOB", first_box: "HUGEINT", nth: "BIGINT", tier: "BIGINT" },
  /** Stones won that `wait`, were `claimed`, or `followed` a move to a target. */
  ev_claimable: { ...PLACE, kind: "VARCHAR", account: "BLOB", target: "BLOB", units: "HUGEINT" },
  /** Vouchers `granted`, or `followed` to a target. */
  ev_voucher: { ...PLACE, kind: "VARCHAR", account: "BLOB", target: "BLOB", item: "BIGINT", count: "BIGINT" },
  /** `attested` or `revoked`. */
  ev_milestone: { ...PLACE, kind: "VARCHAR", milestone: "BIGINT", account: "BLOB", counts_from: "BIGINT" },
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
  },
  /** Settlements with what became of them; `final` ones stand at the audited head. */
  settlement: { seq: "BIGINT", day: "BIGINT", undone_seq: "BIGINT", final: "BOOLEAN" },
  /** What the manifest names, newest entry per path, and what became of the file. */
  published: {
    path: "VARCHAR",
    kind: "VARCHAR",
    number: "BIGINT",
    rows: "BIGINT",
    digest: "BLOB",
    filename: "VARCHAR",
    loaded: "BOOLEAN",
  },
  /** Every digest that the manifest ever named for a path. */
  manifest_digest: { path: "VARCHAR", line: "BIGINT", digest: "BLOB" },
  reading: {
    drop_no: "BIGINT",
    position: "BIGINT",
    row_drop: "BIGINT",
    idx: "BIGINT",
    vehicle: "BLOB",
    sequence: "BIGINT",
    started_at: "BIGINT",
    ended_at: "BIGINT",
    odometer_start_m: "BIGINT",
    odometer_end_m: "BIGINT",
    takeovers: "BIGINT",
    categories: "BIGINT",
    payload: "BLOB",
    r: "BLOB",
    s: "BLOB",
    account: "BLOB",
    counted_m: "BIGINT",
    vehicle_day_after_m: "BIGINT",
    account_after_m: "BIGINT",
    prev_vehicle_leaf: "BLOB",
    prev_account_leaf: "BLOB",
    salt: "BLOB",
    row_salt: "BLOB",
    row_hash: "BLOB",
  },
  reading_hash: { drop_no: "BIGINT", position: "BIGINT", leaf: "BLOB", digest: "BLOB", flags: "BIGINT" },
  /** The root over each drop's leaves, where all of them are known. */
  drop_root: { drop_no: "BIGINT", root: "BLOB" },
  day_row: {
    day: "BIGINT",
    position: "BIGINT",
    row_day: "BIGINT",
    idx: "BIGINT",
    account: "BLOB",
    metres: "BIGINT",
    head_leaf: "BLOB",
    metres_salt: "BLOB",
    prefix_metres: "BIGINT",
    metres_prefix_salt: "BLOB",
    stones: "BIGINT",
    crystals: "BIGINT",
    head_award: "BLOB",
    stones_salt: "BLOB",
    prefix_stones: "BIGINT",
    prefix_crystals: "BIGINT",
    stones_prefix_salt: "BLOB",
    row_salt: "BLOB",
    row_hash: "BLOB",
  },
  day_hash: { day: "BIGINT", position: "BIGINT", metres_leaf: "BLOB", stones_leaf: "BLOB", flags: "BIGINT" },
  receipt: {
    file: "VARCHAR",
    digest: "BLOB",
    account: "BLOB",
    drop_no: "BIGINT",
    deadline: "BIGINT",
  },
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
