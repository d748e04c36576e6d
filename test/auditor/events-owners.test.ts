import { items } from "../../src/auditor/checks/items.ts";
import { orders } from "../../src/auditor/checks/orders.ts";
import { registries } from "../../src/auditor/checks/registries.ts";
import { DAY_S } from "../../src/protocol/codec/codes.ts";
import {
  burn,
  CAR,
  change,
  consent,
  describeEvents,
  item,
  mint,
  ORDER,
  OTHER,
  OWNER,
  ordered,
  PRICE,
  pair,
  ready,
  register,
  release,
} from "../support/audit-events.ts";
import { GENESIS } from "../support/audit-fixture.ts";

describeEvents(
  "registries",
  [registries],
  [
    {
      when: "consents are granted, replaced, withdrawn and granted again",
      events: [consent(1, "granted"), consent(7, "granted"), consent(8, "withdrawn"), consent(9, "granted")],
      finds: [],
    },
    {
      when: "a grant over a standing consent counts only two on",
      events: [consent(1, "granted"), consent(3, "granted")],
      finds: [["CONSENT_RECORD_WRONG", `account ${OWNER} purpose 1`]],
    },
    {
      when: "a grant for a standing consent revives a withdrawn one",
      events: [consent(1, "granted"), consent(2, "withdrawn"), consent(7, "granted")],
      finds: [["CONSENT_RECORD_WRONG", `account ${OWNER} purpose 1`]],
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
      when: "sensitive categories are granted one after the other, and some taken back",
      events: [
        consent(1, "granted"),
        consent(7, "granted", { categories: 0b010001 }),
        consent(11, "granted", { categories: 0b110001 }),
        consent(15, "granted", { categories: 0b100001 }),
      ],
      finds: [],
    },
    {
      when: "a sensitive category is granted with another",
      events: [consent(1, "granted", { categories: 0b010001 })],
      finds: [["CONSENT_NOT_ALONE", `account ${OWNER} purpose 1`]],
    },
    {
      when: "two sensitive categories are added at once",
      events: [consent(1, "granted"), consent(7, "granted", { categories: 0b110001 })],
      finds: [["CONSENT_NOT_ALONE", `account ${OWNER} purpose 1`]],
    },
    {
      when: "a sensitive category comes back with another after an expiry",
      events: [
        consent(1, "granted", { categories: 0b010000, expires: GENESIS + 50 }),
        consent(7, "granted", { categories: 0b010001, time: 50 }),
      ],
      finds: [["CONSENT_NOT_ALONE", `account ${OWNER} purpose 1`]],
    },
    {
      when: "a grant names a notice that was not published",
      events: [consent(1, "granted", { notice: 2 })],
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

describeEvents(
  "items",
  [items],
  [
    {
      when: "an item becomes better",
      events: [item(), item({ kind: "changed", price: 1_000_000, stock: 5 })],
      finds: [],
    },
    {
      when: "a price rises",
      events: [item(), item({ kind: "changed", price: PRICE + 1_000_000 })],
      finds: [["ITEM_TERMS_WRONG", "item 1"]],
    },
    {
      when: "a price is none in thousandths of a stone",
      events: [item({ price: PRICE + 1 })],
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
describeEvents(
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
