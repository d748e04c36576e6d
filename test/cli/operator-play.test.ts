import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { readExclusions } from "../../src/chain/read/exclusions.ts";
import { readPlay } from "../../src/chain/read/mine-box.ts";
import { contentHash, dayStart, type Hex } from "../../src/protocol/index.ts";
import { addressOf } from "../relayer/support/keys.ts";
import { GENESIS } from "../relayer/support/programme.ts";
import { startDesk, strangersKey, type TestDesk } from "../support/operator-desk.ts";

const DAY_S = 86_400;
const TITLE = { zh: "标题", en: "Title" };
const TASK = {
  ...{ type: "cairn.task/1", id: "daily-sign-in", title: TITLE, description: TITLE, occurrence: "day" },
  ...{ crystals: 5, perDay: 1, fromDay: 3, untilDay: 0 },
};
const MILESTONE = {
  ...{ type: "cairn.milestone/1", id: "five-thousand", title: TITLE, description: TITLE },
  rule: { kind: "metres", metres: 5_000_000, withinDays: 365 },
};
const POLL = {
  ...{ type: "cairn.poll/1", title: TITLE, rules: TITLE, options: [TITLE, TITLE, TITLE], weighting: "account" },
  ...{ snapshotDay: 0, opensAt: GENESIS + 2 * DAY_S, closesAt: GENESIS + 5 * DAY_S },
};
const SEASON = {
  ...{ firstDrop: 2 * 144, endDrop: 5 * 144, priceCrystals: 10, guarantee: 9, guaranteedTier: 0, maxBoxes: 100 },
  ...{ budgetStones: "1000", links: 100, tip: `0x${"71".repeat(32)}` },
  prizes: [
    { kind: "stones", weight: 1, stones: "10" },
    { kind: "nothing", weight: 9 },
  ],
};

