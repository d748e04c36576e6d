import { prizes } from "../../src/auditor/checks/prizes.ts";
import { DAY_S, type Hex } from "../../src/protocol/codec/index.ts";
import { CAR, describeEvents, mint, OTHER, OWNER, pair, release, transfer, voucher } from "../support/audit-events.ts";
import { type FixtureEvents, type FixtureRow, ZERO_ADDRESS } from "../support/audit-fixture.ts";

/** 30 % of 300,000,000 stones. */
const POOL = 90_000_000n * 10n ** 9n;
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
