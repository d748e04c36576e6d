import { items } from "../../src/auditor/checks/items.ts";
import { migrations } from "../../src/auditor/checks/migrations.ts";
import { milestones } from "../../src/auditor/checks/milestones.ts";
import { moves } from "../../src/auditor/checks/moves.ts";
import { orders } from "../../src/auditor/checks/orders.ts";
import { pauses } from "../../src/auditor/checks/pauses.ts";
import { prizes } from "../../src/auditor/checks/prizes.ts";
import { registries } from "../../src/auditor/checks/registries.ts";
import { rules } from "../../src/auditor/checks/rules.ts";
import { DAY_S, type Hex } from "../../src/protocol/codec/index.ts";
import {
  burn,
  CAR,
  change,
  describeEvents,
  follow,
  item,
  mint,
  moved,
  ORDER,
  OTHER,
  OWNER,
  ordered,
  PRICE,
  pair,
  ready,
  register,
  release,
  settle,
  transfer,
  voucher,
} from "../support/audit-events.ts";
import { type FixtureEvents, type FixtureRow, GENESIS, RULES, ZERO_ADDRESS } from "../support/audit-fixture.ts";

/** 30 % of 300,000,000 stones. */
const POOL = 90_000_000n * 10n ** 9n;
const THIRD: Hex = `0x${"e5".repeat(20)}`;
const at = (time: number) => GENESIS + time;
const movedWithStones = (units: number, time = 2 * DAY_S): FixtureEvents => [
  moved(OWNER, OTHER, time),
  transfer(OWNER, OTHER, units, time),
];
const recovery = (kind: string, more: FixtureRow = {}): FixtureEvents[number] => {
  const time = Number(more.time ?? 0);
  const row = { kind, number: 1, account: OWNER, target: OTHER, reason: 1, executable_at: at(time + 30 * DAY_S) };
  return ["ev_recovery", { ...row, ...more }];
};

describeEvents(
  "moves",
  [moves],
  [
    { when: "an account moves with all it has", events: [mint(5), ...movedWithStones(5)], finds: [] },
    {
      when: "stones flow on after the move",
      events: [mint(5), ...movedWithStones(5), mint(3), transfer(OWNER, OTHER, 3, 3 * DAY_S)],
      finds: [],
    },
    {
      when: "stones are left behind",
      events: [mint(5), ...movedWithStones(4)],
      finds: [["MOVE_TRANSFER_WRONG", `account ${OWNER}`]],
    },
    {
      when: "stones go to somebody without a move",
      events: [mint(5), transfer(OWNER, OTHER, 5, 2 * DAY_S)],
      finds: [["MOVE_TRANSFER_WRONG", `account ${OWNER}`]],
    },
    {
      when: "an account moves to itself",
      events: [moved(OWNER, OWNER, 0)],
      finds: [["MOVE_ILLEGAL", `account ${OWNER}`]],
    },
    {
      when: "an account moves twice",
      events: [moved(OWNER, OTHER, 0), moved(OWNER, THIRD, 1)],
      finds: [["MOVE_ILLEGAL", `account ${OWNER}`]],
    },
    {
      when: "an account moves back",
      events: [moved(OWNER, OTHER, 0), moved(OTHER, OWNER, 366 * DAY_S)],
      finds: [["MOVE_ILLEGAL", `account ${OTHER}`]],
    },
    {
      when: "the target has had stones and no recovery was announced",
      events: [mint(5), moved(THIRD, OWNER, 3 * DAY_S)],
      finds: [["MOVE_ILLEGAL", `account ${THIRD}`]],
    },
    {
      when: "an account moves on within a year",
      events: [moved(OWNER, OTHER, 0), moved(OTHER, THIRD, 365 * DAY_S - 1)],
      finds: [["MOVE_ILLEGAL", `account ${OTHER}`]],
    },
    {
      when: "a recovery is carried out after its notice",
      events: [transfer(ZERO_ADDRESS, OTHER, 5, 0), recovery("announced"), moved(OWNER, OTHER, 30 * DAY_S)],
      finds: [],
    },
    {
      when: "a recovery is carried out too early",
      events: [transfer(ZERO_ADDRESS, OTHER, 5, 0), recovery("announced"), moved(OWNER, OTHER, 30 * DAY_S - 1)],
      finds: [["MOVE_ILLEGAL", `account ${OWNER}`]],
    },
    {
      when: "a cancelled recovery is carried out",
      events: [
        transfer(ZERO_ADDRESS, OTHER, 5, 0),
        recovery("announced"),
        recovery("cancelled", { target: null, time: 1 }),
        moved(OWNER, OTHER, 30 * DAY_S),
      ],
      finds: [["MOVE_ILLEGAL", `account ${OWNER}`]],
    },
    {
      when: "a recovery has less than 30 days",
      events: [recovery("announced", { executable_at: at(DAY_S) })],
      finds: [["RECOVERY_WRONG", "recovery 1"]],
    },
    {
      when: "a recovery is announced twice",
      events: [recovery("announced"), recovery("announced", { number: 2 })],
      finds: [["RECOVERY_WRONG", "recovery 2"]],
    },
    {
      when: "a recovery is cancelled that nobody announced",
      events: [recovery("cancelled")],
      finds: [["RECOVERY_WRONG", "recovery 1"]],
    },
    {
      when: "a pointer is shortened over the next one",
      events: [
        moved(OWNER, OTHER, 0),
        moved(OTHER, THIRD, 366 * DAY_S),
        ["ev_move", { kind: "shortened", account: OWNER, target: THIRD, time: 367 * DAY_S }],
      ],
      finds: [],
    },
    {
      when: "a pointer is turned to somebody else",
      events: [moved(OWNER, OTHER, 0), ["ev_move", { kind: "shortened", account: OWNER, target: THIRD, time: 1 }]],
      finds: [["MOVE_ILLEGAL", `account ${OWNER}`]],
    },
  ],
);

