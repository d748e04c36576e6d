import { anchors } from "../../src/auditor/checks/anchors.ts";
import { credits } from "../../src/auditor/checks/credits.ts";
import { dayShares } from "../../src/auditor/checks/day-shares.ts";
import { rules } from "../../src/auditor/checks/rules.ts";
import { settlements } from "../../src/auditor/checks/settlements.ts";
import { DAY_S } from "../../src/protocol/codec/codes.ts";
import {
  anchor,
  CAR,
  credited,
  day0,
  describeEvents,
  mint,
  OTHER,
  OWNER,
  pair,
  release,
  settle,
  undo,
} from "../support/audit-events.ts";
import { type FixtureEvents, GENESIS, RULES } from "../support/audit-fixture.ts";

const later = { ...RULES, version: 1, from_day: 3 };
/** A key set at a time for others, all counted from genesis; an end of 0 is none. */
const receiptKey = (from: number, until: number, time = 0): FixtureEvents[number] => {
  const interval = { valid_from: GENESIS + from, valid_until: until === 0 ? 0 : GENESIS + until };
  return ["ev_receipt_key", { signer: OTHER, ...interval, time }];
};

describeEvents(
  "rules",
  [rules],
  [
    {
      when: "a version is for tomorrow",
      events: [["ev_rules", { ...later, time: 2 * DAY_S }]],
      finds: [],
    },
    {
      when: "a version is for a day that has begun",
      events: [["ev_rules", { ...later, from_day: 2, time: 2 * DAY_S }]],
      finds: [["RULES_NOT_AHEAD", "rules version 1"]],
    },
    {
      when: "a version holds before an earlier one",
      events: [
        ["ev_rules", { ...later, from_day: 9, time: DAY_S }],
        ["ev_rules", { ...later, version: 2, from_day: 8, time: DAY_S }],
      ],
      finds: [["RULES_NOT_AHEAD", "rules version 2"]],
    },
    {
      when: "a version is for a day that is too far ahead",
      events: [["ev_rules", { ...later, from_day: 183, time: 2 * DAY_S }]],
      finds: [["RULES_NOT_AHEAD", "rules version 1"]],
    },
    {
      when: "a version has no window",
      events: [["ev_rules", { ...later, window_days: 0 }]],
      finds: [["RULES_VALUE_WRONG", "rules version 1"]],
    },
    {
      when: "a version asks for more notice than can be given",
      events: [["ev_rules", { ...later, notice_s: 90 * DAY_S + 1 }]],
      finds: [["RULES_VALUE_WRONG", "rules version 1"]],
    },
    {
      when: "a vetoed day would wait for more than 90 days",
      events: [["ev_rules", { ...later, challenge_window_s: 90 * DAY_S + 1 }]],
      finds: [["RULES_VALUE_WRONG", "rules version 1"]],
    },
    {
      when: "windows and notice are 90 days",
      events: [
        ["ev_rules", { ...later, challenge_window_s: 90 * DAY_S, objection_s: 90 * DAY_S, notice_s: 90 * DAY_S }],
      ],
      finds: [],
    },
    {
      when: "an objection could wait for more than 90 days",
      events: [["ev_rules", { ...later, objection_s: 90 * DAY_S + 1 }]],
      finds: [["RULES_VALUE_WRONG", "rules version 1"]],
    },
    {
      when: "a receipt key is set for longer, earlier and for a time to come",
      events: [receiptKey(50, 100), receiptKey(40, 200, 60), receiptKey(40, 150, 70), receiptKey(40, 0, 180)],
      finds: [],
    },
    {
      when: "a receipt key is taken the time in which it held",
      events: [receiptKey(50, 0), receiptKey(60, 0, 100)],
      finds: [["SIGNING_KEY_WRONG", `key ${OTHER}`]],
    },
    {
      when: "a receipt key ends before now",
      events: [receiptKey(50, 0), receiptKey(50, 99, 100)],
      finds: [["SIGNING_KEY_WRONG", `key ${OTHER}`]],
    },
    {
      when: "a receipt key that has ended is given less than it had",
      events: [receiptKey(50, 90), receiptKey(50, 89, 100)],
      finds: [["SIGNING_KEY_WRONG", `key ${OTHER}`]],
    },
    {
      when: "a receipt key holds for no time",
      events: [receiptKey(50, 50)],
      finds: [["SIGNING_KEY_WRONG", `key ${OTHER}`]],
    },
  ],
);