describe("what owners play and are asked, at the desk", () => {
  let desk: TestDesk;

  before(async () => {
    desk = await startDesk();
    await desk.moveTo(GENESIS + 600);
  });

  after(() => desk.stop());

  test("when a season is fixed, it says the odds and waits; the guardian vetoes it before it begins", async () => {
    await desk.refused("MineBox_InvalidTerms", "seasons", "open", desk.file("late.json", { ...SEASON, firstDrop: 1 }));
    const path = desk.file("season.json", SEASON);
    const [act] = await desk.act("seasons", "open", path);
    assert.equal(act?.facts["tier 0"], "10 stones: 1 of 10, 10.0000 %");
    assert.equal(act.holdsFrom, GENESIS + 2 * DAY_S);
    await desk.refused("MineBox_SeasonWaiting", "seasons", "open", path);
    await desk.refused("MineBox_SeasonNotOver", "seasons", "close", "1");
    await desk.refused("AccessManagedUnauthorized", "seasons", "veto", "1", "--key-file", strangersKey(desk));
    await desk.act("seasons", "veto", "1");
    await desk.act("seasons", "open", path);
    type Seasons = { seasons: { season: number; state: string; tip: Hex }[] };
    const { seasons } = await desk.read<Seasons>("seasons", "list");
    assert.deepEqual(
      seasons.map(({ season, state }) => [season, state]),
      [
        [1, "vetoed"],
        [2, "waiting"],
      ],
    );
  });

  test("when adults are attested, they may request boxes until it is taken back", async () => {
    const isAdult = async () => (await readPlay(desk.client, desk.deployment, addressOf("alice"))).adult;
    await desk.act("adults", "attest", addressOf("alice"), addressOf("bob"));
    assert.equal(await isAdult(), true);
    await desk.act("adults", "revoke", addressOf("alice"));
    assert.equal(await isAdult(), false);
  });

  test("when a milestone is defined twice, it has one number; it counts after the window unless it is revoked", async () => {
    const path = desk.file("milestone.json", MILESTONE);
    const [act] = await desk.act("milestones", "define", path);
    assert.equal(act?.facts.document, contentHash(MILESTONE));
    assert.deepEqual(await desk.act("milestones", "define", path), []);
    await desk.act("milestones", "attest", "1", addressOf("alice"), addressOf("bob"));
    await desk.refused("Milestones_AlreadyAttested", "milestones", "attest", "1", addressOf("bob"));
    await desk.refused("Milestones_Unknown", "milestones", "attest", "2", addressOf("bob"));
    await desk.act("milestones", "revoke", "1", addressOf("bob"));
    type Milestones = { milestones: { counting: number; waiting: number; contentHash: Hex }[] };
    const counts = async () =>
      (await desk.read<Milestones>("milestones", "list")).milestones.map(({ counting, waiting }) => [
        counting,
        waiting,
      ]);
    assert.deepEqual(await counts(), [[0, 1]]);
    await desk.moveTo(GENESIS + DAY_S + 3_600);
    assert.deepEqual(await counts(), [[1, 0]]);
    await desk.refused("Milestones_NotRevocable", "milestones", "revoke", "1", addressOf("alice"));
  });

  test("when a task is defined by its document, its terms are the document's, and it ends with notice", async () => {
    const path = desk.file("task.json", TASK);
    const [act] = await desk.act("tasks", "define", path);
    assert.equal(act?.holdsFrom, dayStart(GENESIS, 3));
    assert.deepEqual(await desk.act("tasks", "define", path), []);
    const { tasks } = await desk.read<{ tasks: object[] }>("tasks", "list");
    const { crystals, perDay, fromDay, untilDay } = TASK;
    assert.deepEqual(tasks, [{ task: 1, crystals, perDay, fromDay, untilDay, contentHash: contentHash(TASK) }]);
    await desk.refused("TaskBook_InvalidTerms", "tasks", "define", desk.file("begun.json", { ...TASK, fromDay: 1 }));
    await desk.moveTo(dayStart(GENESIS, 3) + 60);
    await desk.refused("TaskBook_NeedsNotice", "tasks", "end", "1", "--until-day", "4");
    await desk.act("tasks", "end", "1", "--until-day", "40");
    assert.equal((await desk.read<{ tasks: { untilDay: number }[] }>("tasks", "list")).tasks[0]?.untilDay, 40);
  });

  test("when a poll is fixed by its document, it is listed by its state, and a result can be vetoed in its window", async () => {
    const path = desk.file("poll.json", { ...POLL, opensAt: GENESIS + 4 * DAY_S });
    const [act] = await desk.act("polls", "open", path);
    assert.equal(act?.facts.options, "3");
    assert.deepEqual(await desk.act("polls", "open", path), []);
    const state = async () => (await desk.read<{ polls: { state: string }[] }>("polls", "list")).polls[0]?.state;
    assert.equal(await state(), "waiting");
    await desk.refused("Polls_NotVetoable", "polls", "veto", "1");
    await desk.refused("Polls_InvalidTerms", "polls", "open", desk.file("past.json", POLL));
    await desk.moveTo(POLL.closesAt);
    assert.equal(await state(), "to be counted");
    const [root, data]: Hex[] = [`0x${"01".repeat(32)}`, `0x${"02".repeat(32)}`];
    await desk.writer("curator").call("polls", "publishResult", [1, root as Hex, [1n, 0n, 2n], 3, data as Hex]);
    assert.equal(await state(), "can be vetoed");
    await desk.act("polls", "veto", "1");
    assert.equal(await state(), "to be counted");
  });

  test("when an account is excluded, it holds from tomorrow; the arbiter decides an appeal; it can be lifted", async () => {
    const [alice, bob] = [addressOf("alice"), addressOf("bob")];
    const [today, evidence] = [5, desk.file("evidence.txt", "the evidence of alice")];
    const until = ["--reason", "tampering", "--until-day", `${today + 20}`];
    const [act] = await desk.act("exclusions", "exclude", alice, evidence, ...until);
    assert.equal(act?.holdsFrom, dayStart(GENESIS, today + 1));
    await desk.refused("Exclusions_InvalidEvidence", "exclusions", "exclude", bob, evidence, ...until);
    await desk.refused(
      "Exclusions_InvalidEnd",
      ...[
        "exclusions",
        "exclude",
        bob,
        `0x${"0b".repeat(32)}`,
        "--reason",
        "authority",
        "--until-day",
        `${today + 92}`,
      ],
    );
    await desk.refused("Exclusions_NotDecidable", "exclusions", "decide", alice, "1", "--uphold");
    const appeal = { account: alice, exclusion: 1, statementHash: `0x${"0a".repeat(32)}` as Hex, deadline: 0 };
    await desk.writer("alice").call("exclusions", "appealExclusion", [appeal]);
    const { exclusions } = await desk.read<{ exclusions: { state: string; reason: string }[] }>("exclusions", "list");
    assert.deepEqual(
      exclusions.map(({ state, reason }) => [state, reason]),
      [["appealed", "tampering"]],
    );
    await desk.act("exclusions", "decide", alice, "1", "--uphold");
    assert.equal((await readExclusions(desk.client, desk.deployment, alice))[0]?.state, "upheld");
    await desk.act("exclusions", "lift", alice, "1");
    const [lifted] = await readExclusions(desk.client, desk.deployment, alice);
    assert.deepEqual([lifted?.state, lifted?.untilDay], ["lifted", today + 1]);
    const other = desk.file("other.txt", "the evidence of bob");
    await desk.refused(
      "AccessManagedUnauthorized",
      ...["exclusions", "exclude", bob, other, ...until, "--key-file", strangersKey(desk)],
    );
  });
});