describeEvents(
  "vehicles that follow",
  [registries],
  [
    {
      when: "a vehicle follows its holder's move and is released by the new one",
      events: [
        register(CAR, 1),
        pair(CAR, OWNER),
        ...movedWithStones(0),
        follow(CAR, OWNER, OTHER, 2 * DAY_S),
        release(CAR, OTHER, 3 * DAY_S),
      ],
      finds: [],
    },
    {
      when: "a vehicle goes to somebody to whom its holder did not move",
      events: [register(CAR, 1), pair(CAR, OWNER), ...movedWithStones(0), follow(CAR, OWNER, THIRD, 2 * DAY_S)],
      finds: [["VEHICLE_RECORD_WRONG", `vehicle ${CAR}`]],
    },
    {
      when: "a vehicle follows although nobody moved",
      events: [register(CAR, 1), pair(CAR, OWNER), follow(CAR, OWNER, OTHER, DAY_S)],
      finds: [["VEHICLE_RECORD_WRONG", `vehicle ${CAR}`]],
    },
    {
      when: "the old account releases it",
      events: [
        register(CAR, 1),
        pair(CAR, OWNER),
        ...movedWithStones(0),
        follow(CAR, OWNER, OTHER, 2 * DAY_S),
        release(CAR, OWNER, 3 * DAY_S),
      ],
      finds: [["VEHICLE_RECORD_WRONG", `vehicle ${CAR}`]],
    },
  ],
);

const ORDER_SUBJECT = `order ${ORDER}`;
const fulfilledAfterMove: FixtureEvents = [
  ...ready,
  ordered(),
  ...movedWithStones(5 * PRICE, 2 * DAY_S + 60),
  change("fulfilled", 2 * DAY_S + 120),
  change("completed", 2 * DAY_S + 180),
];

describeEvents(
  "orders of moved accounts and by voucher",
  [orders],
  [
    {
      when: "the account moved before its order is completed",
      events: [...fulfilledAfterMove, transfer(OTHER, ZERO_ADDRESS, PRICE, 2 * DAY_S + 180)],
      finds: [],
    },
    {
      when: "the old account is said to have spent",
      events: [...fulfilledAfterMove, burn(PRICE, 2 * DAY_S + 180)],
      finds: [
        ["ORDER_BURN_WRONG", `account ${OTHER}`],
        ["ORDER_BURN_WRONG", `account ${OWNER}`],
        ["ACCOUNT_OVERDRAWN", `account ${OWNER}`],
      ],
    },
    {
      when: "an order takes what another order has reserved",
      events: [
        ...ready.slice(0, 3),
        mint(PRICE, DAY_S),
        ordered(),
        ordered({ order_id: `0x${"d5".repeat(32)}`, time: 2 * DAY_S + 1 }),
      ],
      finds: [["ACCOUNT_OVERDRAWN", `account ${OWNER}`]],
    },
    {
      when: "the vehicle has not followed the move",
      events: [...ready, ...movedWithStones(5 * PRICE, DAY_S + 1), ordered({ account: OTHER })],
      finds: [["ORDER_NOT_ELIGIBLE", ORDER_SUBJECT]],
    },
    {
      when: "the vehicle has followed, and the days count from its pairing",
      events: [
        ...ready,
        ...movedWithStones(5 * PRICE, 2 * DAY_S - 2),
        follow(CAR, OWNER, OTHER, 2 * DAY_S - 1),
        ordered({ account: OTHER }),
      ],
      finds: [],
    },
    {
      when: "the milestone counts",
      events: [
        ...ready.slice(0, 2),
        item({ milestone: 4 }),
        mint(PRICE, DAY_S),
        ["ev_milestone", { kind: "attested", milestone: 4, account: OWNER, counts_from: at(2 * DAY_S) }],
        ordered(),
      ],
      finds: [],
    },
    {
      when: "the milestone was taken back",
      events: [
        ...ready.slice(0, 2),
        item({ milestone: 4 }),
        mint(PRICE, DAY_S),
        ["ev_milestone", { kind: "attested", milestone: 4, account: OWNER, counts_from: at(DAY_S) }],
        ["ev_milestone", { kind: "revoked", milestone: 4, account: OWNER, counts_from: null }],
        ordered(),
      ],
      finds: [["ORDER_NOT_ELIGIBLE", ORDER_SUBJECT]],
    },
    {
      when: "a voucher pays, although the item is closed, sold out and asks for more days",
      events: [
        register(CAR, 1),
        pair(CAR, OWNER, 2 * DAY_S),
        item({ stock: 0, closes_at: at(DAY_S) }),
        voucher(1),
        ordered({ price: 0 }),
      ],
      finds: [],
    },
    {
      when: "a voucher comes back after a refund and pays again",
      events: [
        ...ready,
        voucher(1),
        ordered({ price: 0 }),
        change("refunded", 2 * DAY_S + 7_201),
        ordered({ price: 0, order_id: `0x${"d5".repeat(32)}`, time: 3 * DAY_S }),
      ],
      finds: [],
    },
    {
      when: "one voucher pays twice",
      events: [...ready, voucher(1), ordered({ price: 0 }), ordered({ price: 0, order_id: `0x${"d5".repeat(32)}` })],
      finds: [["VOUCHER_OVERDRAWN", `account ${OWNER} item 1`]],
    },
    {
      when: "a voucher is used by an account that moved, before voucher and vehicle have followed",
      events: [...ready, voucher(1), moved(OWNER, OTHER, DAY_S), ordered({ price: 0 })],
      finds: [["ORDER_NOT_ELIGIBLE", ORDER_SUBJECT]],
    },
    {
      when: "a voucher is used by somebody who holds no vehicle",
      events: [register(CAR, 1), pair(CAR, OTHER), item(), voucher(1), ordered({ price: 0 })],
      finds: [["ORDER_NOT_ELIGIBLE", ORDER_SUBJECT]],
    },
  ],
);

