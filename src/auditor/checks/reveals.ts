import type { AuditContext, Check } from "../context.ts";
import { linkHash } from "../hash/boxes.ts";
import { blobHex } from "../store/database.ts";

const BLOCKS_UNTIL_REVEAL = 2;
const REVEAL_WITHIN_S = 3_600;
const REVEAL_WITHIN_BLOCKS = 8_000;

/**
 * The drops with requests of a season are revealed in their order and time, each with the next link of its hash chain; a season
 * is forced only when a reveal is late (docs/protocol.md 9.3).
 */
export const reveals: Check = {
  name: "reveals",
  async run(context) {
    const { database, head } = context;
    await makeTables(context);
    await findWrongLinks(context);
    await findWrongTimes(context);
    const row = await database.row(
      `SELECT (SELECT count(*) FROM ev_reveal) AS reveals,
         (SELECT count(*) FROM reveal_due d JOIN season s USING (season) LEFT JOIN reveal r USING (season, nth)
          WHERE r.nth IS NULL AND s.forced_seq IS NULL AND (d.latest < ${head.time} OR d.latest_block < ${head.number})) AS late`,
    );
    const note = `${row.late} drops wait for a reveal that is late: anybody may force their seasons`;
    return { subjects: Number(row.reveals), ...(row.late === 0n ? {} : { note }) };
  },
};

/** `reveal_due`: each drop with requests, and from when until when its link can be revealed. `reveal`: the links, counted. */
async function makeTables({ database, deployment }: AuditContext): Promise<void> {
  await database.run(
    `CREATE TABLE reveal_due AS
     SELECT season, nth, drop_no, drop_start(${deployment.genesis}, drop_no + 1) AS earliest,
       last_block + ${BLOCKS_UNTIL_REVEAL} AS earliest_block, earliest + ${REVEAL_WITHIN_S} AS latest,
       first_block + ${REVEAL_WITHIN_BLOCKS} AS latest_block FROM box_drop`,
  );
  await database.run(
    `CREATE TABLE reveal AS
     SELECT *, row_number() OVER (PARTITION BY season ORDER BY seq) AS nth,
       'season ' || season || ' drop ' || drop_no AS subject FROM ev_reveal`,
  );
}

async function findWrongLinks({ database, findings }: AuditContext): Promise<void> {
  const rows = await database.rows(
    `SELECT r.subject, r.link, r.block, r.tx,
       coalesce(lag(r.link) OVER (PARTITION BY r.season ORDER BY r.seq), s.tip) AS hash
     FROM reveal r JOIN season s USING (season) ORDER BY r.seq`,
  );
  for (const row of rows) {
    const actual = blobHex(linkHash(blobHex(row.link)));
    const expected = blobHex(row.hash);
    if (actual === expected) continue;
    findings.add({
      code: "REVEAL_LINK_WRONG",
      subject: row.subject as string,
      expected: `a link with hash ${expected}`,
      actual: `hash ${actual}`,
      block: Number(row.block),
      transaction: blobHex(row.tx),
    });
  }
}

async function findWrongTimes({ database, findings }: AuditContext): Promise<void> {
  await findings.addFrom(
    database,
    `WITH r AS (SELECT r.*, d.drop_no AS due_drop, d.earliest, d.earliest_block, d.latest, d.latest_block, s.forced_seq
         FROM reveal r LEFT JOIN reveal_due d USING (season, nth) LEFT JOIN season s USING (season)),
       f AS (SELECT e.*, (SELECT count(*) FROM reveal r WHERE r.season = e.season AND r.seq < e.seq) + 1 AS nth
         FROM ev_season_end e WHERE e.kind = 'forced'),
       g AS (SELECT f.*, d.drop_no AS due_drop, d.latest, d.latest_block FROM f LEFT JOIN reveal_due d USING (season, nth))
     SELECT 'REVEAL_NOT_NEXT' AS code, subject, coalesce('drop ' || due_drop, 'no reveal') AS expected,
       'drop ' || drop_no AS actual, block, tx FROM r WHERE due_drop IS DISTINCT FROM drop_no
     UNION ALL SELECT 'REVEAL_OUT_OF_TIME', subject, 'at ' || earliest || ' to ' || latest || ', blocks ' || earliest_block || ' to '
         || latest_block || ', and no season that was forced', 'at ' || time || ', block ' || block, block, tx
     FROM r WHERE due_drop = drop_no AND (time NOT BETWEEN earliest AND latest
       OR block NOT BETWEEN earliest_block AND latest_block OR coalesce(forced_seq < seq, false))
     UNION ALL SELECT 'SEASON_FORCED_WRONG', 'season ' || season,
       coalesce('for drop ' || due_drop || ' after ' || latest || ' or block ' || latest_block, 'no late reveal'),
       'for drop ' || drop_no || ' at ' || time || ', block ' || block, block, tx
     FROM g WHERE NOT coalesce(due_drop = drop_no AND (time > latest OR block > latest_block), false)`,
  );
}
