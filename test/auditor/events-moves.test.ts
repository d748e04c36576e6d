import { moves } from "../../src/auditor/checks/moves.ts";
import { orders } from "../../src/auditor/checks/orders.ts";
import { registries } from "../../src/auditor/checks/registries.ts";
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
  transfer,
  voucher,
} from "../support/audit-events.ts";
import { type FixtureEvents, type FixtureRow, GENESIS, ZERO_ADDRESS } from "../support/audit-fixture.ts";

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
