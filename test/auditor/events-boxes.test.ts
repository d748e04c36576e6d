import { boxDraws } from "../../src/auditor/checks/box-draws.ts";
import { boxOdds } from "../../src/auditor/checks/box-odds.ts";
import { boxRequests } from "../../src/auditor/checks/box-requests.ts";
import { reveals } from "../../src/auditor/checks/reveals.ts";
import { seasons } from "../../src/auditor/checks/seasons.ts";
import { DAY_S, DROP_S, type Hex } from "../../src/protocol/codec/index.ts";
import { drawBoxes, drawSeed, hashChain } from "../../src/protocol/index.ts";
import { describeEvents, moved, OTHER, OWNER, settle } from "../support/audit-events.ts";
import { type FixtureEvents, type FixtureRow, GENESIS } from "../support/audit-fixture.ts";

type Event = FixtureEvents[number];

const { links, tip } = hashChain(`0x${"1a".repeat(32)}`, 3);
const [FIRST, SECOND] = links as [Hex, Hex];
/** A season of four drops from drop 20 on, which begins at 12,000 s. */
const [FROM, UNTIL] = [20, 24];
const STARTS = FROM * DROP_S;
/** Drops of the longest season, and until a season begins at the latest. */
const MOST = 366 * 144;
const WEIGHTS = [1, 3, 6];
const RULES = { weights: WEIGHTS, guarantee: 2, guaranteedTier: 1 };

const season = (more: FixtureRow = {}): Event => [
  "ev_season",
  {
    ...{ season: 1, first_drop: FROM, end_drop: UNTIL, price: 2, guarantee: 2, guaranteed_tier: 1, max_boxes: 20 },
    ...{ budget: 100, vouchers: 0, links: 3, tip, ...more },
  },
];
const tiers = (more: FixtureRow = {}): Event[] => [
  ["ev_tier", { season: 1, tier: 0, kind: "stones", weight: 1, amount: 10, ...more }],
  ["ev_tier", { season: 1, tier: 1, kind: "crystals", weight: 3, amount: 4 }],
  ["ev_tier", { season: 1, tier: 2, kind: "nothing", weight: 6 }],
];
/** Crystals of the owner's row of day 0. */
const credited = (crystals: number, time = 0): Event => [
  "ev_crystals",
  { kind: "credited", account: OWNER, target: null, crystals, credited: crystals, time },
];
/** A season and what an account needs to play in it. */
const ready: FixtureEvents = [
  season(),
  ...tiers(),
  ["ev_adult", { account: OWNER, adult: 1 }],
  settle(0, { time: 0, creditable_at: GENESIS }),
  ["day_row", { day: 0, account: OWNER, crystals: 60 }],
  credited(60),
];
/** A request, by default of five boxes in the season's first drop. */
const request = (more: FixtureRow = {}): Event => [
  "ev_box_request",
  { account: OWNER, first_box: 0, season: 1, count: 5, salt: 7, block: 100, time: STARTS, ...more },
];
/** The reveal of a drop, in its time. */
const reveal = (link: Hex, more: FixtureRow = {}): Event => [
  "ev_reveal",
  { season: 1, drop_no: FROM, link, block: 110, time: STARTS + DROP_S, ...more },
];
const ended = (kind: string, more: FixtureRow = {}): Event => [
  "ev_season_end",
  { kind, season: 1, drop_no: null, units: null, ...more },
];
const HASH: Hex = `0x${"3c".repeat(32)}`;
const hash: Event = ["block_hash", { block: 101, hash: HASH }];
const won = drawBoxes(drawSeed(FIRST, HASH), { account: OWNER, salt: 7n, firstBox: 0, count: 5 }, RULES, 0).tiers;
/** Boxes as they were opened, all in one event. */
const open = (boxes: readonly number[], more: FixtureRow = {}): Event[] =>
  boxes.map((tier, nth) => [
    "ev_box",
    { account: OWNER, first_box: 0, nth, tier, seq: 90, block: 120, time: STARTS + DROP_S, ...more },
  ]);
/** What was won, but for one box. */
const but = (box: number, tier: number) => won.map((drawn, at) => (at === box ? tier : drawn));