describeEvents(
  "anchors",
  [anchors],
  [
    { when: "calls follow each other", events: [anchor(0, 2, 1_200), anchor(2, 1, 1_800)], finds: [] },
    {
      when: "a drop is left out",
      events: [anchor(0, 2, 1_200), anchor(3, 1, 2_400)],
      finds: [["ANCHOR_NOT_NEXT", "drops 3 to 3"]],
    },
    {
      when: "a week and one drop are anchored at once",
      events: [anchor(0, 1_009, 8 * DAY_S)],
      finds: [["ANCHOR_TOO_MANY", "drops 0 to 1008"]],
    },
    { when: "a week is anchored at once", events: [anchor(0, 1_008, 8 * DAY_S)], finds: [] },
    { when: "a drop has not ended", events: [anchor(0, 2, 1_199)], finds: [["ANCHOR_TOO_EARLY", "drops 0 to 1"]] },
    {
      when: "a supersession goes back",
      events: [anchor(0, 3, 1_800), anchor(1, 2, 1_800, { superseded_next: 3 })],
      finds: [],
    },
    {
      when: "a supersession goes back into a settled day",
      events: [...day0, anchor(143, 1, DAY_S, { superseded_next: 144 })],
      finds: [["ANCHOR_SETTLED_DROP", "drops 143 to 143"]],
    },
  ],
);

describeEvents(
  "settlements",
  [settlements],
  [
    { when: "a day is settled in order", events: day0, finds: [] },
    {
      when: "a day is settled twice",
      events: [...day0, settle(0, { time: DAY_S + 1, creditable_at: GENESIS + DAY_S + 3_601 })],
      finds: [["DAY_NOT_NEXT", "day 0"]],
    },
    {
      when: "drops are missing",
      events: [anchor(0, 143, DAY_S), settle(0)],
      finds: [["DAY_DROPS_MISSING", "day 0"]],
    },
    {
      when: "the day is not over",
      events: [anchor(0, 144, DAY_S - 1), settle(0, { time: DAY_S - 1 })],
      finds: [["DAY_TOO_EARLY", "day 0"]],
    },
    {
      when: "the day was vetoed a moment ago",
      events: [...day0, undo(0, DAY_S + 10), settle(0, { time: DAY_S + 100 })],
      finds: [["DAY_TOO_EARLY", "day 0"]],
    },
    {
      when: "the day was taken back a moment ago",
      events: [...day0, undo(0, DAY_S + 10, "withdrawn"), settle(0, { time: DAY_S + 100 })],
      finds: [],
    },
    {
      when: "a day is creditable at once",
      events: [anchor(0, 144, DAY_S), settle(0, { creditable_at: GENESIS + DAY_S })],
      finds: [["DAY_CREDITABLE_AT_WRONG", "day 0"]],
    },
    {
      when: "a veto comes when the day is creditable",
      events: [...day0, undo(0, DAY_S + 3_600)],
      finds: [["VETO_TOO_LATE", "day 0"]],
    },
    {
      when: "metres are settled that no paired vehicle could have driven",
      events: [pair(CAR, OWNER), anchor(0, 144, DAY_S), settle(0, { total_metres: 20_001 })],
      finds: [["DAY_BOUND_PASSED", "day 0 metres"]],
    },
    {
      when: "the metres are as many as one vehicle's cap",
      events: [pair(CAR, OWNER), anchor(0, 144, DAY_S), settle(0, { total_metres: 20_000 })],
      finds: [],
    },
    {
      when: "a vehicle released in a day's first second gives that day no cap",
      events: [
        pair(CAR, OWNER),
        release(CAR, OWNER, 3 * DAY_S),
        ...[0, 1, 2, 3].flatMap((day) => [
          anchor(day * 144, 144, (day + 1) * DAY_S),
          settle(day, { total_metres: 20_000 * Math.min(day + 1, 3) + (day === 3 ? 40_001 : 0) }),
        ]),
      ],
      finds: [["DAY_BOUND_PASSED", "day 3 metres"]],
    },
    {
      when: "readings of exactly the greatest age bring metres of the day before",
      events: [
        pair(CAR, OWNER),
        ...[0, 1, 2].flatMap((day) => [
          anchor(day * 144, 144, (day + 1) * DAY_S),
          settle(day, { total_metres: day === 2 ? 60_000 : 0 }),
        ]),
      ],
      finds: [],
    },
    {
      when: "metres come of a day of which no reading is taken any more",
      events: [
        pair(CAR, OWNER),
        ...[0, 1, 2, 3].flatMap((day) => [
          anchor(day * 144, 144, (day + 1) * DAY_S),
          settle(day, { total_metres: day === 3 ? 60_001 : 0 }),
        ]),
      ],
      finds: [["DAY_BOUND_PASSED", "day 3 metres"]],
    },
    {
      when: "more than the emission is settled",
      events: [
        pair(CAR, OWNER),
        anchor(0, 144, DAY_S),
        settle(0, { total_metres: 20_000, total_stones: 72_000_000_000_001 }),
      ],
      finds: [["DAY_BOUND_PASSED", "day 0 stones"]],
    },
    {
      when: "more than the cap per metre is settled",
      events: [pair(CAR, OWNER), anchor(0, 144, DAY_S), settle(0, { total_metres: 1, total_stones: 5_000_000_001 })],
      finds: [["DAY_BOUND_PASSED", "day 0 stones"]],
    },
    {
      when: "a total falls",
      events: [
        pair(CAR, OWNER),
        anchor(0, 288, 2 * DAY_S),
        settle(0, { total_metres: 10, time: 2 * DAY_S }),
        settle(1, { total_metres: 9, time: 2 * DAY_S }),
      ],
      finds: [["DAY_BOUND_PASSED", "day 1 metres"]],
    },
  ],
);

