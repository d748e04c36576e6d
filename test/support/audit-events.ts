import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Check } from "../../src/auditor/context.ts";
import type { FindingCode } from "../../src/auditor/index.ts";
import { DAY_S, type Hex } from "../../src/protocol/codec/index.ts";
import { checkEvents, type FixtureEvents, type FixtureRow, GENESIS, ZERO_ADDRESS } from "./audit-fixture.ts";

export const OWNER: Hex = `0x${"a1".repeat(20)}`;
export const OTHER: Hex = `0x${"b2".repeat(20)}`;
export const CAR: Hex = `0x${"c3".repeat(32)}`;
export const ORDER: Hex = `0x${"d4".repeat(32)}`;
export const PRICE = 1_000_000_000;

type Event = FixtureEvents[number];

/** An anchoring of drops. Times count from genesis. */
export const anchor = (first_drop: number, drops: number, time: number, more: FixtureRow = {}): Event => [
  "ev_anchor",
  { first_drop, drops, time, superseded_next: null, ...more },
];
/** A settlement of a day, when it is over unless `more` says a time. */
export const settle = (day: number, more: FixtureRow = {}): Event => {
  const time = Number(more.time ?? (day + 1) * DAY_S);
  return ["ev_settled", { day, time, creditable_at: GENESIS + time + 3_600, ...more }];
};
/** A veto or withdrawal of a day. */
export const undo = (day: number, time: number, kind = "vetoed", vetoed_by = OWNER): Event => [
  "ev_unsettled",
  { day, time, kind, vetoed_by },
];
/** Day 0 as it should be. */
export const day0: FixtureEvents = [anchor(0, 144, DAY_S), settle(0)];
/** A vehicle's registration. */
export const register = (vehicle: Hex, rank: number): Event => ["ev_device_key", { vehicle, kind: "registered", rank }];
/** A vehicle's pairing. */
export const pair = (vehicle: Hex, account: Hex, time = 0): Event => [
  "ev_pairing",
  { vehicle, account, time, kind: "paired", target: null },
];
/** A vehicle's release. */
export const release = (vehicle: Hex, account: Hex, time: number): Event => [
  "ev_pairing",
  { vehicle, account, time, kind: "released", target: null },
];
/** A vehicle that follows its holder's move. */
export const follow = (vehicle: Hex, account: Hex, target: Hex, time: number): Event => [
  "ev_pairing",
  { vehicle, account, target, time, kind: "followed" },
];
/** An account's move, without its stones. */
export const moved = (account: Hex, target: Hex, time: number): Event => [
  "ev_move",
  { kind: "moved", account, target, time },
];
/** Stones that go from somebody to somebody. */
export const transfer = (sender: Hex, receiver: Hex, units: number, time: number): Event => [
  "ev_transfer",
  { sender, receiver, units, time },
];
/** Vouchers that are granted. */
export const voucher = (count: number, time = DAY_S): Event => [
  "ev_voucher",
  { kind: "granted", account: OWNER, target: null, item: 1, count, time },
];
/** A consent's grant or withdrawal. */
export const consent = (version: number, kind: string, more: FixtureRow = {}): Event => [
  "ev_consent",
  {
    account: OWNER,
    recipient: OTHER,
    purpose: 1,
    version,
    kind,
    categories: kind === "granted" ? 1 : null,
    expires: kind === "granted" ? 0 : null,
    notice: kind === "granted" ? 1 : null,
    ...more,
  },
];
/** Stones that appear. */
export const mint = (units: number, time = 2 * DAY_S): Event => [
  "ev_transfer",
  { sender: ZERO_ADDRESS, receiver: OWNER, units, time },
];
/** Stones that are spent. */
export const burn = (units: number, time = 3 * DAY_S): Event => [
  "ev_transfer",
  { sender: OWNER, receiver: ZERO_ADDRESS, units, time },
];
/** A credit call. */
export const credited = (day: number, units: number, time = 2 * DAY_S): Event => [
  "ev_credited",
  { day, units, leaves: 1, time },
];
/** An item's listing or change. */
export const item = (more: FixtureRow = {}): Event => [
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
/** An order of the item. */
export const ordered = (more: FixtureRow = {}): Event => {
  const time = Number(more.time ?? 2 * DAY_S);
  const order = { order_id: ORDER, state: "placed", account: OWNER, item: 1, vehicle: CAR, price: PRICE };
  return ["ev_order", { ...order, deadline: GENESIS + time + 7_200, ...more, time }];
};
/** An order's change of state. */
export const change = (state: string, time: number, more: FixtureRow = {}): Event => {
  const nothing = { deadline: null, account: null, item: null, vehicle: null, price: null };
  const deadline = ["fulfilled", "objected"].includes(state) ? GENESIS + time + 3_600 : null;
  return ["ev_order", { ...nothing, order_id: ORDER, state, deadline, ...more, time }];
};
/** Everything that a rightful order needs. */
export const ready: FixtureEvents = [register(CAR, 1), pair(CAR, OWNER), item(), mint(5 * PRICE, DAY_S)];

export interface EventCase {
  readonly when: string;
  readonly events: FixtureEvents;
  readonly finds: readonly (readonly [FindingCode, string])[];
}

/** Tests what checks find in events, in order of their codes. */
export function describeEvents(name: string, checks: readonly Check[], cases: readonly EventCase[]): void {
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