describeEvents(
  "seasons",
  [seasons],
  [
    { when: "a season is fixed in time", events: [season(), ...tiers()], finds: [] },
    {
      when: "a season begins within the challenge window",
      events: [season({ time: STARTS - 3_000 }), ...tiers()],
      finds: [["SEASON_WITHOUT_NOTICE", "season 1"]],
    },
    {
      when: "a season overlaps the one before",
      events: [
        season(),
        ...tiers(),
        season({ season: 2, first_drop: UNTIL - 1, end_drop: UNTIL + 9 }),
        ...tiers().map(([table, row]): Event => [table, { ...row, season: 2 }]),
      ],
      finds: [["SEASON_TERMS_WRONG", "season 2"]],
    },
    {
      when: "a season follows one that was vetoed",
      events: [
        season(),
        ...tiers(),
        ended("vetoed"),
        ended("closed", { units: 100 }),
        season({ season: 2 }),
        ...tiers().map(([table, row]): Event => [table, { ...row, season: 2 }]),
      ],
      finds: [],
    },
    {
      when: "a season follows one that was vetoed, after a late reveal",
      events: [
        season(),
        ...tiers(),
        season({ season: 2, first_drop: UNTIL, end_drop: UNTIL + 9 }),
        ...tiers().map(([table, row]): Event => [table, { ...row, season: 2 }]),
        ended("vetoed", { season: 2 }),
        ended("closed", { season: 2, units: 100 }),
        ended("forced", { drop_no: FROM, time: STARTS + DROP_S }),
        season({ season: 3, first_drop: FROM + 8, end_drop: FROM + 12, time: STARTS + DROP_S }),
        ...tiers().map(([table, row]): Event => [table, { ...row, season: 3 }]),
      ],
      finds: [],
    },
    {
      when: "a season begins a year after the first drop that it could have",
      events: [season({ first_drop: 7 + MOST, end_drop: 8 + MOST }), ...tiers()],
      finds: [],
    },
    {
      when: "a season begins later than that",
      events: [season({ first_drop: 8 + MOST, end_drop: 9 + MOST }), ...tiers()],
      finds: [["SEASON_TERMS_WRONG", "season 1"]],
    },
    {
      when: "a guarantee is out of reach",
      events: [season({ guarantee: 20 }), ...tiers()],
      finds: [["SEASON_TERMS_WRONG", "season 1"]],
    },
    {
      when: "a prize costs more than the budget",
      events: [season(), ...tiers({ amount: 101 })],
      finds: [["SEASON_TERMS_WRONG", "season 1"]],
    },
    {
      when: "a season is vetoed after it began",
      events: [season(), ...tiers(), ended("vetoed", { time: STARTS })],
      finds: [["SEASON_END_WRONG", "season 1"]],
    },
    {
      when: "a season is closed before its end",
      events: [season(), ...tiers(), ended("closed", { units: 100, time: STARTS })],
      finds: [["SEASON_END_WRONG", "season 1"]],
    },
    {
      when: "a season is closed with more than was left",
      events: [...ready, request(), ...open([0, 2]), ended("closed", { units: 100, seq: 91, time: DAY_S })],
      finds: [["SEASON_END_WRONG", "season 1"]],
    },
    {
      when: "a season gives more stones than it promised",
      events: [season({ budget: 15 }), ...tiers(), request(), ...open([0, 0])],
      finds: [["SEASON_BUDGET_PASSED", "season 1"]],
    },
    {
      when: "seasons promise more than the pool",
      events: [season({ budget: 90_000_001n * 10n ** 9n }), ...tiers()],
      finds: [["SEASON_BUDGET_PASSED", "season 1"]],
    },
  ],
);

describeEvents(
  "reveals",
  [reveals],
  [
    {
      when: "drops are revealed in order and time",
      events: [
        ...ready,
        request(),
        request({ first_box: 5, time: STARTS + DROP_S, block: 112 }),
        reveal(FIRST),
        reveal(SECOND, { drop_no: FROM + 1, block: 120, time: STARTS + 2 * DROP_S }),
      ],
      finds: [],
    },
    {
      when: "a link is not of the chain",
      events: [...ready, request(), reveal(SECOND)],
      finds: [["REVEAL_LINK_WRONG", `season 1 drop ${FROM}`]],
    },
    {
      when: "a drop without requests is revealed",
      events: [...ready, request(), reveal(FIRST, { drop_no: FROM + 1, time: STARTS + 2 * DROP_S })],
      finds: [["REVEAL_NOT_NEXT", `season 1 drop ${FROM + 1}`]],
    },
    {
      when: "a drop is revealed before its end",
      events: [...ready, request(), reveal(FIRST, { time: STARTS + DROP_S - 1 })],
      finds: [["REVEAL_OUT_OF_TIME", `season 1 drop ${FROM}`]],
    },
    {
      when: "a drop is revealed in the block after its request",
      events: [...ready, request(), reveal(FIRST, { block: 101 })],
      finds: [["REVEAL_OUT_OF_TIME", `season 1 drop ${FROM}`]],
    },
    {
      when: "a drop is revealed too late",
      events: [...ready, request(), reveal(FIRST, { time: STARTS + DROP_S + 3_601 })],
      finds: [["REVEAL_OUT_OF_TIME", `season 1 drop ${FROM}`]],
    },
    {
      when: "a late season is forced",
      events: [...ready, request(), ended("forced", { drop_no: FROM, time: STARTS + DROP_S + 3_601 })],
      finds: [],
    },
    {
      when: "a season is forced in the last second of a reveal",
      events: [...ready, request(), ended("forced", { drop_no: FROM, time: STARTS + DROP_S + 3_600 })],
      finds: [["SEASON_FORCED_WRONG", "season 1"]],
    },
  ],
);

