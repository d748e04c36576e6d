import { categoryMask, SENSITIVE_CATEGORIES } from "../../protocol/codec/codes.ts";
import type { Check } from "../context.ts";

const SENSITIVE = categoryMask(SENSITIVE_CATEGORIES);

/** Consents and vehicles: each record follows from the ones before it (docs/protocol.md 3.2, 3.6, 4.2, 4.3). */
export const registries: Check = {
  name: "registries",
  async run({ database, findings, deployment }) {
    await findings.addFrom(
      database,
      `WITH c AS (SELECT *, coalesce(lag(version) OVER (PARTITION BY account, recipient, purpose ORDER BY seq), 0) AS last,
           'account ' || hx(account) || ' purpose ' || purpose AS subject,
           (SELECT count(*) FROM ev_notice n WHERE n.seq < c.seq) AS notices FROM ev_consent c),
       w AS (SELECT *, CASE kind WHEN 'granted' THEN (last + 3) // 4 * 4 + CASE last % 2 WHEN 0 THEN 1 ELSE 3 END
           ELSE last + 1 END AS should_be FROM c)
       SELECT 'CONSENT_RECORD_WRONG' AS code, subject, 'version ' || should_be || ' ' || kind AS expected,
         'version ' || version AS actual, block, tx
       FROM w WHERE version <> should_be OR (kind = 'withdrawn' AND version % 2 = 1)
       UNION ALL SELECT 'CONSENT_RECORD_WRONG', subject, 'a known purpose and categories, an expiry ahead',
         'purpose ' || purpose || ' mask ' || categories || ' expiry ' || expires, block, tx
       FROM w WHERE kind = 'granted'
         AND (purpose NOT BETWEEN 1 AND 4 OR categories NOT BETWEEN 1 AND 255 OR (expires <> 0 AND expires <= time))
       UNION ALL SELECT 'CONSENT_RECORD_WRONG', subject, 'one of ' || notices || ' notices', 'notice ' || notice, block, tx
       FROM w WHERE kind = 'granted' AND notice NOT BETWEEN 1 AND notices`,
    );
    await findings.addFrom(
      database,
      `WITH c AS (SELECT *, lag(CASE WHEN kind = 'granted' THEN categories ELSE 0 END, 1, 0) OVER w AS had,
           lag(CASE expires WHEN 0 THEN NULL ELSE expires END) OVER w AS had_until
         FROM ev_consent WINDOW w AS (PARTITION BY account, recipient, purpose ORDER BY seq)),
       a AS (SELECT *, categories & ~(CASE WHEN had_until <= time THEN 0 ELSE had END) AS added FROM c WHERE kind = 'granted')
       SELECT 'CONSENT_NOT_ALONE' AS code, 'account ' || hx(account) || ' purpose ' || purpose AS subject,
         'each of the mask ${SENSITIVE} added alone' AS expected, 'mask ' || added || ' added' AS actual, block, tx
       FROM a WHERE added & ${SENSITIVE} <> 0 AND bit_count(added) > 1`,
    );
    await findings.addFrom(
      database,
      `WITH k AS (SELECT *, 'vehicle ' || hx(vehicle) AS subject,
           row_number() OVER (PARTITION BY vehicle ORDER BY seq) AS nth FROM ev_device_key),
       n AS (SELECT *, row_number() OVER (ORDER BY seq) AS nth_registered,
           row_number() OVER (PARTITION BY day_of(${deployment.genesis}, time) ORDER BY seq) AS that_day
         FROM k WHERE kind = 'registered'),
       p AS (SELECT e.*, 'vehicle ' || hx(vehicle) AS subject, row_number() OVER v AS nth, s.holder AS stands,
           lag(coalesce(target, e.account)) OVER v AS last_account, lag(kind) OVER v AS last_kind
         FROM ev_pairing e ASOF LEFT JOIN standing s ON s.account = e.account AND e.seq >= s.from_seq
         WINDOW v AS (PARTITION BY vehicle ORDER BY seq))
       SELECT 'VEHICLE_RECORD_WRONG' AS code, subject, 'one registration, then keys' AS expected, kind AS actual, block, tx
       FROM k WHERE (kind = 'registered') <> (nth = 1)
       UNION ALL SELECT 'VEHICLE_RECORD_WRONG', subject, 'rank ' || nth_registered, 'rank ' || rank, block, tx
       FROM n WHERE rank <> nth_registered
       UNION ALL SELECT 'VEHICLE_RECORD_WRONG', subject, 'at most ' || max_registrations_per_day || ' registrations a day',
         'number ' || that_day || ' of the day', block, tx
       FROM n JOIN rules_by_day r ON r.day = day_of(${deployment.genesis}, n.time) WHERE that_day > max_registrations_per_day
       UNION ALL SELECT 'VEHICLE_RECORD_WRONG', subject, 'one pairing, ended once by its account',
         kind || ' by ' || hx(account), block, tx
       FROM p WHERE CASE kind WHEN 'paired' THEN nth <> 1
         ELSE coalesce(last_kind = 'released' OR last_account <> account, true) END
       UNION ALL SELECT 'VEHICLE_RECORD_WRONG', subject, 'followed to ' || hx(coalesce(stands, account)),
         'followed to ' || hx(target), block, tx
       FROM p WHERE kind = 'followed' AND (target = account OR target <> coalesce(stands, account))
       UNION ALL SELECT 'VEHICLE_RECORD_WRONG', p.subject, 'registered before it is paired', 'not registered', p.block, p.tx
       FROM p WHERE kind = 'paired' AND NOT EXISTS (FROM n WHERE n.vehicle = p.vehicle AND n.seq < p.seq)`,
    );
    const { records } = await database.row(
      `SELECT (SELECT count(*) FROM ev_consent) + (SELECT count(*) FROM ev_device_key) + (SELECT count(*) FROM ev_pairing)
         AS records`,
    );
    return { subjects: Number(records) };
  },
};
