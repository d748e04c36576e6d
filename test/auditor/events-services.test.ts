import { exclusions } from "../../src/auditor/checks/exclusions.ts";
import { items } from "../../src/auditor/checks/items.ts";
import { milestones } from "../../src/auditor/checks/milestones.ts";
import { pauses } from "../../src/auditor/checks/pauses.ts";
import { polls } from "../../src/auditor/checks/polls.ts";
import { prizes } from "../../src/auditor/checks/prizes.ts";
import { rounds } from "../../src/auditor/checks/rounds.ts";
import { tasks } from "../../src/auditor/checks/tasks.ts";
import { DAY_S, type Hex } from "../../src/protocol/codec/index.ts";
import { CAR, describeEvents, moved, OTHER, OWNER, pair, release, settle } from "../support/audit-events.ts";
import { type FixtureEvents, type FixtureRow, GENESIS, ZERO_ADDRESS } from "../support/audit-fixture.ts";

type Event = FixtureEvents[number];

const at = (time: number) => GENESIS + time;
const [EVIDENCE, MORE_EVIDENCE]: Hex[] = [`0x${"e1".repeat(32)}`, `0x${"e2".repeat(32)}`];

const task = (more: FixtureRow = {}): Event => [
  "ev_task",
  { kind: "defined", task: 1, crystals: 10, per_day: 1, from_day: 1, until_day: 0, ...more },
];
const taskEnd = (until_day: number, time: number): Event => ["ev_task", { kind: "ended", task: 1, until_day, time }];
/** Rules that ask for two days' notice. */
const notice: Event = ["ev_rules", { version: 1, notice_s: 2 * DAY_S, objection_s: 3_600, challenge_window_s: 3_600 }];

describeEvents(
  "tasks",
  [tasks],
  [
    {
      when: "a task is defined ahead and ends with notice",
      events: [notice, task(), taskEnd(5, 2 * DAY_S)],
      finds: [],
    },
    {
      when: "a task key is taken the time in which it held",
      events: [
        ["ev_task_key", { signer: OTHER, valid_from: GENESIS }],
        ["ev_task_key", { signer: OTHER, valid_from: GENESIS + 1, time: 10 }],
      ],
      finds: [["SIGNING_KEY_WRONG", `key ${OTHER}`]],
    },
    { when: "a task begins today", events: [task({ from_day: 0 })], finds: [["TASK_TERMS_WRONG", "task 1"]] },
    { when: "a task gives nothing", events: [task({ crystals: 0 })], finds: [["TASK_TERMS_WRONG", "task 1"]] },
    {
      when: "a task ends later than it was meant to",
      events: [task({ until_day: 4 }), taskEnd(5, 0)],
      finds: [["TASK_TERMS_WRONG", "task 1"]],
    },
    {
      when: "a task that has begun ends tomorrow",
      events: [notice, task(), taskEnd(3, 2 * DAY_S)],
      finds: [["TASK_WITHOUT_NOTICE", "task 1"]],
    },
    { when: "a task that has not begun never does", events: [notice, task({ from_day: 3 }), taskEnd(3, 0)], finds: [] },
  ],
);

const excluded = (more: FixtureRow = {}): Event => {
  const first = Math.floor(Number(more.time ?? 0) / DAY_S) + 1;
  const terms = { reason: 1, evidence: EVIDENCE as Hex, from_day: first, until_day: first + 9, target: null };
  return ["ev_exclusion", { kind: "excluded", number: 1, account: OWNER, ...terms, ...more }];
};
const then = (kind: string, time: number, more: FixtureRow = {}): Event => {
  const decide_by = kind === "appealed" ? at(time + 3_600) : null;
  return ["ev_exclusion", { kind, number: 1, account: OWNER, target: null, decide_by, time, ...more }];
};
const SUBJECT = `exclusion 1 of ${OWNER}`;
const wrongTerms = (when: string, more: FixtureRow) => ({
  when,
  events: [excluded(more)],
  finds: [["EXCLUSION_TERMS_WRONG", SUBJECT]] as const,
});

