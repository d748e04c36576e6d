import { DAY_S } from "../../protocol/codec/codes.ts";
import type { Check } from "../context.ts";

const PAUSE_S = 7 * DAY_S;
const AGAIN_AFTER_S = 28 * DAY_S;

/** Duties that rest in a pause, each by the contract whose pause stops it. What anybody may do goes on. */
const DUTIES = `(
  SELECT 'rules' AS contract, 'a version of the rules' AS duty, seq, time, block, tx FROM ev_rules
  UNION ALL SELECT 'rules', 'a receipt key', seq, time, block, tx FROM ev_receipt_key
  UNION ALL SELECT 'vehicleRegistry', kind, seq, time, block, tx FROM ev_device_key WHERE kind <> 'revoked'
  UNION ALL SELECT 'dropAnchor', 'drops anchored', seq, time, block, tx FROM ev_anchor
  UNION ALL SELECT 'stoneLedger', 'day ' || day || ' settled', seq, time, block, tx FROM ev_settled
  UNION ALL SELECT 'catalogue', 'item ' || item || ' ' || kind, seq, time, block, tx FROM ev_item
    WHERE kind IN ('listed', 'announced')
  UNION ALL SELECT 'redemptionDesk', 'an order fulfilled', seq, time, block, tx FROM ev_order WHERE state = 'fulfilled'
  UNION ALL SELECT 'accountMoves', 'a recovery announced', seq, time, block, tx FROM ev_recovery WHERE kind = 'announced'
  UNION ALL SELECT 'mineBox', 'a season opened', seq, time, block, tx FROM ev_season
  UNION ALL SELECT 'mineBox', 'adults attested', seq, time, block, tx FROM ev_adult
  UNION ALL SELECT 'milestones', 'a milestone defined', seq, time, block, tx FROM ev_milestone_defined
  UNION ALL SELECT 'taskBook', 'task ' || task || ' ' || kind, seq, time, block, tx FROM ev_task
  UNION ALL SELECT 'exclusions', 'an account excluded', seq, time, block, tx FROM ev_exclusion WHERE kind = 'excluded'
  UNION ALL SELECT 'polls', 'a poll fixed', seq, time, block, tx FROM ev_poll
  UNION ALL SELECT 'polls', 'a result published', seq, time, block, tx FROM ev_poll_result WHERE kind = 'published'
  UNION ALL SELECT 'benefitRounds', 'a round opened', seq, time, block, tx FROM ev_round)`;

/** A pause lasts a week at most and comes again only four weeks after it began; meanwhile its contract's duties rest. */
export const pauses: Check = {
  name: "pauses",
  async run({ database, findings }) {
    await findings.addFrom(
      database,
      `WITH p AS (SELECT *, 'contract ' || contract AS subject,
           lag(time) OVER (PARTITION BY contract, kind ORDER BY seq) AS last_paused FROM ev_pause)
       SELECT 'PAUSE_BROKEN' AS code, subject,
         'until ' || time + ${PAUSE_S} || ', from ' || coalesce(last_paused + ${AGAIN_AFTER_S}, 0) || ' on' AS expected,
         'until ' || until || ', at ' || time AS actual, block, tx
       FROM p WHERE kind = 'paused' AND (until <> time + ${PAUSE_S} OR time < last_paused + ${AGAIN_AFTER_S})
       UNION ALL SELECT 'PAUSE_BROKEN', p.subject, 'no duty before ' || p.until, d.duty || ' at ' || d.time, d.block, d.tx
       FROM ${DUTIES} d ASOF JOIN p ON p.contract = d.contract AND d.seq > p.seq WHERE p.kind = 'paused' AND d.time < p.until`,
    );
    const { subjects } = await database.row("SELECT count(*) AS subjects FROM ev_pause");
    return { subjects: Number(subjects) };
  },
};
