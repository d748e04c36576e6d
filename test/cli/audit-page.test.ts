import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { toFunctionSelector } from "viem";
import type { AuditReport, AuditSeries } from "../../src/auditor/index.ts";
import { renderAuditPage } from "../../src/cli/report/audit-page.ts";

const TIER = { weight: 50, drawn: 48, opened: 50 };
const CLEAN: AuditReport = {
  ...{ verdict: "clean", findings: [], counts: {} },
  checks: [
    { name: "drop roots", subjects: 12, ran: true },
    { name: "receipts", subjects: 0, ran: false, note: "no receipts were given" },
  ],
  chain: { chainId: 31_337, fromBlock: 1, toBlock: 99, settledDays: 2, nextDrop: 288 },
  totals: {
    ...{ readings: 12, metres: 34_000, accounts: 3, stonesSettled: "5000000000", stonesCredited: "4000000000" },
    ...{ crystalsAwarded: "0", crystalsSettled: "0", boxesOpened: 100 },
  },
  seasons: [
    {
      ...{ season: 1, opened: 100, byGuarantee: 2, forced: 0, tiers: [TIER, { ...TIER, drawn: 50 }] },
      ...{ statistic: 0.04, degreesOfFreedom: 1, pValue: 0.84 },
    },
  ],
  ...{ exclusions: [], polls: [], rounds: [] },
};
const SERIES: AuditSeries = {
  days: [0, 1].map((day) => ({ day, emitted: 72_000, issued: 2.5, metres: 17_000, consents: 3 })),
  lorenz: Array.from({ length: 101 }, (_, percent) => (percent / 100) ** 2),
  orders: [{ state: "placed", orders: 2, oldestDays: 1.5 }],
  refusals: [
    { reason: toFunctionSelector("MineBox_NothingToFollow(address)"), intents: 3 },
    { reason: "0x12345678", intents: 1 },
  ],
};

describe("the page of an audit", () => {
  test("when nothing is wrong, it says so, with a picture for each series and a row for each check", async () => {
    const page = await renderAuditPage(CLEAN, SERIES);
    assert.match(page, /<h1>Audit: clean<\/h1>/);
    assert.equal(page.match(/<svg/g)?.length, 7);
    assert.match(page, /MineBox_NothingToFollow/);
    assert.match(page, /0x12345678/);
    assert.match(page, /<td>drop roots<\/td><td>12<\/td>/);
    assert.match(page, /did not run: no receipts were given/);
    assert.doesNotMatch(page, /<h2>Findings/);
  });

  test("it needs nothing else: no script, no address but those of namespaces", async () => {
    const page = await renderAuditPage(CLEAN, SERIES);
    assert.doesNotMatch(page, /<script|<link|<img/);
    assert.deepEqual(
      [...page.matchAll(/https?:\/\/[^"' )]+/g)]
        .map(([address]) => address)
        .filter((address) => !/w3\.org/.test(address)),
      [],
    );
  });

  test("when something is wrong, each finding stands there with its evidence, whatever its text", async () => {
    const transaction = `0x${"12".repeat(32)}` as const;
    const finding = {
      code: "DROP_ROOT_WRONG",
      subject: "drop <7>",
      expected: "a & b",
      actual: "c",
      block: 5,
      transaction,
    };
    const page = await renderAuditPage(
      {
        ...CLEAN,
        verdict: "findings",
        findings: [finding as AuditReport["findings"][0]],
        counts: { DROP_ROOT_WRONG: 3 } as AuditReport["counts"],
      },
      SERIES,
    );
    assert.match(page, /<h1>Audit: findings<\/h1>/);
    assert.match(page, /3 things are wrong/);
    assert.match(page, /<td>drop &#60;7&#62;<\/td><td>a &#38; b<\/td><td>c<\/td><td>block 5, 0x1212/);
    assert.match(page, /2 more findings/);
  });

  test("when nothing has happened yet, there is a page without pictures", async () => {
    const page = await renderAuditPage({ ...CLEAN, seasons: [] }, { days: [], lorenz: [], orders: [], refusals: [] });
    assert.doesNotMatch(page, /<svg/);
  });
});
