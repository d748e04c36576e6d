import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { readItem } from "../../src/chain/read/orders.ts";
import { readRulesAt } from "../../src/chain/read/rules.ts";
import { callOf } from "../../src/chain/write/contract-call.ts";
import { DEFAULT_RULES, type RuleSet } from "../../src/chain/write/rule-set.ts";
import { tryCall } from "../../src/chain/write/transactions.ts";
import { ITEM_JUDGEMENTS, type ItemTerms } from "../../src/cli/operator/item-terms.ts";
import { refusalOf } from "../../src/cli/operator/refusal.ts";
import { earliestDay, RULE_JUDGEMENTS } from "../../src/cli/operator/rule-terms.ts";
import { termChanges } from "../../src/cli/operator/term-changes.ts";
import { dayStart, UNITS_PER_STONE } from "../../src/protocol/index.ts";
import { addressOf } from "../relayer/support/keys.ts";
import { GENESIS } from "../relayer/support/programme.ts";
import { startDesk, strangersKey, type TestDesk } from "../support/operator-desk.ts";

const DAY_S = 86_400;
const FROM_DAY = 5;

interface Case {
  readonly name: string;
  readonly title: string;
  readonly next: number | bigint;
}

describe("rules and items at the desk", () => {
  let desk: TestDesk;

  before(async () => {
    desk = await startDesk();
    await desk.moveTo(GENESIS + 600);
    await desk.writer("catalogue").call("catalogue", "listItem", [ITEM]);
  });

  after(() => desk.stop());

  /** The contract's error for a call that is not sent; nothing when it would be carried out. */
  async function errorOf(call: ReturnType<typeof callOf>, role: string): Promise<string | undefined> {
    return tryCall(desk.client, call, addressOf(role)).then(
      () => undefined,
      (failure: unknown) => refusalOf(failure).error,
    );
  }

  const ITEM: ItemTerms = {
    sku: `0x${"ab".repeat(32)}`,
    price: 100n * UNITS_PER_STONE,
    stock: 100,
    opensAt: GENESIS,
    closesAt: GENESIS + 400 * DAY_S,
    fulfilmentS: 10 * DAY_S,
    minDaysPaired: 120,
    maxRank: 3_000,
    milestone: 0,
  };

  describe("what the desk calls worse", () => {
    const names = Object.keys(RULE_JUDGEMENTS) as (keyof RuleSet)[];
    for (const name of names) {
      for (const step of [1, -1]) {
        test(`given ${name} ${step > 0 ? "higher" : "lower"}, needs notice by the contract, and nothing else does`, async () => {
          const rules = await readRulesAt(desk.client, desk.deployment, 0);
          const value = rules[name];
          const next = { ...rules, [name]: typeof value === "bigint" ? value + BigInt(step) : value + step };
          const [change] = termChanges(rules, next, RULE_JUDGEMENTS);
          const error = await errorOf(callOf(desk.deployment, "rules", "scheduleRules", [FROM_DAY, next]), "rules");
          assert.equal(error, change?.worse ? "Rules_NeedsNotice" : undefined);
        });
      }
    }

    const CASES: readonly Case[] = [
      { name: "price", title: "higher", next: 101n * UNITS_PER_STONE },
      { name: "price", title: "lower", next: 99n * UNITS_PER_STONE },
      { name: "stock", title: "more", next: 101 },
      { name: "stock", title: "less", next: 99 },
      { name: "opensAt", title: "later", next: GENESIS + 1 },
      { name: "opensAt", title: "earlier", next: GENESIS - 1 },
      { name: "closesAt", title: "later", next: GENESIS + 401 * DAY_S },
      { name: "closesAt", title: "earlier", next: GENESIS + 399 * DAY_S },
      { name: "fulfilmentS", title: "longer", next: 11 * DAY_S },
      { name: "fulfilmentS", title: "shorter", next: 9 * DAY_S },
      { name: "minDaysPaired", title: "more", next: 121 },
      { name: "minDaysPaired", title: "fewer", next: 119 },
      { name: "maxRank", title: "any", next: 0 },
      { name: "maxRank", title: "higher", next: 3_001 },
      { name: "maxRank", title: "lower", next: 2_999 },
      { name: "milestone", title: "asked for", next: 1 },
    ];
    for (const { name, title, next } of CASES) {
      test(`given an item with ${name} ${title}, needs notice by the contract, and nothing else does`, async () => {
        const terms = { ...ITEM, [name]: next };
        const [change] = termChanges(ITEM, terms, ITEM_JUDGEMENTS);
        const error = await errorOf(callOf(desk.deployment, "catalogue", "changeItem", [1, terms]), "catalogue");
        assert.equal(error, change?.worse ? "Catalogue_NeedsNotice" : undefined);
      });
    }
  });

  describe("the first day on which rules can hold", () => {
    const capped = (dailyCapM: number): RuleSet => ({ ...DEFAULT_RULES, dailyCapM });
    const clock = { genesis: GENESIS, now: GENESIS + 600, noticeS: 30 * DAY_S };
    const versions = [
      { fromDay: 0, rules: capped(200) },
      { fromDay: 20, rules: capped(100) },
    ];

    for (const [title, dailyCapM, newest, day] of [
      ["when nothing is worse, it is the first day of the newest version", 200, 20, 20],
      ["when they are as the newest version, it is the first day of that", 100, 20, 20],
      ["when they lie between the newest version and the one before, it is the first day of the newest", 150, 20, 20],
      ["when they are worse than both, it is the first day after the notice", 99, 20, 31],
      ["when the newest version begins after the notice, it is the first day of that", 99, 40, 40],
    ] as const) {
      test(`${title}`, () => {
        const [first, last] = versions as [(typeof versions)[0], (typeof versions)[0]];
        const there = [first, { ...last, fromDay: newest }];
        assert.equal(earliestDay(capped(dailyCapM), { ...clock, versions: there }), day);
      });
    }
  });

  describe("cairn operator rules", () => {
    test("when a better version is scheduled, it holds from tomorrow and is shown", async () => {
      const [act] = await desk.act("rules", "schedule", desk.file("rules.json", { dailyCapM: 250_000 }));
      assert.equal(act?.holdsFrom, dayStart(GENESIS, 1));
      assert.equal(act.facts.dailyCapM, "200000 → 250000");
      const { rules, versions } = await desk.read<{ rules: RuleSet; versions: { fromDay: number; rules: RuleSet }[] }>(
        ...["rules", "show"],
      );
      assert.deepEqual([rules.dailyCapM, versions[1]?.fromDay, versions[1]?.rules.dailyCapM], [200_000, 1, 250_000]);
      const { stdout } = await desk.run("rules", "show");
      assert.match(stdout, /Version 1, from day 1 .*\nterm +from +to\ndailyCapM +200000 +250000\n/);
    });

    test("when nothing changes, nothing is sent", async () => {
      assert.deepEqual(await desk.act("rules", "schedule", desk.file("same.json", { dailyCapM: 250_000 })), []);
    });

    test("when a worse version has no notice, the contract refuses it and the desk says which rule is worse", async () => {
      const path = desk.file("worse.json", { dailyCapM: 100_000 });
      const act = await desk.refused("Rules_NeedsNotice", "rules", "schedule", path, "--from-day", "2");
      assert.equal(act.facts.dailyCapM, "250000 → 100000 (worse for owners)");
      assert.equal(act.refusal?.values.name, "dailyCapM");
    });

    test("when a worse version is left to the desk, it begins on the first day that gives the notice", async () => {
      const [act] = await desk.act("rules", "schedule", desk.file("worse.json", { dailyCapM: 100_000 }));
      assert.equal(act?.holdsFrom, dayStart(GENESIS, 31));
      assert.equal((await readRulesAt(desk.client, desk.deployment, 31)).dailyCapM, 100_000);
      assert.equal((await readRulesAt(desk.client, desk.deployment, 30)).dailyCapM, 250_000);
    });

    test("when an announced version that has not begun is taken back, it needs no notice", async () => {
      const [act] = await desk.act("rules", "schedule", desk.file("back.json", { dailyCapM: 250_000 }));
      assert.equal(act?.holdsFrom, dayStart(GENESIS, 31));
      assert.equal(act.facts["changed from the day before"], "nothing: what was announced is taken back");
      assert.equal((await readRulesAt(desk.client, desk.deployment, 31)).dailyCapM, 250_000);
    });

    test("when a consent notice is published twice, it has one number", async () => {
      const path = desk.file("notice.txt", "We use your mileage.");
      const [act] = await desk.act("rules", "notice", path);
      assert.equal(act?.events?.[0]?.args.number, 2);
      assert.deepEqual(await desk.act("rules", "notice", path), []);
    });

    test("when a key without the role signs, it is refused", async () => {
      const path = desk.file("rules.json", { dailyCapM: 300_000 });
      await desk.refused("AccessManagedUnauthorized", "rules", "schedule", path, "--key-file", strangersKey(desk));
    });
  });

  describe("cairn operator items", () => {
    test("when an item becomes better, it does at once", async () => {
      const [act] = await desk.act("items", "change", "1", desk.file("cheaper.json", { priceStones: "80" }));
      assert.equal(act?.facts.price, "100 stones → 80 stones");
      const { stock } = await readItem(desk.client, desk.deployment, 1);
      assert.match(act?.facts["until then"] ?? "", new RegExp(`the stock is set to ${stock}$`));
      assert.equal((await readItem(desk.client, desk.deployment, 1)).price, 80n * UNITS_PER_STONE);
    });

    test("when it becomes worse without notice, the contract refuses it", async () => {
      const path = desk.file("dearer.json", { priceStones: "90" });
      const { refusal } = await desk.refused("Catalogue_NeedsNotice", "items", "change", "1", path);
      assert.equal(refusal?.values.name, "price");
    });

    test("when it is announced, it is listed, and can be put in place after the notice alone", async () => {
      const [act] = await desk.act("items", "announce", "1", desk.file("dearer.json", { priceStones: "90" }));
      assert.equal(act?.facts.price, "80 stones → 90 stones (worse for owners)");
      await desk.refused("Catalogue_NotAnnounced", "items", "apply", "1");
      const { items } = await desk.read<{ items: { announced: { from: number } }[] }>("items", "list");
      const from = items[0]?.announced.from as number;
      assert.ok(from >= (act.holdsFrom as number));
      await desk.moveTo(from);
      await desk.act("items", "apply", "1");
      assert.equal((await readItem(desk.client, desk.deployment, 1)).price, 90n * UNITS_PER_STONE);
    });

    test("when an announcement is taken back, it is gone", async () => {
      await desk.act("items", "announce", "1", desk.file("less.json", { stock: 5 }));
      await desk.act("items", "withdraw", "1");
      await desk.refused("Catalogue_NotAnnounced", "items", "withdraw", "1");
    });

    test("when there is no such item, it could not run", async () => {
      const { code, stderr } = await desk.run("items", "change", "9", desk.file("any.json", {}), "--yes");
      assert.deepEqual([code, stderr], [2, "NOT_FOUND: there is no such thing: item 9\n"]);
    });
  });
});