describeEvents(
  "exclusions",
  [exclusions],
  [
    {
      when: "an exclusion is appealed and upheld",
      events: [excluded(), then("appealed", 60), then("upheld", 120)],
      finds: [],
    },
    {
      when: "an exclusion is lifted, and another one comes after 30 days of rest",
      events: [
        excluded(),
        then("lifted", 2 * DAY_S, { until_day: 3 }),
        excluded({ number: 2, evidence: MORE_EVIDENCE as Hex, time: 32 * DAY_S }),
      ],
      finds: [],
    },
    wrongTerms("an account is excluded without a reason", { reason: 0 }),
    wrongTerms("an account is excluded without evidence", { evidence: `0x${"00".repeat(32)}` }),
    wrongTerms("an account is excluded from today on", { from_day: 0 }),
    wrongTerms("an account is excluded for 91 days", { until_day: 92 }),
    {
      when: "an account is excluded again too soon",
      events: [excluded(), excluded({ number: 2, evidence: MORE_EVIDENCE as Hex, time: 19 * DAY_S })],
      finds: [["EXCLUSION_TERMS_WRONG", `exclusion 2 of ${OWNER}`]],
    },
    {
      when: "the same evidence serves twice",
      events: [excluded(), excluded({ number: 2, account: OTHER })],
      finds: [["EXCLUSION_TERMS_WRONG", `exclusion 2 of ${OTHER}`]],
    },
    {
      when: "an appeal is decided after its time",
      events: [excluded(), then("appealed", 60), then("upheld", 3_661)],
      finds: [["EXCLUSION_CHANGE_WRONG", SUBJECT]],
    },
    {
      when: "an owner has less time for a decision than the rules say",
      events: [excluded(), then("appealed", 60, { decide_by: at(3_600) })],
      finds: [["EXCLUSION_CHANGE_WRONG", SUBJECT]],
    },
    {
      when: "an exclusion is upheld that nobody appealed against",
      events: [excluded(), then("upheld", 60)],
      finds: [["EXCLUSION_CHANGE_WRONG", SUBJECT]],
    },
    {
      when: "an exclusion is lifted that has lapsed",
      events: [excluded(), then("appealed", 60), then("lifted", 2 * DAY_S, { until_day: 3 })],
      finds: [["EXCLUSION_CHANGE_WRONG", SUBJECT]],
    },
    {
      when: "an exclusion goes on under who stands for its account",
      events: [
        excluded(),
        moved(OWNER, OTHER, 60),
        then("followed", DAY_S, { target: OTHER, from_day: 2, until_day: 10 }),
      ],
      finds: [],
    },
    {
      when: "an exclusion goes on under a stranger",
      events: [excluded(), then("followed", DAY_S, { target: OTHER, from_day: 2, until_day: 10 })],
      finds: [["EXCLUSION_FOLLOW_WRONG", SUBJECT]],
    },
  ],
);

const defined: Event = ["ev_milestone_defined", { milestone: 4 }];
const attested = (more: FixtureRow = {}): Event => {
  const time = Number(more.time ?? 0);
  return [
    "ev_milestone",
    { kind: "attested", milestone: 4, account: OWNER, counts_from: at(time + 3_600), time, ...more },
  ];
};
const revoked = (time: number): Event => [
  "ev_milestone",
  { kind: "revoked", milestone: 4, account: OWNER, counts_from: null, time },
];
const rule = (kind: string, least: number, within_days: number | null = null): Event => [
  "milestone_rule",
  { milestone: 4, kind, least, within_days },
];
/** The owner's metres at the end of days, each settled when it is over. */
const driven = (...metres: readonly number[]): FixtureEvents =>
  metres.flatMap((sum, day): Event[] => [settle(day), ["day_row", { day, account: OWNER, metres: sum }]]);
const MILESTONE = `milestone 4 account ${OWNER}`;

