import assert from "node:assert/strict";
import { test } from "node:test";
import { ROLE_NAMES, roles } from "../../src/auditor/checks/roles.ts";
import { DAY_S, type Hex } from "../../src/protocol/codec/index.ts";
import { ROLES } from "../../src/protocol/codec/roles.ts";
import { CAR, describeEvents, OTHER, OWNER, undo } from "../support/audit-events.ts";
import { type FixtureEvents, type FixtureRow, GENESIS } from "../support/audit-fixture.ts";

type Event = FixtureEvents[number];

const ADMIN: Hex = `0x${"ad".repeat(20)}`;
const GRANT: Hex = `0x${"9e".repeat(32)}`;
const GRANTED_TX: Hex = `0x${"9f".repeat(32)}`;
/** The admin's delay, which is the challenge window. */
const DELAY_S = 3_600;

const granted = (role: keyof typeof ROLES, account: Hex, time: number, more: FixtureRow = {}): Event => [
  "ev_role",
  { kind: "granted", role: ROLES[role], account, delay_s: 0, holds_from: GENESIS + time, time, ...more },
];
const revoked = (role: keyof typeof ROLES, account: Hex, time: number, more: FixtureRow = {}): Event => [
  "ev_role",
  { kind: "revoked", role: ROLES[role], account, delay_s: null, holds_from: null, time, ...more },
];
/** A role of the deployment. */
const deployed = (role: keyof typeof ROLES, account: Hex, more: FixtureRow = {}): Event =>
  granted(role, account, 0, { block: 0, ...more });
const admin = deployed("admin", ADMIN, { delay_s: DELAY_S });
/** A role that the admin announces, and gives when it may. */
const given = (role: keyof typeof ROLES, account: Hex, time: number, more: FixtureRow = {}): Event[] => [
  ["ev_admin_act", { kind: "announced", operation: GRANT, caller: ADMIN, time: time - DELAY_S }],
  ["ev_admin_act", { kind: "done", operation: GRANT, caller: null, tx: GRANTED_TX, time }],
  granted(role, account, time, { tx: GRANTED_TX, ...more }),
];
const key = (table: "ev_receipt_key" | "ev_task_key", signer: Hex, time: number, until = 0): Event => [
  table,
  { signer, valid_from: 1, valid_until: until === 0 ? 0 : GENESIS + until, time },
];

test("given the names of roles, each stands at the number that contracts know", () => {
  assert.deepEqual(ROLE_NAMES, Object.keys(ROLES));
  assert.deepEqual(
    Object.values(ROLES),
    ROLE_NAMES.map((_, number) => BigInt(number)),
  );
});

describeEvents(
  "roles",
  [roles],
  [
    {
      when: "the admin replaces the relayer's key, and the key of receipts by the old one after that",
      events: [
        admin,
        deployed("relayer", OWNER),
        ...given("relayer", OTHER, DAY_S),
        revoked("relayer", OWNER, DAY_S),
        key("ev_receipt_key", OWNER, DAY_S),
      ],
      finds: [],
    },
    {
      when: "the deployer had roles while it deployed",
      events: [
        deployed("admin", OWNER),
        deployed("rules", OWNER),
        revoked("rules", OWNER, 0, { block: 0 }),
        admin,
        revoked("admin", OWNER, 0, { block: 0 }),
      ],
      finds: [],
    },
    {
      when: "the guardian is the admin",
      events: [admin, deployed("guardian", ADMIN)],
      finds: [["ROLE_KEY_SHARED", `account ${ADMIN}`]],
    },
    {
      when: "the relayer's key signs receipts",
      events: [admin, deployed("relayer", OWNER), key("ev_receipt_key", OWNER, DAY_S)],
      finds: [["ROLE_KEY_SHARED", `account ${OWNER}`]],
    },
    {
      when: "one key signs receipts and then awards",
      events: [key("ev_receipt_key", OWNER, 0, DAY_S), key("ev_task_key", OWNER, DAY_S)],
      finds: [],
    },
    {
      when: "one key signs receipts and awards",
      events: [key("ev_receipt_key", OWNER, 0, DAY_S), key("ev_task_key", OWNER, DAY_S - 1)],
      finds: [["ROLE_KEY_SHARED", `account ${OWNER}`]],
    },
    {
      when: "the admin of a deployment acts at once",
      events: [deployed("admin", ADMIN)],
      finds: [["ROLE_DELAY_WRONG", `account ${ADMIN}`]],
    },
    {
      when: "a second admin acts at once",
      events: [admin, ...given("admin", OTHER, DAY_S)],
      finds: [["ROLE_DELAY_WRONG", `account ${OTHER}`]],
    },
    {
      when: "the challenge window becomes shorter than the admin's delay",
      events: [admin, ["ev_rules", { version: 1, from_day: 3, challenge_window_s: DELAY_S - 1 }]],
      finds: [["ROLE_DELAY_WRONG", `account ${ADMIN}`]],
    },
    {
      when: "a role is given that nobody announced",
      events: [admin, granted("relayer", OTHER, DAY_S)],
      finds: [["ROLE_WITHOUT_NOTICE", `account ${OTHER}`]],
    },
    {
      when: "a role is given before the admin's delay is over",
      events: [
        admin,
        ["ev_admin_act", { kind: "announced", operation: GRANT, caller: ADMIN, time: 1 }],
        ["ev_admin_act", { kind: "done", operation: GRANT, caller: null, tx: GRANTED_TX, time: DELAY_S }],
        granted("relayer", OTHER, DELAY_S, { tx: GRANTED_TX }),
      ],
      finds: [["ROLE_WITHOUT_NOTICE", `account ${OTHER}`]],
    },
    {
      when: "what a role may do is changed",
      events: [["ev_power", { subject: `contract ${CAR}`, told: "0x12345678 for role 1", time: DAY_S }]],
      finds: [["ROLE_POWERS_CHANGED", `contract ${CAR}`]],
    },
    {
      when: "the guardian vetoes a day three times and the overseer then",
      events: [
        deployed("guardian", OWNER),
        deployed("overseer", OTHER),
        ...[1, 2, 3].map((time) => undo(0, time)),
        undo(0, 4, "vetoed", OTHER),
        undo(1, 5),
      ],
      finds: [],
    },
    {
      when: "the guardian vetoes a day a fourth time",
      events: [deployed("guardian", OWNER), ...[1, 2, 3, 4].map((time) => undo(0, time))],
      finds: [["VETO_WITHOUT_RIGHT", "day 0"]],
    },
    {
      when: "somebody vetoes a day whose role is another",
      events: [deployed("manufacturer", OWNER), undo(0, 1)],
      finds: [["VETO_WITHOUT_RIGHT", "day 0"]],
    },
  ],
);
