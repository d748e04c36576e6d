import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { anchors } from "../../src/auditor/checks/anchors.ts";
import { credits } from "../../src/auditor/checks/credits.ts";
import { dayShares } from "../../src/auditor/checks/day-shares.ts";
import { items } from "../../src/auditor/checks/items.ts";
import { orders } from "../../src/auditor/checks/orders.ts";
import { registries } from "../../src/auditor/checks/registries.ts";
import { rules } from "../../src/auditor/checks/rules.ts";
import { settlements } from "../../src/auditor/checks/settlements.ts";
import type { Check } from "../../src/auditor/context.ts";
import type { FindingCode } from "../../src/auditor/index.ts";
import { DAY_S, type Hex } from "../../src/protocol/codec/index.ts";
import { checkEvents, type FixtureEvents, type FixtureRow, GENESIS, ZERO_ADDRESS } from "../support/audit-fixture.ts";

const OWNER: Hex = `0x${"a1".repeat(20)}`;
const OTHER: Hex = `0x${"b2".repeat(20)}`;
const CAR: Hex = `0x${"c3".repeat(32)}`;
const ORDER: Hex = `0x${"d4".repeat(32)}`;
const PRICE = 1_000_000_000;

type Event = FixtureEvents[number];

const anchor = (first_drop: number, drops: number, time: number, more: FixtureRow = {}): Event => [
  "ev_anchor",
  { first_drop, drops, time, superseded_next: null, ...more },
];
const settle = (day: number, more: FixtureRow = {}): Event => {
  const time = Number(more.time ?? (day + 1) * DAY_S);
  return ["ev_settled", { day, time, creditable_at: GENESIS + time + 3_600, ...more }];
};
const undo = (day: number, time: number, kind = "vetoed"): Event => ["ev_unsettled", { day, time, kind }];
const day0: FixtureEvents = [anchor(0, 144, DAY_S), settle(0)];
const register = (vehicle: Hex, rank: number): Event => ["ev_device_key", { vehicle, kind: "registered", rank }];
const pair = (vehicle: Hex, account: Hex, time = 0): Event => [
  "ev_pairing",
  { vehicle, account, time, kind: "paired" },
];
const release = (vehicle: Hex, account: Hex, time: number): Event => [
  "ev_pairing",
  { vehicle, account, time, kind: "released" },
];
const consent = (version: number, kind: string, more: FixtureRow = {}): Event => [
  "ev_consent",
  {
    account: OWNER,
    recipient: OTHER,
    purpose: 1,
    version,
    kind,
    categories: kind === "granted" ? 1 : null,
    expires: kind === "granted" ? 0 : null,
    ...more,
  },
];
const mint = (units: number, time = 2 * DAY_S): Event => [
  "ev_transfer",
  { sender: ZERO_ADDRESS, receiver: OWNER, units, time },
];
const burn = (units: number, time = 3 * DAY_S): Event => [
  "ev_transfer",
  { sender: OWNER, receiver: ZERO_ADDRESS, units, time },
];
const credited = (day: number, units: number, time = 2 * DAY_S): Event => [
  "ev_credited",
  { day, units, leaves: 1, time },
];
const item = (more: FixtureRow = {}): Event => [
  "ev_item",
  {
    item: 1,
    kind: "listed",
    price: PRICE,
    stock: 2,
    opens_at: GENESIS,
    closes_at: GENESIS + 10 * DAY_S,
    fulfilment_s: 7_200,
    min_days_paired: 1,
    ...more,
  },
];
const ordered = (more: FixtureRow = {}): Event => {
  const time = Number(more.time ?? 2 * DAY_S);
  const order = { order_id: ORDER, state: "placed", account: OWNER, item: 1, vehicle: CAR, price: PRICE };
  return ["ev_order", { ...order, deadline: GENESIS + time + 7_200, ...more, time }];
};
const change = (state: string, time: number, more: FixtureRow = {}): Event => {
  const nothing = { deadline: null, account: null, item: null, vehicle: null, price: null };
  const deadline = ["fulfilled", "objected"].includes(state) ? GENESIS + time + 3_600 : null;
  return ["ev_order", { ...nothing, order_id: ORDER, state, deadline, ...more, time }];
};
/** Everything that a rightful order needs. */
const ready: FixtureEvents = [register(CAR, 1), pair(CAR, OWNER), item(), mint(5 * PRICE, DAY_S)];

interface Case {
  readonly when: string;
  readonly events: FixtureEvents;
  readonly finds: readonly (readonly [FindingCode, string])[];
}

function suite(name: string, checks: readonly Check[], cases: readonly Case[]): void {
  describe(`given events, the check of ${name}`, () => {
    for (const { when, events, finds } of cases) {
      test(`when ${when}, finds ${finds.map(([code]) => code).join(" and ") || "nothing"}`, async () => {
        const found = await checkEvents(events, checks);
        assert.deepEqual(
          found.map(({ code, subject }) => [code, subject]),
          finds,
        );
      });
    }
  });
}

