import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import { basename } from "node:path";
import { test } from "node:test";
import { items } from "../../src/auditor/checks/items.ts";
import { milestones } from "../../src/auditor/checks/milestones.ts";
import { DUTIES, pauses } from "../../src/auditor/checks/pauses.ts";
import { DAY_S, type Hex } from "../../src/protocol/codec/index.ts";
import { describeEvents, item, moved, OTHER, OWNER, PRICE } from "../support/audit-events.ts";
import { type FixtureEvents, GENESIS } from "../support/audit-fixture.ts";

/** What prices are multiples of, units. */
const STEP = 1_000_000;

/** Calls that rest and leave no event of their own: a release may be the owner's. */
const UNTOLD = ["VehicleRegistry.executeRelease"];

test("given the contracts, the duties that pauses are held against are all that rest in one", () => {
  const resting = globSync("contracts/*.sol").flatMap((path) => {
    const functions = readFileSync(path, "utf8").matchAll(/function (\w+)\([^)]*\)([^{;]*)\{(.*?)\n {4}\}/gs);
    return [...functions]
      .filter(
        ([, , modifiers, body]) => /\bwhenRunning\b/.test(`${modifiers}`) || /\b_requireRunning\(/.test(`${body}`),
      )
      .map(([, name]) => `${basename(path, ".sol")}.${name}`);
  });
  assert.ok(resting.length > 20);
  assert.deepEqual([...DUTIES.flatMap(({ calls }) => calls), ...UNTOLD].toSorted(), resting.toSorted());
});

const paused = (contract: string): FixtureEvents[number] => [
  "ev_pause",
  { contract, kind: "paused", until: GENESIS + 9 * DAY_S, time: 2 * DAY_S },
];
const broken = (contract: string) => [["PAUSE_BROKEN", `contract ${contract}`]] as const;
const attested = (account: Hex, time: number, counts_from = time + 3_600): FixtureEvents[number] => [
  "ev_milestone",
  { kind: "attested", milestone: 1, account, counts_from: GENESIS + counts_from, time },
];
const dearer = { price: PRICE + STEP, time: 3 * DAY_S };

describeEvents(
  "what rests in a pause",
  [milestones, items, pauses],
  [
    {
      when: "a receipt key is set",
      events: [paused("rules"), ["ev_receipt_key", { signer: OTHER, time: 3 * DAY_S }]],
      finds: [],
    },
    {
      when: "a notice is published",
      events: [paused("rules"), ["ev_duty", { kind: "a notice published", time: 3 * DAY_S }]],
      finds: broken("rules"),
    },
    {
      when: "the manufacturer asks for a release",
      events: [paused("vehicleRegistry"), ["ev_duty", { kind: "a release requested", time: 3 * DAY_S }]],
      finds: broken("vehicleRegistry"),
    },
    {
      when: "adults are attested",
      events: [paused("mineBox"), ["ev_adult", { account: OWNER, adult: 1, time: 3 * DAY_S }]],
      finds: broken("mineBox"),
    },
    {
      when: "an attestation of an adult is taken back",
      events: [
        ["ev_adult", { account: OWNER, adult: 1, time: DAY_S }],
        paused("mineBox"),
        ["ev_adult", { account: OWNER, adult: 0, time: 3 * DAY_S }],
      ],
      finds: [],
    },
    {
      when: "a milestone is attested",
      events: [["ev_milestone_defined", { milestone: 1 }], paused("milestones"), attested(OWNER, 3 * DAY_S)],
      finds: broken("milestones"),
    },
    {
      when: "a milestone follows a move",
      events: [
        ["ev_milestone_defined", { milestone: 1 }],
        attested(OWNER, DAY_S),
        paused("milestones"),
        moved(OWNER, OTHER, 2 * DAY_S),
        attested(OTHER, 3 * DAY_S, DAY_S + 3_600),
      ],
      finds: [],
    },
    {
      when: "an item becomes cheaper",
      events: [item(), paused("catalogue"), item({ kind: "changed", price: STEP, time: 3 * DAY_S })],
      finds: broken("catalogue"),
    },
    {
      when: "an item changes as it was announced",
      events: [
        item(),
        item({ kind: "announced", ...dearer, valid_from: GENESIS, time: 0 }),
        paused("catalogue"),
        item({ kind: "changed", ...dearer }),
      ],
      finds: [],
    },
  ],
);
