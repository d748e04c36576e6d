import type { AuditContext, Check } from "../context.ts";
import { groupRoots } from "../hash/group-roots.ts";
import { blobHex } from "../store/database.ts";
import { ZERO_ADDRESS_SQL } from "../store/zero.ts";

/** Pointers that are followed at most: a walk in a circle ends. */
const MOST_POINTERS = 64;

/**
 * Each part of a benefit round weighs what its account had at the end of the day: its balance, and what was settled and not yet
 * credited to it and to the accounts that had moved to it. The round's root, accounts and total are those of the published
 * parts (docs/protocol.md 13.4).
 */
export const roundParts: Check = {
  name: "round parts",
  async run(context) {
    const { database, fromDay } = context;
    await database.run(
      `CREATE TABLE judged_round AS SELECT o.*, 'round ' || round AS subject,
         EXISTS (FROM part p WHERE p.round = o.round AND p.account IS NULL) AS erased,
         EXISTS (FROM day_row d WHERE d.day = o.day AND d.account IS NULL) OR o.day IN (SELECT day FROM gap_day) AS day_open
       FROM ev_round o JOIN published f ON f.kind = 'round' AND f.number = o.round AND f.loaded WHERE o.day >= ${fromDay}`,
    );
    await makeWeights(context);
    await findWrongParts(context);
    await findWrongRoots(context);
    await findWrongTotals(context);
    const row = await database.row(
      `SELECT (SELECT count(*) FROM part JOIN judged_round USING (round)) AS parts,
         (SELECT count(*) FROM judged_round WHERE erased OR day_open) AS open`,
    );
    const note = `the weights of ${row.open} rounds not judged: rows are erased, or the file of their day is missing or damaged`;
    return { subjects: Number(row.parts), ...(row.open === 0n ? {} : { note }) };
  },
};

/** `round_weight`: what each account weighs in each round, recomputed. Runs after the credits, whose mints it adds up. */
async function makeWeights({ database, deployment }: AuditContext): Promise<void> {
  await database.run(
    `CREATE TABLE round_weight AS
     WITH RECURSIVE r AS (SELECT round, day, day_start(${deployment.genesis}, day + 1) AS over_at FROM judged_round),
       change AS (SELECT time, receiver AS account, units FROM ev_transfer UNION ALL SELECT time, sender, -units FROM ev_transfer),
       balance AS (SELECT r.round, c.account, sum(c.units) AS units FROM r JOIN change c ON c.time < r.over_at
         WHERE c.account <> ${ZERO_ADDRESS_SQL} GROUP BY ALL),
       mined AS (SELECT r.round, m.account, sum(m.units) AS units
         FROM r JOIN mint m ON true JOIN ev_transfer t ON t.seq = m.seq AND t.time < r.over_at GROUP BY ALL),
       owed AS (SELECT r.round, d.account, greatest(0, d.stones - coalesce(m.units, 0)) AS units
         FROM r JOIN day_row d ON d.day = r.day LEFT JOIN mined m ON m.round = r.round AND m.account = d.account
         WHERE d.account IS NOT NULL),
       -- Where the pointers of each account led at the end of the day.
       walk AS (SELECT o.round, o.account, o.account AS holder, 0 AS steps FROM owed o
         UNION ALL SELECT w.round, w.account, m.target, w.steps + 1 FROM walk w JOIN r USING (round)
         JOIN ev_move m ON m.account = w.holder AND m.kind = 'moved' AND m.time < r.over_at WHERE w.steps < ${MOST_POINTERS}),
       led AS (SELECT round, account, arg_max(holder, steps) AS holder FROM walk GROUP BY round, account),
       due AS (SELECT round, account, units FROM balance
         UNION ALL SELECT o.round, l.holder, o.units FROM owed o JOIN led l USING (round, account))
     SELECT round, account, sum(units) AS weight FROM due GROUP BY round, account HAVING sum(units) > 0`,
  );
}

