import {
  type EvidenceDeployment,
  type EvidenceFile,
  type EvidenceReport,
  overlaps,
  PROOF_CHECKS,
  type ProofCheck,
} from "../../evidence/index.ts";
import { categoriesOf } from "../../protocol/index.ts";
import { programmeFields } from "../evidence/programme-fields.ts";
import { formatCount, formatKm, formatTime } from "../output.ts";
import { tellsTakeovers, timelineOf } from "./evidence-panels.ts";
import { renderPage, type Table } from "./page.ts";

/** Failures that are listed; all are in the JSON. */
const MOST_FAILURES = 50;

/**
 * A self-contained page of an evidence file: verdict, timeline, what is proven and what is not, readings, blocks and checks.
 * @param file Nothing when it cannot be read: then only what is wrong can be shown.
 */
export async function renderEvidencePage(report: EvidenceReport, file: EvidenceFile | undefined): Promise<string> {
  const { valid, deployment, checks, proven, notProven, blocks } = report;
  const failed = checks.filter(({ ok }) => !ok);
  return renderPage({
    title: valid ? "Evidence: valid" : "Evidence: not valid",
    lead: leadOf(report, failed),
    ...(valid ? {} : { failures: failuresOf(failed) }),
    facts: file === undefined ? [] : factsOf(file),
    charts: file === undefined || file.readings.length === 0 ? [] : [await timelineOf(file)],
    lists: [
      ...(proven.length === 0 ? [] : [{ title: "What is proven", items: proven }]),
      { title: "What is not proven", items: notProven },
    ],
    tables: [
      ...(file === undefined ? [] : [readingsOf(file)]),
      ...(deployment === undefined ? [] : [programmeOf(deployment)]),
      ...[blocksOf(blocks), checksOf(checks)],
    ],
    notes: [
      "This page shows an evidence file and proves nothing itself: only the file does. Check it by `cairn verify`.",
      ...(valid ? [] : ["Pictures and readings are shown as the file has them, whether they are proven or not."]),
    ],
  });
}

function leadOf({ subject, checks, valid }: EvidenceReport, failed: readonly ProofCheck[]): string {
  const verdict = valid
    ? `All ${formatCount(checks.length)} checks passed.`
    : `${formatCount(failed.length)} of ${formatCount(checks.length)} checks failed: do not rely on what they name.`;
  if (subject === undefined) return verdict;
  return `Vehicle ${subject.vehicle} from ${formatTime(subject.from)} to ${formatTime(subject.to)}. ${verdict}`;
}

function factsOf({ readings, subject }: EvidenceFile) {
  const entries = readings.filter(({ reading }) => overlaps(reading, subject.from, subject.to));
  const within = entries.map(({ reading }) => reading);
  const sum = (of: (reading: (typeof within)[number]) => number) =>
    within.reduce((all, reading) => all + of(reading), 0);
  return [
    { name: "Readings in this time", value: formatCount(within.length) },
    { name: "Driven in them", value: formatKm(sum(({ odometerStart, odometerEnd }) => odometerEnd - odometerStart)) },
    {
      name: "Takeovers in them",
      value: within.some(tellsTakeovers) ? formatCount(sum(({ takeovers }) => takeovers)) : "not told",
    },
    { name: "With samples", value: `${entries.filter(({ opening }) => opening).length} of ${entries.length}` },
  ];
}

function failuresOf(failed: readonly ProofCheck[]): Table {
  return {
    title: "What is wrong",
    head: ["entry", "what should be so", "expected", "found"],
    rows: failed
      .slice(0, MOST_FAILURES)
      .map(({ check, path, expected, actual }) => [path || "the file", PROOF_CHECKS[check], expected, actual]),
  };
}

function readingsOf({ readings }: EvidenceFile): Table {
  return {
    title: "Readings",
    head: [
      "no.",
      "from (UTC)",
      "to (UTC)",
      "odometer, km",
      "driven",
      "mean km/h",
      "takeovers",
      "categories",
      "samples",
    ],
    rows: readings.map(({ reading, opening }) => {
      const { sequence, startedAt, endedAt, odometerStart, odometerEnd, takeovers, categories } = reading;
      const metres = odometerEnd - odometerStart;
      return [
        ...[`${sequence}`, clock(startedAt), clock(endedAt), (odometerStart / 1000).toFixed(3)],
        ...[formatKm(metres), ((3.6 * metres) / (endedAt - startedAt)).toFixed(1), formatCount(takeovers)],
        ...[categoriesOf(categories).join(", "), opening === undefined ? "no" : "yes"],
      ];
    }),
  };
}

function programmeOf(deployment: EvidenceDeployment): Table {
  return {
    title: "Chain and contracts to compare with the programme's",
    head: ["what", "in this file"],
    rows: programmeFields(deployment),
  };
}

function blocksOf(blocks: EvidenceReport["blocks"]): Table {
  return {
    title: "Blocks to compare with the chain",
    head: ["number", "time (UTC)", "hash"],
    rows: blocks.map(({ number, time, hash }) => [`${number}`, clock(time), hash]),
  };
}

/** A moment that breaks between its date and its time, if it must. */
function clock(time: number): string {
  return formatTime(time).replace(/^(\S+)T(\S+)Z$/, "$1 $2");
}

/** Each kind of check once, with how many of it passed. */
function checksOf(checks: readonly ProofCheck[]): Table {
  const names = [...new Set(checks.map(({ check }) => check))];
  return {
    title: "Checks",
    head: ["what was looked at", "passed"],
    rows: names.map((name) => {
      const own = checks.filter(({ check }) => check === name);
      return [PROOF_CHECKS[name], `${own.filter(({ ok }) => ok).length} of ${own.length}`];
    }),
  };
}
