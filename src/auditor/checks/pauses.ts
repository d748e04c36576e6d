import { DAY_S } from "../../protocol/codec/codes.ts";
import type { Check } from "../context.ts";

const PAUSE_S = 7 * DAY_S;
const AGAIN_AFTER_S = 28 * DAY_S;

/** What a pause of its contract stops, as the contract's calls, and the events that nothing else leaves. */
interface Duty {
  /** Calls as `Contract.function`. */
  readonly calls: readonly string[];
  /** What was done, as SQL. */
  readonly what: string;
  /** Table of the events, as SQL, with what tells them from others. */
  readonly events: string;
}

/**
 * All that rests in a pause. What anybody may do goes on, and so do keys that are set, and what takes back or decides. Of a
 * release, the event does not say whether the manufacturer carried it out or the owner released: that is not judged.
 */
export const DUTIES: readonly Duty[] = [
  { calls: ["Rules.scheduleRules"], what: "'a version of the rules'", events: "ev_rules" },
  { calls: ["Rules.publishNotice"], what: "kind", events: "ev_duty WHERE kind = 'a notice published'" },
  {
    calls: ["VehicleRegistry.registerVehicles", "VehicleRegistry.rotateDeviceKey"],
    what: "kind",
    events: "ev_device_key WHERE kind <> 'revoked'",
  },
  { calls: ["VehicleRegistry.requestRelease"], what: "kind", events: "ev_duty WHERE kind = 'a release requested'" },
  {
    calls: ["DropAnchor.anchorDrops", "DropAnchor.anchorDropsAsStandby", "DropAnchor.supersede"],
    what: "'drops anchored'",
    events: "ev_anchor",
  },
  {
    calls: ["StoneLedger.settleDay", "StoneLedger.settleDayAsStandby"],
    what: "'day ' || day || ' settled'",
    events: "ev_settled",
  },
  {
    calls: ["Catalogue.listItem", "Catalogue.announceItemChange"],
    what: "'item ' || item || ' ' || kind",
    events: "ev_item WHERE kind IN ('listed', 'announced')",
  },
  {
    calls: ["Catalogue.changeItem"],
    what: "'item ' || item || ' changed unannounced'",
    events: "item_change WHERE kind = 'changed' AND NOT announced",
  },
  {
    calls: ["RedemptionDesk.fulfilOrder"],
    what: "'an order fulfilled'",
    events: "ev_order WHERE state = 'fulfilled'",
  },
  {
    calls: ["AccountMoves.announceRecovery"],
    what: "'a recovery announced'",
    events: "ev_recovery WHERE kind = 'announced'",
  },
  { calls: ["MineBox.openSeason"], what: "'a season opened'", events: "ev_season" },
  { calls: ["MineBox.attestAdults"], what: "'adults attested'", events: "ev_adult WHERE adult" },
  { calls: ["Milestones.defineMilestone"], what: "'a milestone defined'", events: "ev_milestone_defined" },
  {
    calls: ["Milestones.attestMilestone"],
    what: "'a milestone attested'",
    events: "attestation WHERE kind = 'attested' AND NOT follows",
  },
  { calls: ["TaskBook.defineTask", "TaskBook.endTask"], what: "'task ' || task || ' ' || kind", events: "ev_task" },
  {
    calls: ["Exclusions.excludeAccount"],
    what: "'an account excluded'",
    events: "ev_exclusion WHERE kind = 'excluded'",
  },
  { calls: ["Polls.openPoll"], what: "'a poll fixed'", events: "ev_poll" },
  {
    calls: ["Polls.publishResult"],
    what: "'a result published'",
    events: "ev_poll_result WHERE kind = 'published'",
  },
  { calls: ["BenefitRounds.openRound"], what: "'a round opened'", events: "ev_round" },
];

/** The events of all duties, each with the contract whose pause it would break. */
const DUTY_EVENTS = DUTIES.map(({ calls: [call = ""], what, events }) => {
  const [name = ""] = call.split(".");
  const contract = name.charAt(0).toLowerCase() + name.slice(1);
  return `SELECT '${contract}' AS contract, ${what} AS duty, seq, time, block, tx FROM ${events}`;
}).join(" UNION ALL ");

/**
 * A pause lasts a week at most and comes again only four weeks after it began; meanwhile its contract's duties rest
 * (docs/protocol.md, section 11). Runs after milestones and items, whose tables tell duties from what anybody may do.
 */
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
       FROM (${DUTY_EVENTS}) d ASOF JOIN p ON p.contract = d.contract AND d.seq > p.seq WHERE p.kind = 'paused' AND d.time < p.until`,
    );
    const { subjects } = await database.row("SELECT count(*) AS subjects FROM ev_pause");
    return { subjects: Number(subjects) };
  },
};
