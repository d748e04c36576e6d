import { ROLES } from "../../protocol/codec/roles.ts";
import type { AuditContext, Check } from "../context.ts";
import { NEVER } from "../ingest/derive-services.ts";

/** Names of roles, each at the place of its number. */
export const ROLE_NAMES = Object.keys(ROLES);
const GUARDIAN_VETOES = 3;

/**
 * Each duty has a key of its own; the admin acts only after its delay, gives roles and leaves alone what they may do; days are
 * vetoed by who may, as often as they may (docs/protocol.md 7.4 and section 11). What the deployment itself set up, by its
 * last block, is compared with the sources by another command.
 */
export const roles: Check = {
  name: "roles",
  async run(context) {
    await makeDuties(context);
    await findSharedKeys(context);
    await findWrongDelays(context);
    await findSuddenPowers(context);
    await findWrongVetoes(context);
    const { database, deployment } = context;
    const { duties, given, taken } = await database.row(
      `SELECT (SELECT count(*) FROM duty) AS duties, count(*) FILTER (kind = 'granted') AS given,
         count(*) FILTER (kind = 'revoked') AS taken FROM ev_role WHERE block > ${deployment.block}`,
    );
    const changes = `since the deployment ${given} roles were given and ${taken} taken`;
    return { subjects: Number(duties), ...(given === 0n && taken === 0n ? {} : { note: changes }) };
  },
};

/**
 * `role_holding`: who had which role from when until when, not counting what the deployer gave up when it was done; `duty`:
 * these and the keys that sign receipts and awards, not before they were known.
 */
async function makeDuties({ database, deployment }: AuditContext): Promise<void> {
  await database.run(
    `CREATE TABLE role_holding AS
     WITH e AS (SELECT *, lead(time) OVER w AS next_time, lead(block) OVER w AS next_block
       FROM ev_role WINDOW w AS (PARTITION BY role, account ORDER BY seq))
     SELECT role, account, delay_s, holds_from, coalesce(next_time, ${NEVER}) AS holds_until, seq, block, tx
     FROM e WHERE kind = 'granted' AND coalesce(next_block, ${NEVER}) > ${deployment.block}`,
  );
  const names = ROLE_NAMES.map((name) => `'${name}'`).join(", ");
  const signing = (table: string, duty: string): string =>
    `SELECT '${duty}', signer, greatest(arg_max(valid_from, seq), min(time)),
       coalesce(nullif(arg_max(valid_until, seq), 0), ${NEVER}), min(seq), arg_min(block, seq), arg_min(tx, seq)
     FROM ${table} GROUP BY signer`;
  await database.run(
    `CREATE TABLE duty AS
     SELECT coalesce([${names}][role::BIGINT + 1], 'role ' || role) AS duty, account, holds_from, holds_until, seq, block, tx
     FROM role_holding UNION ALL ${signing("ev_receipt_key", "receipts")} UNION ALL ${signing("ev_task_key", "awards")}`,
  );
}

async function findSharedKeys({ database, findings }: AuditContext): Promise<void> {
  await findings.addFrom(
    database,
    `SELECT 'ROLE_KEY_SHARED' AS code, 'account ' || hx(d.account) AS subject, 'one duty' AS expected,
       string_agg(DISTINCT o.duty, ', ' ORDER BY o.duty) || ' and ' || d.duty AS actual, d.block, d.tx
     FROM duty d JOIN duty o ON o.account = d.account AND o.seq < d.seq AND o.duty <> d.duty
       AND o.holds_from < d.holds_until AND d.holds_from < o.holds_until
     GROUP BY d.account, d.duty, d.seq, d.block, d.tx`,
  );
}

/** The admin's delay lies within every challenge window of its time: a thief of the relayer's key is to be replaced in one. */
async function findWrongDelays({ database, findings, deployment }: AuditContext): Promise<void> {
  await findings.addFrom(
    database,
    `SELECT 'ROLE_DELAY_WRONG' AS code, 'account ' || hx(h.account) AS subject,
       '1 to ' || min(r.challenge_window_s) || ' s' AS expected, h.delay_s || ' s' AS actual, h.block, h.tx
     FROM role_holding h JOIN rules_by_day r ON r.day BETWEEN day_of(${deployment.genesis}, h.holds_from)
       AND day_of(${deployment.genesis}, h.holds_until)
     WHERE h.role = ${ROLES.admin} GROUP BY h.account, h.delay_s, h.seq, h.block, h.tx
     HAVING h.delay_s NOT BETWEEN 1 AND min(r.challenge_window_s)`,
  );
}

async function findSuddenPowers({ database, findings, deployment }: AuditContext): Promise<void> {
  await findings.addFrom(
    database,
    `WITH act AS (SELECT d.tx, d.seq FROM ev_admin_act d
         JOIN ev_admin_act a ON a.kind = 'announced' AND a.operation = d.operation AND a.nonce = d.nonce AND a.seq < d.seq
         JOIN role_holding h ON h.role = ${ROLES.admin} AND h.account = a.caller
           AND h.holds_from <= a.time AND a.time <= h.holds_until AND d.time >= a.time + h.delay_s
         WHERE d.kind = 'done')
     SELECT 'ROLE_WITHOUT_NOTICE' AS code, 'account ' || hx(g.account) AS subject,
       'role ' || g.role || ' after the delay of an admin that announced it' AS expected, 'at once' AS actual, g.block, g.tx
     FROM ev_role g WHERE g.kind = 'granted' AND g.block > ${deployment.block}
       AND NOT EXISTS (FROM act WHERE act.tx = g.tx AND act.seq < g.seq)
     UNION ALL SELECT 'ROLE_POWERS_CHANGED', subject, 'what was deployed', told, block, tx
     FROM ev_power WHERE block > ${deployment.block}`,
  );
}

async function findWrongVetoes({ database, findings }: AuditContext): Promise<void> {
  const had = (role: bigint): string =>
    `EXISTS (FROM role_holding h WHERE h.role = ${role} AND h.account = u.vetoed_by
       AND h.holds_from <= u.time AND u.time <= h.holds_until)`;
  await findings.addFrom(
    database,
    `WITH v AS (SELECT u.*, 'day ' || day AS subject, ${had(ROLES.overseer)} AS by_overseer, ${had(ROLES.guardian)} AS by_guardian
         FROM ev_unsettled u WHERE kind = 'vetoed'),
       n AS (SELECT *, row_number() OVER (PARTITION BY day ORDER BY seq) AS nth FROM v WHERE by_guardian AND NOT by_overseer)
     SELECT 'VETO_WITHOUT_RIGHT' AS code, subject, 'a veto by guardian or overseer' AS expected,
       'by ' || hx(vetoed_by) AS actual, block, tx FROM v WHERE NOT by_guardian AND NOT by_overseer
     UNION ALL SELECT 'VETO_WITHOUT_RIGHT', subject, 'at most ${GUARDIAN_VETOES} vetoes by the guardian', 'veto ' || nth, block, tx
     FROM n WHERE nth > ${GUARDIAN_VETOES}`,
  );
}