suite(
  "rules",
  [rules],
  [
    {
      when: "a version is for tomorrow",
      events: [["ev_rules", { version: 1, from_day: 3, time: 2 * DAY_S }]],
      finds: [],
    },
    {
      when: "a version is for a day that has begun",
      events: [["ev_rules", { version: 1, from_day: 2, time: 2 * DAY_S }]],
      finds: [["RULES_NOT_AHEAD", "rules version 1"]],
    },
    {
      when: "a version holds before an earlier one",
      events: [
        ["ev_rules", { version: 1, from_day: 9, time: DAY_S }],
        ["ev_rules", { version: 2, from_day: 8, time: DAY_S }],
      ],
      finds: [["RULES_NOT_AHEAD", "rules version 2"]],
    },
  ],
);

suite(
  "anchors",
  [anchors],
  [
    { when: "calls follow each other", events: [anchor(0, 2, 1_200), anchor(2, 1, 1_800)], finds: [] },
    {
      when: "a drop is left out",
      events: [anchor(0, 2, 1_200), anchor(3, 1, 2_400)],
      finds: [["ANCHOR_NOT_NEXT", "drops 3 to 3"]],
    },
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

suite(
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
          settle(day, { total_metres: 20_000 * Math.min(day + 1, 3) + (day === 3 ? 20_001 : 0) }),
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

suite(
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
      events: [...day0, mint(5), credited(0, 5)],
      finds: [["CREDIT_ABOVE_ENTITLEMENT", `day 0 account ${OWNER}`]],
    },
    {
      when: "a call says another sum",
      events: [...day0, credited(0, 5)],
      finds: [["CREDIT_SUM_WRONG", "day 0"]],
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

suite(
  "registries",
  [registries],
  [
    {
      when: "consents are granted, replaced, withdrawn and granted again",
      events: [consent(1, "granted"), consent(3, "granted"), consent(4, "withdrawn"), consent(5, "granted")],
      finds: [],
    },
    {
      when: "an old grant is played again",
      events: [consent(1, "granted"), consent(2, "withdrawn"), consent(1, "granted")],
      finds: [["CONSENT_RECORD_WRONG", `account ${OWNER} purpose 1`]],
    },
    {
      when: "a consent is withdrawn twice",
      events: [consent(1, "granted"), consent(2, "withdrawn"), consent(3, "withdrawn")],
      finds: [["CONSENT_RECORD_WRONG", `account ${OWNER} purpose 1`]],
    },
    {
      when: "a grant names an unknown category",
      events: [consent(1, "granted", { categories: 256 })],
      finds: [["CONSENT_RECORD_WRONG", `account ${OWNER} purpose 1`]],
    },
    {
      when: "a vehicle is registered twice",
      events: [register(CAR, 1), register(CAR, 2)],
      finds: [["VEHICLE_RECORD_WRONG", `vehicle ${CAR}`]],
    },
    {
      when: "a rank is left out",
      events: [register(CAR, 2)],
      finds: [["VEHICLE_RECORD_WRONG", `vehicle ${CAR}`]],
    },
    {
      when: "more vehicles are registered in a day than allowed",
      events: [1, 2, 3].map((rank) => register(`0x${`${rank}0`.repeat(32)}`, rank)),
      finds: [["VEHICLE_RECORD_WRONG", `vehicle 0x${"30".repeat(32)}`]],
    },
    {
      when: "a vehicle is paired twice",
      events: [register(CAR, 1), pair(CAR, OWNER), release(CAR, OWNER, 5), pair(CAR, OTHER, 6)],
      finds: [["VEHICLE_RECORD_WRONG", `vehicle ${CAR}`]],
    },
    {
      when: "an unregistered vehicle is paired",
      events: [pair(CAR, OWNER)],
      finds: [["VEHICLE_RECORD_WRONG", `vehicle ${CAR}`]],
    },
    {
      when: "another account than the holder's is released",
      events: [register(CAR, 1), pair(CAR, OWNER), release(CAR, OTHER, 5)],
      finds: [["VEHICLE_RECORD_WRONG", `vehicle ${CAR}`]],
    },
  ],
);

suite(
  "items",
  [items],
  [
    { when: "an item becomes better", events: [item(), item({ kind: "changed", price: 1, stock: 5 })], finds: [] },
    {
      when: "a price rises",
      events: [item(), item({ kind: "changed", price: PRICE + 1 })],
      finds: [["ITEM_TERMS_WRONG", "item 1"]],
    },
    {
      when: "a condition is added where there was none",
      events: [item(), item({ kind: "changed", max_rank: 3_000 })],
      finds: [["ITEM_TERMS_WRONG", "item 1"]],
    },
    {
      when: "stock falls to what is left after an order, which is no worse",
      events: [...ready, ordered(), item({ kind: "changed", stock: 1 })],
      finds: [],
    },
    {
      when: "stock falls below what is left",
      events: [item(), item({ kind: "changed", stock: 1 })],
      finds: [["ITEM_TERMS_WRONG", "item 1"]],
    },
    {
      when: "fulfilment takes longer than the rules allow",
      events: [item({ fulfilment_s: DAY_S + 1 })],
      finds: [["ITEM_TERMS_WRONG", "item 1"]],
    },
  ],
);

const ORDER_SUBJECT = `order ${ORDER}`;
suite(
  "orders",
  [orders],
  [
    {
      when: "an order is placed, fulfilled, accepted and spent",
      events: [
        ...ready,
        ordered(),
        change("fulfilled", 2 * DAY_S + 7_200),
        change("completed", 3 * DAY_S),
        burn(PRICE),
      ],
      finds: [],
    },
    {
      when: "an order is objected to and refunded",
      events: [
        ...ready,
        ordered(),
        change("fulfilled", 2 * DAY_S),
        change("objected", 2 * DAY_S + 3_600),
        change("refunded", 2 * DAY_S + 7_300),
      ],
      finds: [],
    },
    {
      when: "the price is not the item's",
      events: [...ready, ordered({ price: PRICE + 1 })],
      finds: [["ORDER_PRICE_WRONG", ORDER_SUBJECT]],
    },
    {
      when: "the price is the one from before a change",
      events: [...ready, item({ kind: "changed", price: PRICE / 2 }), ordered()],
      finds: [["ORDER_PRICE_WRONG", ORDER_SUBJECT]],
    },
    {
      when: "the deadline is later than the item's",
      events: [...ready, ordered({ deadline: GENESIS + 2 * DAY_S + 7_201 })],
      finds: [["ORDER_DEADLINE_WRONG", ORDER_SUBJECT]],
    },
    {
      when: "the item is closed",
      events: [...ready, ordered({ time: 10 * DAY_S })],
      finds: [["ORDER_ITEM_CLOSED", ORDER_SUBJECT]],
    },
    {
      when: "the vehicle was paired too short a time ago",
      events: [...ready, ordered({ time: DAY_S - 1 })],
      finds: [["ORDER_NOT_ELIGIBLE", ORDER_SUBJECT]],
    },
    {
      when: "the vehicle was sold before",
      events: [...ready, release(CAR, OWNER, 2 * DAY_S), ordered()],
      finds: [["ORDER_NOT_ELIGIBLE", ORDER_SUBJECT]],
    },
    {
      when: "the vehicle's rank is too high",
      events: [register(CAR, 2), pair(CAR, OWNER), item({ max_rank: 1 }), mint(PRICE, DAY_S), ordered()],
      finds: [["ORDER_NOT_ELIGIBLE", ORDER_SUBJECT]],
    },
    {
      when: "more is ordered than is in stock",
      events: [...ready, ...[1, 2, 3].map((n) => ordered({ order_id: `0x${`${n}d`.repeat(32)}` }))],
      finds: [["ITEM_STOCK_NEGATIVE", "item 1"]],
    },
    {
      when: "more is ordered than the account has",
      events: [register(CAR, 1), pair(CAR, OWNER), item(), mint(PRICE - 1, DAY_S), ordered()],
      finds: [["ACCOUNT_OVERDRAWN", `account ${OWNER}`]],
    },
    {
      when: "an order is fulfilled after its deadline",
      events: [...ready, ordered(), change("fulfilled", 2 * DAY_S + 7_201)],
      finds: [["ORDER_TRANSITION_ILLEGAL", ORDER_SUBJECT]],
    },
    {
      when: "an objection comes too late",
      events: [...ready, ordered(), change("fulfilled", 2 * DAY_S), change("objected", 2 * DAY_S + 3_601)],
      finds: [["ORDER_TRANSITION_ILLEGAL", ORDER_SUBJECT]],
    },
    {
      when: "an order is refunded before its deadline",
      events: [...ready, ordered(), change("refunded", 2 * DAY_S + 7_200)],
      finds: [["ORDER_TRANSITION_ILLEGAL", ORDER_SUBJECT]],
    },
    {
      when: "an order is completed that was never fulfilled",
      events: [...ready, ordered(), change("completed", 2 * DAY_S), burn(PRICE)],
      finds: [["ORDER_TRANSITION_ILLEGAL", ORDER_SUBJECT]],
    },
    {
      when: "an order ends twice",
      events: [...ready, ordered(), change("cancelled", 2 * DAY_S), change("cancelled", 2 * DAY_S)],
      finds: [["ORDER_TRANSITION_ILLEGAL", ORDER_SUBJECT]],
    },
    {
      when: "an order that nobody placed is fulfilled",
      events: [change("fulfilled", 2 * DAY_S)],
      finds: [["ORDER_TRANSITION_ILLEGAL", ORDER_SUBJECT]],
    },
    {
      when: "the time to object is shorter than the rules'",
      events: [...ready, ordered(), change("fulfilled", 2 * DAY_S, { deadline: GENESIS + 2 * DAY_S + 60 })],
      finds: [["ORDER_DEADLINE_WRONG", ORDER_SUBJECT]],
    },
    {
      when: "more is spent than the order's price",
      events: [...ready, ordered(), change("fulfilled", 2 * DAY_S), change("completed", 2 * DAY_S), burn(PRICE + 1)],
      finds: [["ORDER_BURN_WRONG", `account ${OWNER}`]],
    },
    {
      when: "stones are spent without an order",
      events: [...ready, burn(7)],
      finds: [["ORDER_BURN_WRONG", `account ${OWNER}`]],
    },
  ],
);
