import { DAY_S, DROPS_PER_DAY } from "../../protocol/codec/codes.ts";
import type { AuditContext } from "../context.ts";
import { ZERO_ADDRESS_SQL, ZERO_HASH_SQL } from "../store/zero.ts";
import { deriveAwards, deriveServices, NEVER } from "./derive-services.ts";
import { FILE_KINDS, KINDS } from "./file-kinds.ts";

/** Pointers of moved accounts that are followed at once (docs/protocol.md 2.5). */
const MAX_POINTERS = 4;

/** Makes the tables that follow from the chain's events alone: what was anchored and settled, and what held when. */
export async function deriveFromEvents(context: Pick<AuditContext, "database" | "deployment" | "head">): Promise<void> {
  const { database, deployment, head } = context;
  const lastDay = Math.max(0, Math.floor((head.time - deployment.genesis) / DAY_S)) + 1;
  const statements = [
    // The last version whose day has come; of several for one day the last holds.
    `CREATE TABLE rules_by_day AS SELECT d.day, r.* EXCLUDE (seq, block, tx, time)
     FROM range(0, ${lastDay + 1}) d(day) JOIN ev_rules r ON r.from_day <= d.day
     QUALIFY row_number() OVER (PARTITION BY d.day ORDER BY r.version DESC) = 1`,
    // A drop's root is the one of the last call that anchored it, if no later supersession set the head back below it.
    `CREATE TABLE anchored AS
     WITH head AS (SELECT coalesce(arg_max(first_drop + drops, seq), 0) AS next_drop FROM ev_anchor)
     SELECT r.drop_no, r.root, r.seq, a.block, a.tx, a.time, r.root = ${ZERO_HASH_SQL} AS empty
     FROM ev_anchor_root r JOIN ev_anchor a USING (seq), head WHERE r.drop_no < head.next_drop
     QUALIFY row_number() OVER (PARTITION BY r.drop_no ORDER BY r.seq DESC) = 1`,
    `INSERT INTO settlement
     WITH undone AS (SELECT s.seq, s.day,
       (SELECT min(u.seq) FROM ev_unsettled u WHERE u.seq > s.seq AND u.day <= s.day) AS undone_seq FROM ev_settled s)
     SELECT seq, day, undone_seq, undone_seq IS NULL FROM undone`,
    "CREATE VIEW settled AS SELECT e.* FROM ev_settled e JOIN settlement s USING (seq) WHERE s.final",
    `CREATE TABLE device_key AS
     WITH k AS (SELECT *, lead(time) OVER (PARTITION BY vehicle ORDER BY seq) AS next_time FROM ev_device_key)
     SELECT vehicle, x, y, time AS valid_from, coalesce(next_time, ${NEVER}) AS valid_until
     FROM k WHERE kind <> 'revoked' AND time < coalesce(next_time, ${NEVER})`,
    // Who stands for an account that moved, over as many pointers as are followed at once, from the second event of the move
    // on: with it the stones have moved too. A shortened pointer takes the place of the one before.
    `CREATE TABLE standing AS
     WITH RECURSIVE pointer AS (SELECT account, target, seq + (kind = 'moved')::BIGINT AS from_seq,
         coalesce(lead(seq) OVER (PARTITION BY account ORDER BY seq), ${NEVER}) AS until_seq FROM ev_move),
     walk AS (SELECT DISTINCT account, account AS holder, 0 AS steps, 0::BIGINT AS from_seq, ${NEVER} AS until_seq FROM pointer
       UNION ALL SELECT w.account, p.target, w.steps + 1, greatest(w.from_seq, p.from_seq), least(w.until_seq, p.until_seq)
       FROM walk w JOIN pointer p ON p.account = w.holder AND p.from_seq < w.until_seq AND w.from_seq < p.until_seq
       WHERE w.steps < ${MAX_POINTERS})
     SELECT s.account, s.from_seq, arg_max(w.holder, w.steps) AS holder
     FROM (SELECT DISTINCT account, from_seq FROM walk) s
     JOIN walk w ON w.account = s.account AND w.from_seq <= s.from_seq AND s.from_seq < w.until_seq GROUP BY ALL`,
    // The one pairing of each vehicle with its newest holder; `holding` has each holder's part of it.
    `CREATE TABLE pairing AS
     SELECT p.vehicle, coalesce(max_by(e.target, e.seq) FILTER (e.kind = 'followed'), p.account) AS account,
       p.time AS since, coalesce(min(e.time) FILTER (e.kind = 'released'), ${NEVER}) AS until
     FROM ev_pairing p LEFT JOIN ev_pairing e ON e.vehicle = p.vehicle AND e.seq > p.seq
     WHERE p.kind = 'paired' GROUP BY p.vehicle, p.account, p.time`,
    `CREATE TABLE holding AS
     WITH p AS (SELECT *, lead(time) OVER (PARTITION BY vehicle ORDER BY seq) AS next_time FROM ev_pairing)
     SELECT vehicle, coalesce(target, account) AS account, time AS since, coalesce(next_time, ${NEVER}) AS until
     FROM p WHERE kind <> 'released'`,
    // What opened boxes and claims must be followed by: vouchers first, one event each, then the stones together.
    `CREATE TABLE prize_due AS
     WITH won AS (SELECT b.*, t.kind, t.amount, t.item,
         count(*) FILTER (t.kind = 'voucher') OVER (PARTITION BY b.seq ORDER BY b.nth) AS vouchers
       FROM ev_box b LEFT JOIN ev_box_request r ON r.account = b.account AND r.first_box = b.first_box
       LEFT JOIN ev_tier t ON t.season = r.season AND t.tier = b.tier)
     SELECT seq + vouchers AS due_seq, 'voucher' AS kind, account, 0::HUGEINT AS units, item, block, tx
     FROM won WHERE kind = 'voucher'
     UNION ALL SELECT seq + max(vouchers) + 1, 'won', account, sum(amount) FILTER (kind = 'stones'), NULL, block, tx
     FROM won GROUP BY seq, account, block, tx HAVING sum(amount) FILTER (kind = 'stones') > 0
     UNION ALL SELECT seq + 1, 'claimed', account, units, NULL, block, tx FROM ev_claimable WHERE kind = 'claimed'`,
    `CREATE TABLE prize AS SELECT * FROM ev_transfer WHERE sender = ${ZERO_ADDRESS_SQL}
       AND seq IN (SELECT due_seq FROM prize_due WHERE kind <> 'voucher')`,
    `CREATE TABLE consent AS
     WITH c AS (SELECT *, lead(time) OVER (PARTITION BY account, recipient, purpose ORDER BY seq) AS next_time
                FROM ev_consent),
     i AS (SELECT *, least(coalesce(next_time, ${NEVER}), CASE expires WHEN 0 THEN ${NEVER} ELSE expires END) AS valid_until
           FROM c WHERE kind = 'granted')
     SELECT account, recipient, purpose, categories::BIGINT AS categories, time AS valid_from, valid_until
     FROM i WHERE time < valid_until AND categories < 256`,
    `CREATE TABLE receipt_key AS SELECT signer, valid_from,
       CASE valid_until WHEN 0 THEN ${NEVER} ELSE valid_until END AS valid_until
     FROM ev_receipt_key WHERE valid_from > 0 OR valid_until > 0
     QUALIFY row_number() OVER (PARTITION BY signer ORDER BY seq DESC) = 1`,
  ];
  for (const statement of statements) await database.run(statement);
  await deriveServices(context);
}