async function findWrongParts({ database, findings }: AuditContext): Promise<void> {
  await findings.addFrom(
    database,
    `WITH p AS (SELECT p.round, p.position, p.row_round, p.idx, p.account, p.weight, j.day_open, j.erased, j.block, j.tx,
         row_number() OVER (PARTITION BY p.round, p.account ORDER BY p.position) AS nth,
         lag(p.account) OVER (PARTITION BY p.round ORDER BY p.position) AS above
       FROM part p JOIN judged_round j USING (round) WHERE p.account IS NOT NULL),
     -- Whose row stands in the day's file is not erased, so that a part of theirs cannot be either.
     w AS (SELECT w.* FROM round_weight w JOIN judged_round j USING (round)
       WHERE NOT j.erased OR EXISTS (FROM day_row d WHERE d.day = j.day AND d.account = w.account))
     SELECT 'ROUND_ORDER_WRONG' AS code, 'round ' || round || ' index ' || position AS subject,
       'round ' || round || ' index ' || position AS expected, 'round ' || row_round || ' index ' || idx AS actual, block, tx
     FROM p WHERE idx <> position OR row_round <> round
     UNION ALL SELECT 'ROUND_ORDER_WRONG', 'round ' || round || ' index ' || position, 'after ' || hx(above), hx(account), block, tx
     FROM p WHERE above > account
     UNION ALL SELECT 'ROUND_ACCOUNT_DOUBLED', 'round ' || round || ' account ' || hx(account), 'one part',
       'part ' || nth, block, tx FROM p WHERE nth > 1
     UNION ALL SELECT 'ROUND_WEIGHT_WRONG', 'round ' || p.round || ' account ' || hx(p.account), coalesce(w.weight, 0)::VARCHAR,
       p.weight::VARCHAR, p.block, p.tx
     FROM p LEFT JOIN round_weight w ON w.round = p.round AND w.account = p.account
     WHERE NOT p.day_open AND p.nth = 1 AND p.weight <> coalesce(w.weight, 0)
     UNION ALL SELECT 'ROUND_WEIGHT_WRONG', 'round ' || w.round || ' account ' || hx(w.account), w.weight::VARCHAR, 'no part',
       j.block, j.tx
     FROM w JOIN judged_round j USING (round) WHERE NOT j.day_open
       AND NOT EXISTS (FROM p WHERE p.round = w.round AND p.account = w.account)`,
  );
}

async function findWrongRoots({ database, findings }: AuditContext): Promise<void> {
  const roots = await groupRoots(
    database,
    "SELECT round, leaf FROM part_hash WHERE round IN (SELECT round FROM judged_round WHERE NOT erased) ORDER BY round, leaf",
  );
  const rows = await database.rows(
    "SELECT subject, round, root, block, tx FROM judged_round WHERE NOT erased ORDER BY round",
  );
  for (const row of rows) {
    const place = { subject: row.subject as string, block: Number(row.block), transaction: blobHex(row.tx) };
    const expected = roots.get(Number(row.round)) ?? "no parts";
    const actual = blobHex(row.root);
    if (expected !== actual) findings.add({ code: "ROUND_ROOT_WRONG", expected, actual, ...place });
  }
}

/** Every account has a part, erased or not, and the weights of those that stand are all, or beside erased ones a part. */
async function findWrongTotals({ database, findings }: AuditContext): Promise<void> {
  await findings.addFrom(
    database,
    `WITH t AS (SELECT j.round, j.subject, j.accounts, j.total_weight, j.erased, j.block, j.tx, count(p.position) AS parts,
         coalesce(sum(p.weight), 0) AS weight FROM judged_round j LEFT JOIN part p USING (round) GROUP BY ALL)
     SELECT 'ROUND_TOTAL_WRONG' AS code, subject,
       parts || ' accounts, weight ' || CASE WHEN erased THEN 'at least ' ELSE '' END || weight AS expected,
       accounts || ' accounts, weight ' || total_weight AS actual, block, tx
     FROM t WHERE accounts <> parts OR total_weight < weight OR (total_weight > weight AND NOT erased)`,
  );
}
