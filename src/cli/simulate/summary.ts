import type { AuditReport } from "../../auditor/index.ts";
import { readSettledDays, readSettlement, type SettlementRecord } from "../../chain/read/days.ts";
import { readDropRoots } from "../../chain/read/drops.ts";
import { readIssuedMined } from "../../chain/read/stones.ts";
import { concatBytes, DROPS_PER_DAY, fromHex, type Hex, keccak } from "../../protocol/index.ts";
import { CAIRN } from "../invocation.ts";
import { formatCount, formatFields, formatKm, formatStones, formatTable, print } from "../output.ts";
import type { RelayerStatus } from "../relayer-api.ts";
import type { ScenarioCounts } from "./actions.ts";
import type { IntakeTally, Surprise } from "./intake-tally.ts";
import type { OrderCounts } from "./orders.ts";
import type { RelaxedRule } from "./rules.ts";
import type { ServiceCounts } from "./services.ts";
import { serviceFields } from "./show-services.ts";
import type { World } from "./world.ts";

/** What a simulation was and what became of it. Amounts of stones are units of 1e-9 stone. */
export interface SimulationSummary {
  readonly vehicles: number;
  /** Drops and days that were driven. */
  readonly drops: number;
  readonly days: number;
  readonly seed: string;
  readonly readings: {
    readonly accepted: number;
    readonly refused: Readonly<Record<string, number>>;
    /** Accepted ones that were delivered more than a drop after they ended. */
    readonly late: number;
    /** Answers that do not fit what the reading was made for; there should be none. */
    readonly surprises: number;
  };
  /** Metres by odometer of the accepted readings, and what of them counts. */
  readonly metres: number;
  readonly countedMetres: number;
  readonly stones: { readonly settled: bigint; readonly credited: bigint };
  readonly orders: OrderCounts;
  readonly services: ServiceCounts;
  readonly scenario: ScenarioCounts;
  readonly gas: RelayerStatus["gas"];
  readonly audit: Pick<AuditReport, "verdict" | "findings">;
  /** keccak256 over all drop roots, then each day's roots of stones and metres. */
  readonly rootsDigest: Hex;
  readonly anchoredDrops: number;
  readonly settledDays: number;
  /** What is not as in the published rules. */
  readonly relaxedRules: readonly RelaxedRule[];
  readonly relayerRestarts: number;
  readonly seconds: number;
  readonly work: string;
  readonly deployment: string;
}

/** What the summary is made of. */
export interface SummaryParts {
  readonly world: World;
  readonly vehicles: number;
  readonly days: number;
  readonly seed: string;
  readonly tally: IntakeTally;
  readonly orders: OrderCounts;
  readonly services: ServiceCounts;
  readonly scenario: ScenarioCounts;
  readonly status: RelayerStatus;
  readonly audit: AuditReport;
  readonly relaxedRules: readonly RelaxedRule[];
  readonly relayerRestarts: number;
  readonly seconds: number;
  readonly work: string;
  readonly deployment: string;
}

