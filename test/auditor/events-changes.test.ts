import { items } from "../../src/auditor/checks/items.ts";
import { migrations } from "../../src/auditor/checks/migrations.ts";
import { milestones } from "../../src/auditor/checks/milestones.ts";
import { orders } from "../../src/auditor/checks/orders.ts";
import { pauses } from "../../src/auditor/checks/pauses.ts";
import { rules } from "../../src/auditor/checks/rules.ts";
import { DAY_S, type Hex } from "../../src/protocol/codec/index.ts";
import { burn, describeEvents, item, mint, OTHER, OWNER, PRICE, settle } from "../support/audit-events.ts";
import { type FixtureEvents, type FixtureRow, GENESIS, RULES } from "../support/audit-fixture.ts";

const THIRD: Hex = `0x${"e5".repeat(20)}`;
const at = (time: number) => GENESIS + time;

const noticed: FixtureRow = { ...RULES, version: 1, notice_s: DAY_S, daily_cap_m: 30_000 };
const announced = (more: FixtureRow = {}): FixtureEvents[number] => {
  const [table, row] = item({ kind: "announced", price: 2 * PRICE, valid_from: at(0), ...more });
  return [table, row];
};
const worse = (time: number, more: FixtureRow = {}) => item({ kind: "changed", price: 2 * PRICE, time, ...more });

describeEvents(
  "items that change as announced",
  [items],
  [
    { when: "the announced change comes in its time", events: [item(), announced(), worse(DAY_S)], finds: [] },
    {
      when: "it comes before its time",
      events: [item(), announced({ valid_from: at(2 * DAY_S), time: 2 * DAY_S }), worse(2 * DAY_S - 1)],
      finds: [["ITEM_TERMS_WRONG", "item 1"]],
    },
    {
      when: "it comes after seven days",
      events: [item(), announced(), worse(7 * DAY_S)],
      finds: [["ITEM_TERMS_WRONG", "item 1"]],
    },
    {
      when: "it comes after it was withdrawn",
      events: [item(), announced(), item({ kind: "withdrawn" }), worse(DAY_S)],
      finds: [["ITEM_TERMS_WRONG", "item 1"]],
    },
    {
      when: "it is worse than announced",
      events: [item(), announced(), worse(DAY_S, { price: 3 * PRICE })],
      finds: [["ITEM_TERMS_WRONG", "item 1"]],
    },
    {
      when: "it comes a second time, after the item became better again",
      events: [item(), announced(), worse(DAY_S), item({ kind: "changed" }), worse(DAY_S + 1)],
      finds: [["ITEM_TERMS_WRONG", "item 1"]],
    },
    {
      when: "it was announced without the rules' notice",
      events: [["ev_rules", { ...noticed, from_day: 1 }], item(), announced({ time: DAY_S, valid_from: at(DAY_S) })],
      finds: [["ITEM_NOTICE_WRONG", "item 1"]],
    },
    {
      when: "another milestone is asked for",
      events: [item({ milestone: 1 }), item({ kind: "changed", milestone: 2 })],
      finds: [["ITEM_TERMS_WRONG", "item 1"]],
    },
    {
      when: "a SKU is listed again",
      events: [item(), item({ item: 2 })],
      finds: [["ITEM_TERMS_WRONG", "item 2"]],
    },
    {
      when: "a window closes early although mining is to end",
      events: [
        item(),
        ["ev_mining_end", { day: 9 }],
        announced({ price: PRICE, closes_at: at(DAY_S) }),
        worse(DAY_S, { price: PRICE, closes_at: at(DAY_S) }),
      ],
      finds: [["ITEM_TERMS_WRONG", "item 1"]],
    },
  ],
);

describeEvents(
  "rules with notice",
  [rules],
  [
    {
      when: "a lower cap comes after the notice",
      events: [
        ["ev_rules", { ...noticed, from_day: 1 }],
        ["ev_rules", { ...noticed, version: 2, from_day: 3, daily_cap_m: 1, time: 2 * DAY_S }],
      ],
      finds: [],
    },
    {
      when: "a lower cap comes a second too early",
      events: [
        ["ev_rules", { ...noticed, from_day: 1 }],
        ["ev_rules", { ...noticed, version: 2, from_day: 3, daily_cap_m: 1, time: 2 * DAY_S + 1 }],
      ],
      finds: [["RULES_WITHOUT_NOTICE", "rules version 2"]],
    },
    {
      when: "a change that has not begun is taken back",
      events: [
        ["ev_rules", { ...noticed, from_day: 1 }],
        ["ev_rules", { ...noticed, version: 2, from_day: 3, window_days: 1, time: 2 * DAY_S }],
        ["ev_rules", { ...noticed, version: 3, from_day: 3, time: 2 * DAY_S + 1 }],
      ],
      finds: [],
    },
    {
      when: "a change is taken back when it has held for a day",
      events: [
        ["ev_rules", { ...noticed, from_day: 1 }],
        ["ev_rules", { ...noticed, version: 2, from_day: 3, window_days: 1, time: 2 * DAY_S }],
        ["ev_rules", { ...noticed, version: 3, from_day: 4, time: 3 * DAY_S + 1 }],
      ],
      finds: [["RULES_WITHOUT_NOTICE", "rules version 3"]],
    },
    {
      when: "a version for the same day is no worse than the one that was announced with notice",
      events: [
        ["ev_rules", { ...noticed, from_day: 1 }],
        ["ev_rules", { ...noticed, version: 2, from_day: 3, daily_cap_m: 1, time: 2 * DAY_S }],
        ["ev_rules", { ...noticed, version: 3, from_day: 3, daily_cap_m: 2, time: 2 * DAY_S + 1 }],
      ],
      finds: [],
    },
    {
      when: "a version for the same day is worse than the announced one, without a notice of its own",
      events: [
        ["ev_rules", { ...noticed, from_day: 1 }],
        ["ev_rules", { ...noticed, version: 2, from_day: 3, daily_cap_m: 2, time: 2 * DAY_S }],
        ["ev_rules", { ...noticed, version: 3, from_day: 3, daily_cap_m: 1, time: 2 * DAY_S + 1 }],
      ],
      finds: [["RULES_WITHOUT_NOTICE", "rules version 3"]],
    },
    {
      when: "a higher cap comes at once",
      events: [
        ["ev_rules", { ...noticed, from_day: 1 }],
        ["ev_rules", { ...noticed, version: 2, from_day: 3, daily_cap_m: 40_000, time: 2 * DAY_S + 1 }],
      ],
      finds: [],
    },
  ],
);