/**
 * Makes the tables that need the published rows: `gap_drop` and `gap_day` (rows that are wanted and not there, or not those
 * of the root), `erased` (how many rows of a file are), `erasable` (of holders of vehicles, whose rows they can have been: of
 * whom no day's row stands), `fact` (each reading beside what its vehicle and account had before, and whether that is known: no
 * gap lies between or in either drop, nor may erased readings of a vehicle's earlier holder), `award_fact` (the same of awards)
 * and `day_fact` (each account's day beside the one before).
 */
export async function deriveFromFiles(context: Pick<AuditContext, "database" | "deployment">): Promise<void> {
  const { database, deployment } = context;
  const statements = [
    `CREATE TABLE gap_drop AS SELECT drop_no FROM anchored a WHERE NOT empty
       AND (EXISTS (FROM wanted_file w LEFT JOIN published p USING (path)
           WHERE w.kind IN ('drop', 'award') AND w.number = a.drop_no AND NOT coalesce(p.loaded, false))
         OR EXISTS (FROM drop_root r WHERE r.drop_no = a.drop_no AND r.root <> a.root))`,
    `CREATE TABLE gap_day AS SELECT day FROM settled s WHERE accounts > 0
       AND NOT EXISTS (FROM published p WHERE p.kind = 'day' AND p.number = s.day AND p.loaded)`,
    `CREATE TABLE erased AS ${KINDS.map((kind) => {
      const { rows, number } = FILE_KINDS[kind];
      return `SELECT '${kind}' AS kind, ${number} AS number, count(*) AS rows FROM ${rows} WHERE account IS NULL GROUP BY ${number}`;
    }).join(" UNION ALL ")}`,
    `CREATE TABLE erasable AS SELECT vehicle, account, since, until FROM holding
     WHERE account NOT IN (SELECT account FROM day_row WHERE account IS NOT NULL)`,
    // What came before is looked up among few columns, since every window sorts all that it is given.
    `CREATE TABLE fact AS
     WITH gap AS (SELECT drop_no AS gap_at, count(*) OVER (ORDER BY drop_no) AS gaps FROM gap_drop),
     later_holder AS (SELECT DISTINCT vehicle, target AS account FROM ev_pairing WHERE kind = 'followed'),
     base AS (
       SELECT r.drop_no, r.position, r.vehicle, r.account, r.sequence, r.ended_at, r.odometer_end_m, r.account_after_m,
         r.vehicle_day_after_m, h.leaf,
         CASE WHEN started_at < ${deployment.genesis} THEN -1 ELSE (started_at - ${deployment.genesis}) // ${DAY_S} END
           AS day_driven,
         r.drop_no >= (SELECT min(number) FROM erased WHERE kind = 'drop') AND l.vehicle IS NOT NULL AS after_erased
       FROM reading r JOIN reading_hash h USING (drop_no, position)
       LEFT JOIN later_holder l ON l.vehicle = r.vehicle AND l.account = r.account SEMI JOIN anchored a USING (drop_no)),
     near AS (SELECT b.*, coalesce(g.gaps, 0) AS gaps_to, coalesce(g.gaps, 0) - coalesce(b.drop_no = g.gap_at, false)::BIGINT
         AS gaps_before FROM base b ASOF LEFT JOIN gap g ON b.drop_no >= g.gap_at),
     far AS (SELECT n.*, coalesce(g.gaps, 0) AS gaps_before_driven
             FROM near n ASOF LEFT JOIN gap g ON n.day_driven * ${DROPS_PER_DAY} - 1 >= g.gap_at),
     before AS (SELECT drop_no, position, leaf, day_driven,
       lag(leaf) OVER v AS last_vehicle_leaf, lag(sequence) OVER v AS last_sequence,
       lag(ended_at) OVER v AS last_ended_at, lag(odometer_end_m) OVER v AS last_odometer_m,
       -- A later holder's first reading may point to one of an earlier holder that is erased.
       coalesce(after_erased, false) AND lag(account) OVER v IS DISTINCT FROM account AS handed_over,
       coalesce(lag(gaps_before) OVER v, 0) = gaps_to AND NOT handed_over AS vehicle_known,
       lag(leaf) OVER a AS last_account_leaf, coalesce(lag(account_after_m) OVER a, 0) AS last_account_m,
       coalesce(lag(gaps_before) OVER a, 0) = gaps_to AS account_known,
       coalesce(lag(vehicle_day_after_m) OVER d, 0) AS last_vehicle_day_m,
       coalesce(lag(gaps_before) OVER d, gaps_before_driven) = gaps_to AND NOT handed_over AS vehicle_day_known
     FROM far
     WINDOW v AS (PARTITION BY vehicle ORDER BY drop_no, position),
       a AS (PARTITION BY account ORDER BY drop_no, position),
       d AS (PARTITION BY vehicle, day_driven ORDER BY drop_no, position))
     SELECT r.* EXCLUDE (takeovers, payload, r, s, salt, row_salt, row_hash), h.digest, h.flags, a.block, a.tx,
       day_of_drop(drop_no) AS day, payload = ${ZERO_HASH_SQL} AS payload_zero, b.* EXCLUDE (drop_no, position, handed_over)
     FROM before b JOIN reading r USING (drop_no, position) JOIN reading_hash h USING (drop_no, position)
       JOIN anchored a USING (drop_no)`,
    // An account's row a day earlier; none for its first day, where everything starts from 0.
    `CREATE TABLE day_fact AS
     SELECT r.* EXCLUDE (metres_salt, metres_prefix_salt, stones_salt, stones_prefix_salt, row_salt, row_hash),
       h.metres_leaf, h.stones_leaf, h.flags, s.block, s.tx,
       coalesce(b.metres, 0) AS before_metres, coalesce(b.stones, 0) AS before_stones,
       coalesce(b.crystals, 0) AS before_crystals,
       b.head_leaf AS before_head_leaf, b.head_award AS before_head_award,
       r.day - 1 NOT IN (SELECT day FROM gap_day) AS before_known
     FROM day_row r JOIN day_hash h USING (day, position) JOIN settled s USING (day)
     LEFT JOIN day_row b ON b.day = r.day - 1 AND b.account = r.account`,
  ];
  for (const statement of statements) await database.run(statement);
  await deriveAwards(context);
}
