import type { AuditReport, AuditSeries, SeasonOdds } from "../../auditor/index.ts";
import { contractErrorName } from "../../chain/errors.ts";
import { DROPS_PER_DAY, DROPS_PER_ERA } from "../../protocol/index.ts";
import { formatCount, formatKm, formatStones } from "../output.ts";
import { bars, type Chart, groupedBars, type LinePoint, lines, rankedBars } from "./charts.ts";
import { renderPage, type Table } from "./page.ts";

/** A self-contained page of an audit: verdict, pictures, findings with their evidence, and what was checked. */
export async function renderAuditPage(report: AuditReport, series: AuditSeries): Promise<string> {
  const { chain, totals, verdict, findings } = report;
  const open = report.checks.filter(({ ran }) => !ran);
  return renderPage({
    title: verdict === "clean" ? "Audit: clean" : "Audit: findings",
    lead:
      `Blocks ${formatCount(chain.fromBlock)} to ${formatCount(chain.toBlock)} of chain ${chain.chainId}, recomputed from events ` +
      "and published files. " +
      (verdict === "clean" ? "Nothing was found to be wrong." : `${formatCount(countOf(report))} things are wrong.`),
    facts: [
      { name: "Settled days", value: formatCount(chain.settledDays) },
      { name: "Readings", value: formatCount(totals.readings) },
      { name: "Accounts", value: formatCount(totals.accounts) },
      { name: "Counted", value: formatKm(totals.metres) },
      { name: "Settled", value: formatStones(BigInt(totals.stonesSettled)) },
      { name: "Credited", value: formatStones(BigInt(totals.stonesCredited)) },
      { name: "Boxes opened", value: formatCount(totals.boxesOpened) },
      { name: "Checks", value: `${report.checks.length - open.length} of ${report.checks.length} ran` },
    ],
    charts: await chartsOf(report, series),
    tables: [...(findings.length === 0 ? [] : [findingsOf(report)]), checksOf(report)],
    notes: notesOf(report),
  });
}

async function chartsOf({ seasons }: AuditReport, { days, lorenz, orders, refusals }: AuditSeries): Promise<Chart[]> {
  const charts: Chart[] = [];
  if (days.length > 0) {
    charts.push(await emissionOf(days));
    const byDay = (value: (day: AuditSeries["days"][number]) => number) =>
      days.map((day) => ({ label: `day ${day.day}`, value: value(day) }));
    charts.push(
      await bars(
        "Kilometres counted per day",
        "km",
        byDay(({ metres }) => metres / 1_000),
      ),
    );
    charts.push(
      await bars(
        "Consents that hold at the day's end",
        "consents",
        byDay(({ consents }) => consents),
      ),
    );
  }
  if (lorenz.length > 0) charts.push(await concentrationOf(lorenz));
  if (orders.length > 0) {
    const values = orders.map(({ state, orders: value, oldestDays }) => {
      return { label: `${state}, oldest since ${oldestDays.toFixed(1)} days`, value };
    });
    charts.push(await rankedBars("Orders by state and age", "orders", values));
  }
  if (refusals.length > 0) {
    const values = refusals.map(({ reason, intents }) => ({ label: contractErrorName(reason), value: intents }));
    charts.push(await rankedBars("Owners' intents that were refused, by reason", "intents", values));
  }
  for (const season of seasons.filter(({ opened, forced }) => opened > forced)) charts.push(await oddsOf(season));
  return charts;
}

/** What the schedule emits beside what was issued, with the days on which an era begins. */
function emissionOf(days: AuditSeries["days"]): Promise<Chart> {
  const points = days.flatMap(({ day, emitted, issued }): LinePoint[] => [
    { line: "emitted", x: day, y: emitted },
    { line: "issued", x: day, y: issued },
  ]);
  const daysPerEra = DROPS_PER_ERA / DROPS_PER_DAY;
  const last = days.at(-1)?.day ?? 0;
  const eras = Array.from({ length: Math.floor(last / daysPerEra) + 1 }, (_, era) => ({
    x: Math.ceil(era * daysPerEra),
    text: `era ${era + 1}`,
  }));
  return lines("Emission against issuance, per day", { x: "day", y: "stones" }, points, eras);
}

function concentrationOf(lorenz: readonly number[]): Promise<Chart> {
  const points = lorenz.flatMap((share, percent): LinePoint[] => [
    { line: "stones", x: percent, y: 100 * share },
    { line: "if all had the same", x: percent, y: percent },
  ]);
  const title = "Concentration of stones (Lorenz curve)";
  return lines(title, { x: "percent of holders, the poorest first", y: "percent of stones" }, points);
}

function oddsOf({ season, tiers, pValue }: SeasonOdds): Promise<Chart> {
  const weight = tiers.reduce((sum, tier) => sum + tier.weight, 0);
  const drawn = tiers.reduce((sum, tier) => sum + tier.drawn, 0);
  const values = tiers.flatMap((tier, at) => [
    { group: `tier ${at}`, label: "announced", value: (100 * tier.weight) / weight },
    { group: `tier ${at}`, label: "drawn", value: (100 * tier.drawn) / Math.max(1, drawn) },
  ]);
  return groupedBars(
    `Mine box, season ${season}: odds against outcomes (p = ${pValue.toPrecision(3)})`,
    "percent",
    values,
  );
}

function findingsOf({ findings }: AuditReport): Table {
  return {
    title: "Findings",
    head: ["code", "about", "expected", "found", "evidence"],
    rows: findings.map(({ code, subject, expected, actual, block, transaction }) => [
      ...[code, subject, expected, actual],
      [...(block === undefined ? [] : [`block ${block}`]), ...(transaction === undefined ? [] : [transaction])].join(
        ", ",
      ),
    ]),
  };
}

function checksOf({ checks }: AuditReport): Table {
  return {
    title: "Checks",
    head: ["check", "judged", ""],
    rows: checks.map(({ name, subjects, ran, note = "" }) => [
      ...[name, formatCount(subjects)],
      ran ? note : `did not run${note === "" ? "" : `: ${note}`}`,
    ]),
  };
}

function notesOf(report: AuditReport): string[] {
  const { notRecomputable, findings } = report;
  const all = countOf(report);
  return [
    "Readings that were refused are answers to cars and stand in no published file; each owner's are at GET /v1/accounts.",
    ...(all > findings.length
      ? [`${formatCount(all - findings.length)} more findings of these codes are not listed.`]
      : []),
    ...(notRecomputable === undefined
      ? []
      : [
          `${formatCount(notRecomputable.rows)} rows were erased and cannot be recomputed, of ` +
            `${formatCount(notRecomputable.accounts)} accounts with ${(100 * notRecomputable.shareOfW).toFixed(2)} % of W.`,
        ]),
  ];
}

function countOf({ counts }: AuditReport): number {
  return Object.values(counts).reduce((sum, count) => sum + count, 0);
}