describeEvents(
  "milestones",
  [milestones],
  [
    {
      when: "a milestone is attested, taken back and attested again",
      events: [defined, attested(), revoked(60), attested({ time: 120 })],
      finds: [],
    },
    { when: "nobody defined the milestone", events: [attested()], finds: [["MILESTONE_RECORD_WRONG", MILESTONE]] },
    {
      when: "it is attested twice",
      events: [defined, attested(), attested()],
      finds: [["MILESTONE_RECORD_WRONG", MILESTONE]],
    },
    {
      when: "it counts at once",
      events: [defined, attested({ counts_from: at(0) })],
      finds: [["MILESTONE_RECORD_WRONG", MILESTONE]],
    },
    {
      when: "it is taken back when it counts",
      events: [defined, attested(), revoked(3_600)],
      finds: [["MILESTONE_RECORD_WRONG", MILESTONE]],
    },
    {
      when: "it follows a move with the time of the first",
      events: [
        defined,
        attested(),
        moved(OWNER, OTHER, DAY_S),
        attested({ account: OTHER, time: 2 * DAY_S, counts_from: at(3_600) }),
      ],
      finds: [],
    },
    {
      when: "the metres were driven within the days",
      events: [defined, rule("metres", 50, 2), ...driven(10, 30, 60), attested({ time: 4 * DAY_S })],
      finds: [],
    },
    {
      when: "the metres took longer",
      events: [defined, rule("metres", 51, 2), ...driven(10, 30, 60), attested({ time: 4 * DAY_S })],
      finds: [["MILESTONE_UNEARNED", MILESTONE]],
    },
    {
      when: "the metres are of a day that was settled only later",
      events: [
        defined,
        rule("metres", 50, 2),
        ...driven(10, 30),
        attested({ time: 2 * DAY_S }),
        settle(2),
        ["day_row", { day: 2, account: OWNER, metres: 60 }],
      ],
      finds: [["MILESTONE_UNEARNED", MILESTONE]],
    },
    {
      when: "a vehicle was held long enough",
      events: [defined, rule("days", 3), pair(CAR, OWNER, DAY_S), attested({ time: 4 * DAY_S })],
      finds: [],
    },
    {
      when: "nobody attests who drove the metres, for more than 14 days",
      events: [defined, rule("metres", 50, 2), ...driven(10, 30, 60)],
      finds: [["MILESTONE_WITHHELD", MILESTONE]],
    },
    {
      when: "nobody attests who drove the metres, but they took longer",
      events: [defined, rule("metres", 51, 2), ...driven(10, 30, 60)],
      finds: [],
    },
    {
      when: "nobody has attested yet who drove the metres less than 14 days ago",
      events: [
        ["ev_milestone_defined", { milestone: 4, time: 7 * DAY_S }],
        rule("metres", 50, 2),
        ...driven(10, 30, 60),
      ],
      finds: [],
    },
    {
      when: "nobody attests who has long held a vehicle",
      events: [defined, rule("days", 3), pair(CAR, OWNER, DAY_S)],
      finds: [["MILESTONE_WITHHELD", MILESTONE]],
    },
    {
      when: "nobody attests who sold the vehicle before",
      events: [defined, rule("days", 3), pair(CAR, OWNER, DAY_S), release(CAR, OWNER, 4 * DAY_S - 1)],
      finds: [],
    },
    {
      when: "the guardian took back what was attested",
      events: [
        defined,
        rule("days", 3),
        pair(CAR, OWNER, DAY_S),
        attested({ time: 4 * DAY_S }),
        revoked(4 * DAY_S + 60),
      ],
      finds: [],
    },
    {
      when: "a vehicle was held a second too short",
      events: [defined, rule("days", 3), pair(CAR, OWNER, DAY_S + 1), attested({ time: 4 * DAY_S })],
      finds: [["MILESTONE_UNEARNED", MILESTONE]],
    },
  ],
);

const poll = (more: FixtureRow = {}): Event => [
  "ev_poll",
  { poll: 1, options: 2, opens_at: at(60), closes_at: at(DAY_S), ...more },
];
const result = (time: number, more: FixtureRow = {}): Event => [
  "ev_poll_result",
  { kind: "published", poll: 1, counts_from: at(time + 3_600), time, ...more },
];
const veto = (time: number): Event => result(time, { kind: "vetoed", counts_from: null });