describeEvents(
  "credits",
  [dayShares, credits],
  [
    {
      when: "a day is credited before it is creditable",
      events: [...day0, credited(0, 0, DAY_S + 3_599)],
      finds: [["CREDIT_NOT_CREDITABLE", "day 0"]],
    },
    {
      when: "a vetoed day is credited",
      events: [...day0, undo(0, DAY_S + 10), credited(0, 0)],
      finds: [["CREDIT_NOT_CREDITABLE", "day 0"]],
    },
    {
      when: "somebody without a row is credited",
      events: [anchor(0, 144, DAY_S), settle(0, { total_stones: 5 }), mint(5), credited(0, 5)],
      finds: [["CREDIT_ABOVE_ENTITLEMENT", `day 0 account ${OWNER}`]],
    },
    {
      when: "a call says another sum",
      events: [anchor(0, 144, DAY_S), settle(0, { total_stones: 5 }), credited(0, 5)],
      finds: [["CREDIT_SUM_WRONG", "day 0"]],
    },
    {
      when: "two days are credited with more than the larger total",
      events: [
        anchor(0, 288, 2 * DAY_S),
        // Their files are missing, so that no account's own share is judged.
        settle(0, { accounts: 1, total_stones: 5 }),
        settle(1, { accounts: 1, total_stones: 8 }),
        ...[mint(5, 3 * DAY_S), credited(0, 5, 3 * DAY_S), mint(4, 3 * DAY_S), credited(1, 4, 3 * DAY_S)],
      ],
      finds: [["CREDIT_ABOVE_TOTAL", "day 1"]],
    },
    {
      when: "stones appear outside a credit call",
      events: [mint(5)],
      finds: [["CREDIT_SUM_WRONG", `account ${OWNER}`]],
    },
    {
      when: "more is issued than the pool holds",
      events: [mint(210_000_000 * 1e9), mint(1)],
      finds: [
        ["CREDIT_SUM_WRONG", `account ${OWNER}`],
        ["CREDIT_SUM_WRONG", `account ${OWNER}`],
        ["POOL_EXCEEDED", "mining"],
      ],
    },
  ],
);