const successor = (more: FixtureRow = {}): FixtureEvents[number] => [
  "ev_successor",
  { successor: THIRD, migratable_from: at(60 * DAY_S), ...more },
];
const migrated = (time: number, to = THIRD): FixtureEvents[number] => [
  "ev_migrated",
  { account: OWNER, successor: to, units: 5, time },
];

describeEvents(
  "succession",
  [migrations],
  [
    { when: "stones migrate after the notice", events: [successor(), migrated(60 * DAY_S)], finds: [] },
    {
      when: "stones migrate before it is over",
      events: [successor(), migrated(60 * DAY_S - 1)],
      finds: [["SUCCESSION_WRONG", `account ${OWNER}`]],
    },
    {
      when: "stones migrate to another contract",
      events: [successor(), migrated(60 * DAY_S, OTHER)],
      finds: [["SUCCESSION_WRONG", `account ${OWNER}`]],
    },
    {
      when: "stones migrate and nothing was announced",
      events: [migrated(60 * DAY_S)],
      finds: [["SUCCESSION_WRONG", `account ${OWNER}`]],
    },
    {
      when: "a successor is announced with less than 60 days",
      events: [successor({ migratable_from: at(DAY_S) })],
      finds: [["SUCCESSION_WRONG", `successor ${THIRD}`]],
    },
    {
      when: "mining ends with less than 180 days of notice",
      events: [["ev_mining_end", { day: 180 }]],
      finds: [["SUCCESSION_WRONG", "end of mining"]],
    },
    {
      when: "a day is settled after the end of mining",
      events: [["ev_mining_end", { day: 181 }], settle(181, { time: 182 * DAY_S })],
      finds: [["SUCCESSION_WRONG", "day 181"]],
    },
  ],
);

describeEvents(
  "migrations among what is spent",
  [orders],
  [
    {
      when: "stones migrate that the account has",
      events: [mint(5), migrated(60 * DAY_S), burn(5, 60 * DAY_S)],
      finds: [],
    },
    {
      when: "more leaves the account than migrates",
      events: [mint(6), migrated(60 * DAY_S), burn(6, 60 * DAY_S)],
      finds: [["ORDER_BURN_WRONG", `account ${OWNER}`]],
    },
  ],
);

const pause = (time: number, more: FixtureRow = {}): FixtureEvents[number] => [
  "ev_pause",
  { contract: "stoneLedger", kind: "paused", until: at(time + 7 * DAY_S), ...more, time },
];

describeEvents(
  "pauses",
  [milestones, items, pauses],
  [
    { when: "a day is settled when the pause is over", events: [pause(0), settle(6, { time: 7 * DAY_S })], finds: [] },
    {
      when: "a day is settled after the pause was ended",
      events: [
        pause(0),
        ["ev_pause", { contract: "stoneLedger", kind: "resumed", until: null, time: DAY_S }],
        settle(0, { time: DAY_S }),
      ],
      finds: [],
    },
    {
      when: "a day is settled in a pause",
      events: [pause(0), settle(0, { time: DAY_S })],
      finds: [["PAUSE_BROKEN", "contract stoneLedger"]],
    },
    {
      when: "a pause is longer than a week",
      events: [pause(0, { until: at(8 * DAY_S) })],
      finds: [["PAUSE_BROKEN", "contract stoneLedger"]],
    },
    {
      when: "a pause comes again within four weeks",
      events: [pause(0), pause(28 * DAY_S - 1)],
      finds: [["PAUSE_BROKEN", "contract stoneLedger"]],
    },
    {
      when: "another contract goes on meanwhile",
      events: [pause(0, { contract: "catalogue" }), settle(0, { time: DAY_S })],
      finds: [],
    },
  ],
);