describeEvents(
  "polls",
  [polls],
  [
    { when: "a poll has its result", events: [poll(), result(2 * DAY_S)], finds: [] },
    {
      when: "a result is vetoed and published anew",
      events: [poll(), result(DAY_S), veto(DAY_S + 60), result(14 * DAY_S)],
      finds: [],
    },
    {
      when: "a poll is open when it is fixed",
      events: [poll({ opens_at: at(0) }), result(DAY_S)],
      finds: [["POLL_TERMS_WRONG", "poll 1"]],
    },
    {
      when: "stones weigh for which somebody could still drive",
      events: [poll({ weighting: 1, snapshot_day: 0 }), result(DAY_S)],
      finds: [["POLL_TERMS_WRONG", "poll 1"]],
    },
    {
      when: "a result comes before the close",
      events: [poll(), result(DAY_S - 1)],
      finds: [["POLL_RESULT_WRONG", "poll 1"]],
    },
    {
      when: "a result comes twice",
      events: [poll(), result(DAY_S), result(2 * DAY_S)],
      finds: [["POLL_RESULT_WRONG", "poll 1"]],
    },
    {
      when: "a result is vetoed that counts",
      events: [poll(), result(DAY_S), veto(DAY_S + 3_600), result(2 * DAY_S)],
      finds: [["POLL_RESULT_WRONG", "poll 1"]],
    },
    { when: "there is no result after 14 days", events: [poll()], finds: [["POLL_RESULT_MISSING", "poll 1"]] },
    { when: "a poll has closed less than 14 days ago", events: [poll({ closes_at: at(7 * DAY_S) })], finds: [] },
  ],
);

/** A day of which the owner has 90 units that can be credited. */
const settled: Event = settle(0, { total_stones: 90 });
const round = (more: FixtureRow = {}): Event => {
  const time = Number(more.time ?? 2 * DAY_S);
  const claimable_from = at(time + 3_600);
  const terms = { amount: "100", day: 0, accounts: 1, total_weight: 90, deadline: claimable_from + 30 * DAY_S };
  return ["ev_round", { round: 1, claimable_from, ...terms, time, ...more }];
};
const claim = (more: FixtureRow = {}): Event => [
  "ev_round_change",
  {
    ...{ kind: "claimed", round: 1, account: OWNER, claimant: OWNER, receiver: OWNER },
    ...{ amount: "100", time: 3 * DAY_S, ...more },
  },
];
const back = (kind: string, time: number, amount: string | null): Event => [
  "ev_round_change",
  { kind, round: 1, account: null, claimant: null, receiver: null, amount, time },
];
const CLAIM = `round 1 account ${OWNER}`;
const CANCELLED = back("cancelled", 2 * DAY_S + 60, null);
/** The round's published part: the owner's, of all the weight. */
const parts: FixtureEvents = [
  ["published", { kind: "round", number: 1, loaded: 1 }],
  ["part", { round: 1, account: OWNER, weight: 90 }],
];

