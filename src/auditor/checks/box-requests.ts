import type { AuditContext, Check } from "../context.ts";

const MOST_BOXES = 10;
const MOST_BLOCKS = 32;

/**
 * Boxes are requested by adults who stand for themselves, in a season's drops and within its limits, one request after the
 * other; crystals come from days' leaves and prizes, and pay for the boxes (docs/protocol.md 9.2, 9.3).
 */
export const boxRequests: Check = {
  name: "box requests",
  async run(context) {
    await findWrongRequests(context);
    await findWrongCredits(context);
    await findOverdrawn(context);
    const row = await context.database.row(
      `SELECT (SELECT count(*) FROM box_request) AS requests, (SELECT count(*) FROM crystal_credit WHERE open) AS open`,
    );
    const note = `${row.open} credits of crystals not judged: rows of their accounts are erased or missing`;
    return { subjects: Number(row.requests), ...(row.open === 0n ? {} : { note }) };
  },
};

async function findWrongRequests({ database, findings }: AuditContext): Promise<void> {
  await findings.addFrom(
    database,
    `WITH r AS (SELECT r.*, s.first_drop, CASE WHEN s.forced_seq < r.seq THEN 0 ELSE s.end_drop END AS open_until,
         s.vetoed_seq, s.max_boxes, s.links, coalesce(a.adult, false) AS adult, d.nth AS nth_drop, d.blocks,
         EXISTS (FROM ev_move m WHERE m.kind = 'moved' AND m.account = r.account AND m.seq < r.seq) AS has_moved,
         r.last_first_box IS NULL OR EXISTS (FROM ev_box b WHERE b.account = r.account
           AND b.first_box = r.last_first_box AND b.seq < r.seq) AS last_opened
       FROM box_request r LEFT JOIN season s USING (season)
       LEFT JOIN box_drop d ON d.season = r.season AND d.drop_no = r.drop_no
       ASOF LEFT JOIN ev_adult a ON a.account = r.account AND r.seq > a.seq)
     SELECT 'BOX_REQUEST_WRONG' AS code, subject, 'in a season''s drops' AS expected,
       'season ' || season || ' in drop ' || drop_no AS actual, block, tx
     FROM r WHERE NOT coalesce(drop_no >= first_drop AND drop_no < open_until AND coalesce(vetoed_seq > seq, true), false)
     UNION ALL SELECT 'BOX_REQUEST_WRONG', subject, '1 to ${MOST_BOXES} boxes from number ' || boxes_before || ', at most '
       || max_boxes || ' in the season', count || ' boxes from ' || first_box || ', ' || season_boxes || ' in the season', block, tx
     FROM r WHERE count NOT BETWEEN 1 AND ${MOST_BOXES} OR first_box <> boxes_before OR season_boxes > max_boxes
     UNION ALL SELECT 'BOX_REQUEST_WRONG', subject, 'by an adult who stands for the account, with no boxes waiting',
       concat('adult ', adult, ', moved ', has_moved, ', boxes opened ', last_opened), block, tx
     FROM r WHERE NOT adult OR has_moved OR NOT last_opened
     UNION ALL SELECT 'BOX_REQUEST_WRONG', subject, 'drops for ' || links || ' links, of ${MOST_BLOCKS} blocks each',
       'drop ' || nth_drop || ' with ' || blocks || ' blocks', block, tx
     FROM r WHERE nth_drop > links OR blocks > ${MOST_BLOCKS}`,
  );
}

/**
 * Crystals are credited up to what the account had in a day's row that could be credited by then. `crystal_credit`: each beside
 * the account's row of the newest such day; `open` when that day's file is missing, or rows are erased and the account has none.
 */
async function findWrongCredits({ database, findings }: AuditContext): Promise<void> {
  await database.run(
    `CREATE TABLE crystal_credit AS
     WITH c AS (SELECT *, coalesce(lag(credited) OVER (PARTITION BY account ORDER BY seq), 0) AS before,
         (SELECT max(s.day) FROM settled s WHERE s.creditable_at <= e.time) AS last_day
       FROM ev_crystals e WHERE kind = 'credited')
     SELECT c.*, coalesce(r.crystals, 0) AS entitled, r.account IS NULL AND (c.last_day IN (SELECT day FROM gap_day)
         OR EXISTS (FROM erased x WHERE x.kind = 'day' AND x.number = c.last_day)) AS open
     FROM c LEFT JOIN day_row r ON r.day = c.last_day AND r.account = c.account`,
  );
  await findings.addFrom(
    database,
    `SELECT 'CRYSTALS_CREDIT_WRONG' AS code, 'account ' || hx(account) AS subject,
       credited - before || ' crystals, at most ' || entitled || ' together' AS expected,
       crystals || ' crystals, ' || credited || ' together' AS actual, block, tx
     FROM crystal_credit WHERE crystals <> credited - before OR (credited > entitled AND NOT coalesce(open, false))`,
  );
}

/** What came by credits, prizes and moves, less what boxes cost, is never below nothing. */
async function findOverdrawn({ database, findings }: AuditContext): Promise<void> {
  await database.run(
    `CREATE TABLE crystal_change AS
     SELECT seq, block, tx, account, CASE kind WHEN 'credited' THEN crystals ELSE -crystals END AS crystals FROM ev_crystals
     UNION ALL SELECT seq, block, tx, target, crystals FROM ev_crystals WHERE kind = 'followed'
     UNION ALL SELECT r.seq, r.block, r.tx, r.account, -(r.count * s.price) FROM box_request r JOIN season s USING (season)
     UNION ALL SELECT b.seq, b.block, b.tx, b.account, t.amount FROM ev_box b
       JOIN box_request r ON r.account = b.account AND r.first_box = b.first_box
       JOIN ev_tier t ON t.season = r.season AND t.tier = b.tier WHERE t.kind = 'crystals'`,
  );
  await findings.addFrom(
    database,
    `WITH after AS (SELECT *, sum(crystals) OVER (PARTITION BY account ORDER BY seq) AS purse FROM crystal_change)
     SELECT DISTINCT 'CRYSTALS_OVERDRAWN' AS code, 'account ' || hx(account) AS subject, '0 crystals or more' AS expected,
       purse::VARCHAR AS actual, block, tx FROM after WHERE purse < 0`,
  );
}