/** Makes the summary, with totals and roots from the chain. @throws CHAIN_UNREACHABLE. */
export async function summarise(parts: SummaryParts): Promise<SimulationSummary> {
  const { world, tally, audit } = parts;
  const { client, deployment } = world;
  const settledDays = await readSettledDays(client, deployment);
  const settlements: SettlementRecord[] = [];
  for (let day = 0; day < settledDays; day++) settlements.push(await readSettlement(client, deployment, day));
  const dropRoots = await readDropRoots(client, deployment);
  const roots = [...dropRoots, ...settlements.flatMap(({ stonesRoot, metresRoot }) => [stonesRoot, metresRoot])];
  const last = settlements.at(-1);
  return {
    vehicles: parts.vehicles,
    drops: parts.days * DROPS_PER_DAY,
    days: parts.days,
    seed: parts.seed,
    readings: {
      accepted: tally.accepted,
      refused: Object.fromEntries(Object.entries(tally.refused).sort(([a], [b]) => a.localeCompare(b))),
      late: tally.late,
      surprises: tally.surprises,
    },
    metres: tally.metres,
    countedMetres: last?.totalMetres ?? 0,
    stones: { settled: last?.totalStones ?? 0n, credited: await readIssuedMined(client, deployment) },
    orders: parts.orders,
    services: parts.services,
    scenario: parts.scenario,
    gas: parts.status.gas,
    audit: { verdict: audit.verdict, findings: audit.findings },
    rootsDigest: keccak(concatBytes(...roots.map((root) => fromHex(root, 32)))),
    anchoredDrops: dropRoots.length,
    settledDays,
    relaxedRules: parts.relaxedRules,
    relayerRestarts: parts.relayerRestarts,
    seconds: parts.seconds,
    work: parts.work,
    deployment: parts.deployment,
  };
}

/** Prints a summary for a person. */
export function showSummary(summary: SimulationSummary, surprises: readonly Surprise[]): void {
  const { readings, stones, orders, scenario, audit } = summary;
  const refused = Object.values(readings.refused).reduce((sum, count) => sum + count, 0);
  print(`\n${formatCount(summary.vehicles)} vehicles, ${summary.days} days, seed ${summary.seed}\n`);
  print(
    formatFields([
      ["readings", `${formatCount(readings.accepted)} accepted, ${formatCount(readings.late)} of them late`],
      ["refused", refused === 0 ? "none" : formatCount(refused)],
      ...Object.entries(readings.refused).map(([code, count]) => ["", `${formatCount(count)} × ${code}`] as const),
      ["driven", `${formatKm(summary.metres)}, ${formatKm(summary.countedMetres)} of it counted`],
      ["settled", formatStones(stones.settled)],
      ["credited", formatStones(stones.credited)],
      [
        "consents",
        `${scenario.consentsWithdrawn} withdrawn, ${scenario.consentsGrantedAgain} of them granted again later`,
      ],
      ["cars sold", formatCount(scenario.carsSold)],
      [
        "orders",
        `${orders.placed} placed: ${orders.completed} completed, ${orders.refunded} refunded, ${orders.cancelled} cancelled` +
          (orders.open === 0 ? "" : `, ${orders.open} still open`),
      ],
      ...serviceFields(summary.services),
      ["roots", `${summary.rootsDigest} (${formatCount(summary.anchoredDrops)} drops, ${summary.settledDays} days)`],
      ["time", `${summary.seconds.toFixed(1)} s`],
    ]),
  );
  print("\nGas");
  print(
    formatTable(
      ["kind", "transactions", "gas each", "items", "gas an item"],
      Object.entries(summary.gas).map(([kind, { transactions, gas, items }]) => [
        kind,
        formatCount(transactions),
        formatCount(Math.round(Number(gas) / Math.max(1, transactions))),
        formatCount(items),
        formatCount(Math.round(Number(gas) / Math.max(1, items))),
      ]),
    ),
  );
  print("\nRelaxed rules");
  print(
    formatTable(
      ["rule", "here", "published"],
      summary.relaxedRules.map(({ rule, value, default: normal }) => [rule, formatCount(value), formatCount(normal)]),
    ),
  );
  for (const { digest, expected, actual } of surprises)
    print(`\n✗ reading ${digest}: ${actual} instead of ${expected}`);
  for (const { code, subject, expected, actual } of audit.findings) {
    print(`\n✗ ${code}: ${subject}\n    expected ${expected}\n    found    ${actual}`);
  }
  print(audit.verdict === "clean" ? "\nVerdict: clean." : `\nVerdict: ${formatCount(audit.findings.length)} findings.`);
  print(
    `\nTo look at it: ${CAIRN} up --work ${summary.work}\nTo audit it there: ${CAIRN} audit --work ${summary.work}`,
  );
}
