import { type ColumnType, PLACE } from "./columns.ts";

/** Events of what the programme runs: tasks, exclusions, boxes, milestones, polls, benefit rounds. */
export const SERVICE_TABLES = {
  /** `defined`, or `ended` on another day. */
  ev_task: {
    ...PLACE,
    kind: "VARCHAR",
    task: "BIGINT",
    crystals: "BIGINT",
    per_day: "BIGINT",
    from_day: "BIGINT",
    until_day: "BIGINT",
    content_hash: "BLOB",
  },
  ev_task_key: { ...PLACE, signer: "BLOB", valid_from: "BIGINT", valid_until: "BIGINT" },
  /** `excluded`, `appealed`, `upheld`, `lifted`, or `followed` to a target. */
  ev_exclusion: {
    ...PLACE,
    kind: "VARCHAR",
    number: "BIGINT",
    account: "BLOB",
    target: "BLOB",
    reason: "BIGINT",
    evidence: "BLOB",
    from_day: "BIGINT",
    until_day: "BIGINT",
    decide_by: "BIGINT",
  },
  /** Times of exclusion as they stand at the audited head; `end_day` also by an appeal that lapsed. */
  exclusion: {
    nth: "BIGINT",
    number: "BIGINT",
    account: "BLOB",
    reason: "BIGINT",
    state: "VARCHAR",
    from_day: "BIGINT",
    until_day: "BIGINT",
    end_day: "BIGINT",
    decide_by: "BIGINT",
  },
  /** What exclusions were that no rule allowed. */
  exclusion_fault: {
    code: "VARCHAR",
    subject: "VARCHAR",
    expected: "VARCHAR",
    actual: "VARCHAR",
    block: "BIGINT",
    tx: "BLOB",
  },
  ev_season: {
    ...PLACE,
    season: "BIGINT",
    first_drop: "BIGINT",
    end_drop: "BIGINT",
    price: "BIGINT",
    guarantee: "BIGINT",
    guaranteed_tier: "BIGINT",
    max_boxes: "BIGINT",
    budget: "HUGEINT",
    vouchers: "BIGINT",
    links: "BIGINT",
    tip: "BLOB",
  },
  /** A season's prize table: a row per tier, all of one event. */
  ev_tier: {
    ...PLACE,
    season: "BIGINT",
    tier: "BIGINT",
    kind: "VARCHAR",
    weight: "BIGINT",
    amount: "HUGEINT",
    item: "BIGINT",
  },
  /** `vetoed`, `closed` with what its budget had left, or `forced` from a drop on. */
  ev_season_end: { ...PLACE, kind: "VARCHAR", season: "BIGINT", drop_no: "BIGINT", units: "HUGEINT" },
  ev_reveal: { ...PLACE, season: "BIGINT", drop_no: "BIGINT", link: "BLOB" },
  /** Boxes that were requested, from the account's number `first_box` on. */
  ev_box_request: {
    ...PLACE,
    account: "BLOB",
    first_box: "HUGEINT",
    season: "BIGINT",
    count: "BIGINT",
    salt: "HUGEINT",
  },
  /** Boxes that were opened: a row per box, all of one event. */
  ev_box: { ...PLACE, account: "BLOB", first_box: "HUGEINT", nth: "BIGINT", tier: "BIGINT" },
  /** Crystals `credited`, with the sum credited by then, or `followed` a move to a target. */
  ev_crystals: {
    ...PLACE,
    kind: "VARCHAR",
    account: "BLOB",
    target: "BLOB",
    crystals: "HUGEINT",
    credited: "HUGEINT",
  },
  ev_adult: { ...PLACE, account: "BLOB", adult: "BOOLEAN" },
  /** Stones won that `wait`, were `claimed`, or `followed` a move to a target. */
  ev_claimable: { ...PLACE, kind: "VARCHAR", account: "BLOB", target: "BLOB", units: "HUGEINT" },
  ev_milestone_defined: { ...PLACE, milestone: "BIGINT", content_hash: "BLOB" },
  /** `attested` or `revoked`. */
  ev_milestone: { ...PLACE, kind: "VARCHAR", milestone: "BIGINT", account: "BLOB", counts_from: "BIGINT" },
  ev_poll: {
    ...PLACE,
    poll: "BIGINT",
    content_hash: "BLOB",
    options: "BIGINT",
    weighting: "BIGINT",
    snapshot_day: "BIGINT",
    opens_at: "BIGINT",
    closes_at: "BIGINT",
  },
  /** `published` or `vetoed`. */
  ev_poll_result: {
    ...PLACE,
    kind: "VARCHAR",
    poll: "BIGINT",
    root: "BLOB",
    voters: "BIGINT",
    counts_from: "BIGINT",
    data_digest: "BLOB",
  },
  /** The tallies of a published result: a row per option. */
  ev_tally: { ...PLACE, poll: "BIGINT", choice: "BIGINT", weight: "HUGEINT" },
  /** Amounts of tokens have up to 128 bits and stand as decimal text. */
  ev_round: {
    ...PLACE,
    round: "BIGINT",
    funder: "BLOB",
    claimable_from: "BIGINT",
    token: "BLOB",
    amount: "VARCHAR",
    day: "BIGINT",
    accounts: "BIGINT",
    total_weight: "HUGEINT",
    deadline: "BIGINT",
    root: "BLOB",
    content_hash: "BLOB",
  },
  /** `claimed` for an account by who stands for it, `returned`, or `cancelled`. */
  ev_round_change: {
    ...PLACE,
    kind: "VARCHAR",
    round: "BIGINT",
    account: "BLOB",
    claimant: "BLOB",
    receiver: "BLOB",
    amount: "VARCHAR",
  },
  /** The hashes of blocks that boxes are drawn with. */
  block_hash: { block: "BIGINT", hash: "BLOB" },
  /** Opened boxes, and whether the `draw`, the `guarantee` or a `force` decided. */
  box_won: { season: "BIGINT", tier: "BIGINT", decided_by: "VARCHAR" },
} as const satisfies Record<string, Record<string, ColumnType>>;