describeEvents(
  "rounds",
  [prizes, rounds],
  [
    {
      when: "a round is opened, claimed and its rest returned",
      events: [settled, round(), ...parts, claim(), back("returned", 40 * DAY_S, "0")],
      finds: [],
    },
    {
      when: "a round is cancelled in time",
      events: [settled, round(), CANCELLED],
      finds: [],
    },
    {
      when: "all of a cancelled round goes back before its deadline",
      events: [settled, round(), CANCELLED, back("returned", 3 * DAY_S, "100")],
      finds: [],
    },
    {
      when: "less than all of a cancelled round goes back",
      events: [settled, round(), CANCELLED, back("returned", 3 * DAY_S, "99")],
      finds: [["ROUND_RETURN_WRONG", "round 1"]],
    },
    {
      when: "a round is cancelled once its rest went back",
      events: [settled, round(), back("returned", 2 * DAY_S + 60, "100"), CANCELLED],
      finds: [
        ["ROUND_RETURN_WRONG", "round 1"],
        ["ROUND_RETURN_WRONG", "round 1"],
      ],
    },
    {
      when: "a round is cancelled twice",
      events: [settled, round(), CANCELLED, CANCELLED],
      finds: [["ROUND_RETURN_WRONG", "round 1"]],
    },
    {
      when: "the rest goes back twice",
      events: [settled, round(), back("returned", 40 * DAY_S, "100"), back("returned", 40 * DAY_S, "0")],
      finds: [["ROUND_RETURN_WRONG", "round 1"]],
    },
    {
      when: "a part of a cancelled round is claimed",
      events: [settled, round(), ...parts, CANCELLED, claim()],
      finds: [["ROUND_CLAIM_WRONG", CLAIM]],
    },
    {
      when: "a part is claimed once the rest went back",
      events: [settled, round(), back("returned", 3 * DAY_S, "100"), claim({ amount: "0" })],
      finds: [
        ["ROUND_CLAIM_WRONG", CLAIM],
        ["ROUND_RETURN_WRONG", "round 1"],
      ],
    },
    {
      when: "a round is for a day that is not final",
      events: [settled, round({ time: DAY_S + 60 })],
      finds: [["ROUND_TERMS_WRONG", "round 1"]],
    },
    {
      when: "a round ends within 30 days",
      events: [settled, round({ deadline: at(30 * DAY_S) })],
      finds: [["ROUND_TERMS_WRONG", "round 1"]],
    },
    {
      when: "weights are more than the stones",
      events: [settled, round({ total_weight: 91 })],
      finds: [["ROUND_TERMS_WRONG", "round 1"]],
    },
    {
      when: "a part is claimed too early",
      events: [settled, round(), claim({ time: 2 * DAY_S })],
      finds: [["ROUND_CLAIM_WRONG", CLAIM]],
    },
    {
      when: "a part is claimed twice",
      events: [settled, round({ amount: "200" }), claim(), claim()],
      finds: [["ROUND_CLAIM_WRONG", CLAIM]],
    },
    {
      when: "a part is paid to a stranger, as its account says",
      events: [settled, round(), claim({ receiver: OTHER })],
      finds: [],
    },
    {
      when: "a part is paid to its account, as a stranger says",
      events: [settled, round(), claim({ claimant: OTHER })],
      finds: [["ROUND_CLAIM_WRONG", CLAIM]],
    },
    {
      when: "a part is paid to nobody",
      events: [settled, round(), claim({ receiver: ZERO_ADDRESS })],
      finds: [["ROUND_CLAIM_WRONG", CLAIM]],
    },
    {
      when: "a part is claimed by whom its account moved to",
      events: [settled, round(), moved(OWNER, OTHER, 2 * DAY_S), claim({ claimant: OTHER })],
      finds: [],
    },
    {
      when: "a part is claimed by an account that has moved",
      events: [settled, round(), moved(OWNER, OTHER, 2 * DAY_S), claim({ receiver: OTHER })],
      finds: [["ROUND_CLAIM_WRONG", CLAIM]],
    },
    {
      when: "a part is paid short",
      events: [settled, round(), ...parts, claim({ amount: "99" })],
      finds: [["ROUND_CLAIM_WRONG", CLAIM]],
    },
    {
      when: "amounts beyond 128 bits of product are paid in full",
      events: [
        settled,
        round({ amount: `${2n ** 127n + 12_345n}`, total_weight: 90 }),
        ["published", { kind: "round", number: 1, loaded: 1 }],
        ["part", { round: 1, account: OWNER, weight: 89 }],
        claim({ amount: `${((2n ** 127n + 12_345n) * 89n) / 90n}` }),
      ],
      finds: [],
    },
    {
      when: "less goes back than was left",
      events: [settled, round(), back("returned", 40 * DAY_S, "99")],
      finds: [["ROUND_RETURN_WRONG", "round 1"]],
    },
    {
      when: "the rest goes back before the deadline",
      events: [settled, round(), back("returned", 3 * DAY_S, "100")],
      finds: [["ROUND_RETURN_WRONG", "round 1"]],
    },
    {
      when: "a round is cancelled that can be claimed",
      events: [settled, round(), back("cancelled", 3 * DAY_S, null)],
      finds: [["ROUND_RETURN_WRONG", "round 1"]],
    },
  ],
);

describeEvents(
  "pauses of services",
  [milestones, items, pauses],
  [
    {
      when: "somebody is excluded while exclusions rest",
      events: [["ev_pause", { contract: "exclusions", kind: "paused", until: at(7 * DAY_S) }], excluded({ time: 60 })],
      finds: [["PAUSE_BROKEN", "contract exclusions"]],
    },
  ],
);