describeEvents(
  "box requests",
  [boxRequests],
  [
    { when: "an adult requests what the crystals pay", events: [...ready, request({ count: 10 })], finds: [] },
    {
      when: "the season has not begun",
      events: [...ready, request({ time: STARTS - 1 })],
      finds: [["BOX_REQUEST_WRONG", `account ${OWNER} box 0`]],
    },
    {
      when: "eleven boxes are requested at once",
      events: [...ready, request({ count: 11 })],
      finds: [["BOX_REQUEST_WRONG", `account ${OWNER} box 0`]],
    },
    {
      when: "boxes are requested while others wait",
      events: [...ready, request(), request({ first_box: 5 })],
      finds: [["BOX_REQUEST_WRONG", `account ${OWNER} box 5`]],
    },
    {
      when: "somebody is no adult any more",
      events: [...ready, ["ev_adult", { account: OWNER, adult: 0 }], request()],
      finds: [["BOX_REQUEST_WRONG", `account ${OWNER} box 0`]],
    },
    {
      when: "the account has moved",
      events: [...ready, moved(OWNER, OTHER, 0), request()],
      finds: [["BOX_REQUEST_WRONG", `account ${OWNER} box 0`]],
    },
    {
      when: "a number is left out",
      events: [...ready, request({ first_box: 1 })],
      finds: [["BOX_REQUEST_WRONG", `account ${OWNER} box 1`]],
    },
    {
      when: "more boxes are requested than the crystals pay",
      events: [...ready.filter(([table]) => table !== "ev_crystals"), credited(9), request()],
      finds: [["CRYSTALS_OVERDRAWN", `account ${OWNER}`]],
    },
    {
      when: "crystals are credited that no day's row has",
      events: [settle(0), ["day_row", { day: 0, account: OWNER, crystals: 5 }], credited(6, 2 * DAY_S)],
      finds: [["CRYSTALS_CREDIT_WRONG", `account ${OWNER}`]],
    },
    {
      when: "crystals are credited before their day can be",
      events: [settle(0), ["day_row", { day: 0, account: OWNER, crystals: 5 }], credited(5, DAY_S + 3_599)],
      finds: [["CRYSTALS_CREDIT_WRONG", `account ${OWNER}`]],
    },
  ],
);

const drawn: FixtureEvents = [...ready, hash, request(), reveal(FIRST)];

describeEvents(
  "box draws",
  [boxDraws],
  [
    { when: "boxes won what was drawn", events: [...drawn, ...open(won)], finds: [] },
    {
      when: "a box won something better than drawn",
      events: [...drawn, ...open(but(won.lastIndexOf(2), 0))],
      finds: [["BOX_DRAW_WRONG", `account ${OWNER} box ${won.lastIndexOf(2)}`]],
    },
    {
      when: "boxes are opened before the reveal",
      events: [...ready, hash, request(), ...open(won), reveal(FIRST, { seq: 95 })],
      finds: [["BOX_DRAW_WRONG", `account ${OWNER} box 0`]],
    },
    {
      when: "fewer boxes are opened than requested",
      events: [...drawn, ...open(won.slice(1))],
      finds: [["BOX_DRAW_WRONG", `account ${OWNER} box 0`]],
    },
    {
      when: "a forced season gives the guaranteed tier",
      events: [...ready, hash, request(), ended("forced", { drop_no: FROM }), ...open([1, 1, 1, 1, 1])],
      finds: [],
    },
    {
      when: "a forced season gives less",
      events: [...ready, hash, request(), ended("forced", { drop_no: FROM }), ...open([1, 1, 2, 1, 1])],
      finds: [["BOX_DRAW_WRONG", `account ${OWNER} box 2`]],
    },
    {
      when: "the guarantee is broken",
      events: [
        // Without a miss allowed every box is guaranteed.
        season({ guarantee: 0 }),
        ...drawn.slice(1),
        ...open(won.map((tier) => Math.min(tier, 1)).with(3, 2)),
      ],
      finds: [["BOX_GUARANTEE_BROKEN", `account ${OWNER} box 3`]],
    },
  ],
);

const counted = (counts: readonly number[]): Event[] =>
  counts.flatMap((count, tier) =>
    Array.from({ length: count }, (): Event => ["box_won", { season: 1, tier, decided_by: "draw" }]),
  );

describeEvents(
  "box odds",
  [boxOdds],
  [
    { when: "counts are those of the odds", events: [season(), ...tiers(), ...counted([9, 33, 58])], finds: [] },
    {
      when: "the best prize hardly comes",
      events: [season(), ...tiers(), ...counted([0, 60, 340])],
      finds: [["BOX_ODDS_UNLIKELY", "season 1"]],
    },
    {
      when: "the guarantee alone gave too much of one tier",
      events: [
        season(),
        ...tiers(),
        ...Array.from({ length: 200 }, (): Event => ["box_won", { season: 1, tier: 1, decided_by: "guarantee" }]),
      ],
      finds: [],
    },
  ],
);
