import { DROPS_PER_DAY } from "../../protocol/codec/codes.ts";

/** A view over the published files and the chain's events, for whoever asks questions of one's own. */
export interface View {
  readonly name: string;
  /** What a row is. */
  readonly says: string;
  /** What each column is, in their order. */
  readonly columns: Readonly<Record<string, string>>;
  /** The query behind it, with the columns in the same order. */
  readonly sql: string;
}

/** A time of the chain, as UTC; the audit's tables have unix seconds, and 2^62 for never. */
const at = (seconds: string) => `CASE WHEN ${seconds} < 253402300800 THEN make_timestamp(${seconds} * 1000000) END`;
const stones = (units: string) => `CAST(${units} AS DOUBLE) / 1e9`;

/** The views in the order in which the documentation has them. */
export const VIEWS: readonly View[] = [
  {
    name: "readings",
    says: "an accepted reading",
    columns: {
      drop: "drop in which it was accepted",
      day: "day of that drop",
      vehicle: "the vehicle's id",
      sequence: "of the vehicle's readings",
      account: "for which it counts",
      started_at: "when it began",
      ended_at: "when it ended",
      metres: "odometer's end less its start",
      counted_m: "metres that count",
      takeovers: "how often the driver took over",
      categories: "mask of the data that was collected",
      odometer_end_m: "odometer's end, metres",
      anchored_at: "when its drop's root was put on the chain; empty while it was not",
      transaction: "that did it",
    },
    sql: `SELECT r.drop_no, r.drop_no // ${DROPS_PER_DAY}, hx(r.vehicle), r.sequence, hx(r.account), ${at("r.started_at")},
      ${at("r.ended_at")}, r.odometer_end_m - r.odometer_start_m, r.counted_m, r.takeovers, r.categories, r.odometer_end_m,
      ${at("a.time")}, hx(a.tx) FROM reading r LEFT JOIN anchored a USING (drop_no)`,
  },
  {
    name: "account_days",
    says: "an account at the end of a closed day",
    columns: {
      day: "the day",
      account: "the account",
      metres: "metres counted until then",
      metres_of_day: "of them, on this day",
      stones: "stones earned until then",
      stones_of_day: "of them, on this day",
      crystals: "crystals awarded until then",
    },
    sql: `SELECT day, hx(account), metres, metres - coalesce(lag(metres) OVER w, 0), ${stones("stones")},
      ${stones("stones - coalesce(lag(stones) OVER w, 0)")}, crystals FROM day_row WINDOW w AS (PARTITION BY account ORDER BY day)`,
  },
  {
    name: "days",
    says: "a settled day",
    columns: {
      day: "the day",
      settled_at: "when it was settled",
      creditable_at: "from when it can be credited",
      accounts: "accounts in it",
      total_stones: "stones earned by all until then",
      total_metres: "metres counted for all until then",
      total_crystals: "crystals awarded to all until then",
      emission: "stones that the schedule emits on this day",
      transaction: "that settled it",
    },
    sql: `SELECT day, ${at("time")}, ${at("creditable_at")}, accounts, ${stones("total_stones")}, total_metres, total_crystals,
      ${stones("emitted_on(day)")}, hx(tx) FROM settled`,
  },
  {
    name: "drops",
    says: "an anchored drop",
    columns: {
      drop: "its number",
      day: "its day",
      readings: "readings in it",
      root: "of its tree; 0 when it is empty",
      anchored_at: "when",
      transaction: "that anchored it",
    },
    sql: `SELECT a.drop_no, a.drop_no // ${DROPS_PER_DAY}, coalesce(r.readings, 0), hx(a.root), ${at("a.time")}, hx(a.tx)
      FROM anchored a LEFT JOIN (SELECT drop_no, count(*) AS readings FROM reading GROUP BY drop_no) r USING (drop_no)`,
  },
  {
    name: "vehicles",
    says: "a registered vehicle",
    columns: { vehicle: "its id", rank: "its place among the registered, from 1", registered_at: "when" },
    sql: `SELECT hx(vehicle), rank, ${at("time")} FROM ev_device_key WHERE kind = 'registered'`,
  },
  {
    name: "pairings",
    says: "a time in which an account held a vehicle",
    columns: {
      vehicle: "the vehicle",
      account: "its holder",
      since: "from when",
      until: "until when; empty while it lasts",
    },
    sql: `SELECT hx(vehicle), hx(account), ${at("since")}, ${at("until")} FROM holding`,
  },
  {
    name: "consents",
    says: "a time in which a consent held",
    columns: {
      account: "whose",
      recipient: "to whom",
      purpose: "for what, by its code",
      categories: "mask of the data",
      since: "from when",
      until: "until when; empty while it lasts",
    },
    sql: `SELECT hx(account), hx(recipient), purpose, categories, ${at("valid_from")}, ${at("valid_until")} FROM consent`,
  },
  {
    name: "transfers",
    says: "stones that came to be or changed their account: credits and prizes come from 0, spent stones go to 0",
    columns: { sender: "from", receiver: "to", stones: "how many", at: "when", transaction: "that did it" },
    sql: `SELECT hx(sender), hx(receiver), ${stones("units")}, ${at("time")}, hx(tx) FROM ev_transfer`,
  },
  {
    name: "credits",
    says: "a call that credited stones of a day",
    columns: { day: "the day", stones: "how many", at: "when", transaction: "that did it" },
    sql: `SELECT day, ${stones("units")}, ${at("time")}, hx(tx) FROM ev_credited`,
  },
  {
    name: "items",
    says: "an item of the catalogue, as it was last listed or changed",
    columns: {
      item: "its number",
      price: "stones",
      stock: "how many there were then",
      milestone: "that is asked for; 0 for none",
      changed_at: "when",
    },
    sql: `SELECT item, ${stones("price")}, stock, milestone, ${at("time")} FROM ev_item WHERE kind IN ('listed', 'changed')
      QUALIFY row_number() OVER (PARTITION BY item ORDER BY seq DESC) = 1`,
  },
  {
    name: "orders",
    says: "an order",
    columns: {
      order_id: "its id",
      account: "who ordered",
      item: "what",
      vehicle: "for which vehicle",
      price: "stones",
      state: "its last state",
      placed_at: "when it was placed",
      changed_at: "when it came to that state",
      deadline: "of that state; empty when it has none",
    },
    sql: `SELECT hx(order_id), hx(max(account)), max(item), hx(max(vehicle)), ${stones("max(price)")}, arg_max(state, seq),
      ${at("min(time)")}, ${at("max(time)")}, ${at("arg_max_null(deadline, seq)")} FROM ev_order GROUP BY order_id`,
  },
  {
    name: "awards",
    says: "a task that was awarded",
    columns: {
      drop: "drop in which it was accepted",
      day: "day of that drop",
      task: "number of the task",
      account: "to whom",
      crystals: "how many",
      awarded_at: "when",
    },
    sql: `SELECT drop_no, drop_no // ${DROPS_PER_DAY}, task, hx(account), crystals, ${at("awarded_at")} FROM award`,
  },
  {
    name: "boxes",
    says: "an opened box",
    columns: {
      account: "whose",
      season: "its season",
      tier: "what it won",
      opened_at: "when",
      transaction: "that opened it",
    },
    sql: `SELECT hx(b.account), r.season, b.tier, ${at("b.time")}, hx(b.tx) FROM ev_box b
      LEFT JOIN ev_box_request r ON r.account = b.account AND r.first_box = b.first_box`,
  },
  {
    name: "tiers",
    says: "a tier of a season's prize table",
    columns: {
      season: "the season",
      tier: "the tier",
      weight: "its weight",
      odds: "its share of the weights",
      prize: "kind of its prize",
    },
    sql: "SELECT season, tier, weight, weight / sum(weight) OVER (PARTITION BY season), kind FROM ev_tier",
  },
  {
    name: "milestones",
    says: "an account that reached a milestone, and whether that was taken back",
    columns: { milestone: "its number", account: "who", state: "attested or revoked", at: "when" },
    sql: `SELECT milestone, hx(account), kind, ${at("time")} FROM ev_milestone
      QUALIFY row_number() OVER (PARTITION BY milestone, account ORDER BY seq DESC) = 1`,
  },
  {
    name: "votes",
    says: "a counted vote",
    columns: {
      poll: "the poll",
      account: "whose",
      choice: "the option",
      weight: "1, or units of stones",
      cast_at: "when",
    },
    sql: `SELECT poll, hx(account), choice, weight, ${at("cast_at")} FROM vote`,
  },
  {
    name: "round_parts",
    says: "an account's part of a benefit round",
    columns: {
      round: "the round",
      account: "whose",
      stones: "its weight",
      share: "of all weights",
      claimed_at: "when it was paid; empty while it was not",
      paid_to: "to whom, as its account said",
    },
    sql: `SELECT p.round, hx(p.account), ${stones("p.weight")}, p.weight / sum(p.weight) OVER (PARTITION BY p.round), ${at("c.time")},
        hx(c.receiver)
      FROM part p LEFT JOIN ev_round_change c ON c.round = p.round AND c.account = p.account AND c.kind = 'claimed'`,
  },
  {
    name: "exclusions",
    says: "a time for which an account was excluded",
    columns: {
      account: "who",
      reason: "its code",
      from_day: "first day",
      until_day: "first day after it, as it was said",
      end_day: "first day after it, as it is: an appeal may have ended it",
      state: "stands, appealed, upheld or lifted",
    },
    sql: "SELECT hx(account), reason, from_day, until_day, end_day, state FROM exclusion",
  },
];

/** The statement that makes a view. */
export function createView({ name, columns, sql }: View): string {
  return `CREATE VIEW ${name}(${Object.keys(columns)
    .map((column) => `"${column}"`)
    .join(", ")}) AS ${sql}`;
}
