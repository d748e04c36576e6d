import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { simulate } from "../../src/cli/simulate/simulate.ts";
import type { SimulationSummary } from "../../src/cli/simulate/summary.ts";

/** What a simulated programme was, and what the auditor said of it. */
export interface SeedOutcome {
  readonly seed: string;
  /** How often each kind of event occurred. */
  readonly events: Readonly<Record<string, number>>;
  /** Kinds that had to occur and did not. */
  readonly absent: readonly string[];
  /** Findings, each as code and subject; there should be none. */
  readonly findings: readonly string[];
  readonly surprises: number;
  readonly seconds: number;
}

/** Kinds of which a small programme may have none: cars are out of reach, and wrong on purpose, by chance. */
const BY_CHANCE = ["late", "refused"];

/** Simulates a programme with everything in play, and audits it with all receipts and documents. */
export async function trySeed(seed: string, size: { vehicles: number; days: number }): Promise<SeedOutcome> {
  const folder = await mkdtemp(join(tmpdir(), "cairn-seed-"));
  try {
    const work = join(folder, "work");
    const { summary } = await simulate({ ...size, seed, work, quiet: true, keepReceipts: true });
    const events = eventsOf(summary);
    return {
      ...{
        seed,
        events,
        absent: Object.keys(events).filter((kind) => !BY_CHANCE.includes(kind) && events[kind] === 0),
      },
      findings: summary.audit.findings.map(({ code, subject }) => `${code} ${subject}`),
      ...{ surprises: summary.readings.surprises, seconds: summary.seconds },
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** How often everything happened that a programme can have. */
function eventsOf({ readings, orders, services, scenario, ...summary }: SimulationSummary): Record<string, number> {
  const { awards, boxes, polls, milestones, rounds, exclusions, upgrades } = services;
  const sum = (counts: Readonly<Record<string, number>>) => Object.values(counts).reduce((all, one) => all + one, 0);
  return {
    readings: readings.accepted,
    late: readings.late,
    refused: sum(readings.refused),
    "settled days": summary.settledDays,
    withdrawals: scenario.consentsWithdrawn,
    sales: scenario.carsSold,
    orders: orders.placed,
    refunds: orders.refunded,
    upgrades,
    awards,
    boxes: boxes.requested,
    forced: boxes.forced,
    votes: polls.votes,
    milestones: sum(milestones),
    claims: rounds.claims,
    exclusions: sum(exclusions),
    appeals: (exclusions.lifted ?? 0) + (exclusions.lapsed ?? 0),
  };
}