const TRAILER: Hex = `0x${"c4".repeat(32)}`;
const tiers: FixtureEvents = [
  pair(CAR, OWNER),
  ["ev_tier", { season: 1, tier: 0, kind: "stones", amount: 7, item: 0 }],
  ["ev_tier", { season: 1, tier: 1, kind: "voucher", amount: 0, item: 1 }],
  ["ev_box_request", { account: OWNER, first_box: 0, season: 1, time: DAY_S }],
];
const box = (tier: number, more: FixtureRow = {}): FixtureEvents[number] => [
  "ev_box",
  { account: OWNER, first_box: 0, nth: 0, tier, time: DAY_S, ...more },
];
const waits = (kind: string, units: number): FixtureEvents[number] => [
  "ev_claimable",
  { kind, account: OWNER, target: null, units, time: DAY_S },
];

describeEvents(
  "prizes",
  [prizes],
  [
    { when: "a box gives its stones", events: [...tiers, box(0), mint(7)], finds: [] },
    { when: "a box gives its voucher", events: [...tiers, box(1), voucher(1)], finds: [] },
    {
      when: "stones wait and are claimed",
      events: [...tiers, box(0), waits("waits", 7), waits("claimed", 7), mint(7)],
      finds: [],
    },
    {
      when: "a box gives more stones than its tier",
      events: [...tiers, box(0), mint(8)],
      finds: [["PRIZE_WRONG", `account ${OWNER}`]],
    },
    {
      when: "a box gives somebody else its stones",
      events: [...tiers, pair(TRAILER, OTHER), box(0), transfer(ZERO_ADDRESS, OTHER, 7, DAY_S)],
      finds: [["PRIZE_WRONG", `account ${OWNER}`]],
    },
    {
      when: "stones are paid to who has sold the vehicle",
      events: [...tiers, release(CAR, OWNER, DAY_S - 1), box(0), mint(7)],
      finds: [["PRIZE_WITHOUT_VEHICLE", `account ${OWNER}`]],
    },
    {
      when: "stones are claimed before a vehicle is paired",
      events: [...tiers.slice(1), box(0), waits("waits", 7), waits("claimed", 7), mint(7), pair(CAR, OWNER, 3 * DAY_S)],
      finds: [["PRIZE_WITHOUT_VEHICLE", `account ${OWNER}`]],
    },
    { when: "a box gives nothing", events: [...tiers, box(0)], finds: [["PRIZE_WRONG", `account ${OWNER}`]] },
    {
      when: "a voucher is given that no box gave",
      events: [...tiers, voucher(1)],
      finds: [["PRIZE_WRONG", `account ${OWNER}`]],
    },
    {
      when: "less is claimed than waits",
      events: [...tiers, box(0), waits("waits", 7), waits("claimed", 6), mint(6)],
      finds: [["PRIZE_WRONG", `account ${OWNER}`]],
    },
    {
      when: "more is given than the pool holds",
      events: [
        pair(CAR, OWNER),
        ["ev_tier", { season: 1, tier: 0, kind: "stones", amount: POOL + 1n, item: 0 }],
        ["ev_box_request", { account: OWNER, first_box: 0, season: 1, time: DAY_S }],
        box(0),
        ["ev_transfer", { sender: ZERO_ADDRESS, receiver: OWNER, units: POOL + 1n }],
      ],
      finds: [["POOL_EXCEEDED", "prizes"]],
    },
  ],
);

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
