import type { AuditReport, Resumed, SeasonOdds } from "../../auditor/index.ts";
import { formatCount, formatFields, formatKm, formatStones, formatTable, print } from "../output.ts";

/** Prints a report for a person. */
export function showReport(report: AuditReport): void {
  print(formatFields(figuresOf(report)));
  for (const season of report.seasons) showOdds(season);
  showExclusions(report);
  showRounds(report);
  print();
  print(
    formatTable(
      ["check", "judged", ""],
      report.checks.map(({ name, subjects, ran, note }) => [
        name,
        formatCount(subjects),
        ran ? (note ?? "") : `did not run${note === undefined ? "" : `: ${note}`}`,
      ]),
    ),
  );
  if (report.notRecomputable !== undefined) {
    const { rows, accounts, shareOfW } = report.notRecomputable;
    print(
      `\nNot recomputable: ${formatCount(accounts)} accounts, ${(100 * shareOfW).toFixed(2)} % of W (${formatCount(rows)} erased rows).`,
    );
  }
  if (report.resumed !== undefined) showResumed(report.resumed);
  showVerdict(report);
}

function showResumed({ files, reused, changed, anew }: Resumed): void {
  print(`\n${formatCount(reused)} of ${formatCount(files)} files were recomputed by an earlier audit.`);
  if (anew !== undefined) print(`Its state was of no use: ${anew}.`);
  for (const path of changed) print(`Changed since then: ${path}`);
}

function figuresOf({ chain, totals, polls }: AuditReport): [string, string][] {
  const counted = polls.filter(({ tallies }) => tallies.length > 0);
  const voters = counted.reduce((sum, { voters }) => sum + voters, 0);
  return [
    ["blocks", `${formatCount(chain.fromBlock)} to ${formatCount(chain.toBlock)} of chain ${chain.chainId}`],
    ["drops", formatCount(chain.nextDrop)],
    ["settled days", formatCount(chain.settledDays)],
    ["readings", `${formatCount(totals.readings)} of ${formatCount(totals.accounts)} accounts`],
    ["counted", formatKm(totals.metres)],
    ["settled", formatStones(BigInt(totals.stonesSettled))],
    ["credited", formatStones(BigInt(totals.stonesCredited))],
    ["crystals", `${formatCount(Number(totals.crystalsAwarded))} awarded, ${totals.crystalsSettled} settled`],
    ["boxes opened", formatCount(totals.boxesOpened)],
    ["polls", `${formatCount(polls.length)}, ${formatCount(voters)} votes in ${formatCount(counted.length)} results`],
  ];
}

/** The odds as announced beside what the draws gave; what the guarantee and a force gave says nothing of them. */
function showOdds({ season, tiers, statistic, degreesOfFreedom, pValue, ...counts }: SeasonOdds): void {
  const weight = tiers.reduce((sum, tier) => sum + tier.weight, 0);
  const drawn = tiers.reduce((sum, tier) => sum + tier.drawn, 0);
  const percent = (part: number, whole: number) => `${whole === 0 ? "–" : ((100 * part) / whole).toFixed(3)} %`;
  print(`\nMine box, season ${season}:`);
  print(
    formatTable(
      ["tier", "announced", "drawn", "", "opened"],
      tiers.map((tier, at) => [
        `${at}`,
        percent(tier.weight, weight),
        formatCount(tier.drawn),
        percent(tier.drawn, drawn),
        formatCount(tier.opened),
      ]),
    ),
  );
  const { opened, byGuarantee, forced } = counts;
  print(
    `${formatCount(opened)} opened, ${formatCount(byGuarantee)} by the guarantee, ${formatCount(forced)} forced; ` +
      `chi-square ${statistic.toFixed(2)}, ${degreesOfFreedom} degrees of freedom, p = ${pValue.toPrecision(3)}`,
  );
}

function showExclusions({ exclusions }: AuditReport): void {
  if (exclusions.length === 0) return;
  print();
  print(
    formatTable(
      ["exclusion", "account", "reason", "from day", "counts again", "state"],
      exclusions.map(({ exclusion, account, reason, fromDay, untilDay, state }) => [
        ...[`${exclusion}`, account, `${reason}`, `${fromDay}`, `${untilDay}`],
        state,
      ]),
    ),
  );
}

function showRounds({ rounds }: AuditReport): void {
  if (rounds.length === 0) return;
  print();
  print(
    formatTable(
      ["round", "day", "amount", "accounts", "claimed", "by", "state"],
      rounds.map(({ round, day, amount, accounts, claimed, claims, state }) => [
        ...[`${round}`, `${day}`, amount, formatCount(accounts), claimed, formatCount(claims)],
        state,
      ]),
    ),
  );
}

function showVerdict(report: AuditReport): void {
  for (const finding of report.findings) {
    print(`\n✗ ${finding.code}: ${finding.subject}`);
    print(`    expected ${finding.expected}\n    found    ${finding.actual}`);
    if (finding.transaction !== undefined) print(`    put there by ${finding.transaction}, block ${finding.block}`);
  }
  const count = Object.values(report.counts).reduce((sum, number) => sum + (number ?? 0), 0);
  print(report.verdict === "clean" ? "\nVerdict: clean." : `\nVerdict: ${formatCount(count)} findings.`);
}
