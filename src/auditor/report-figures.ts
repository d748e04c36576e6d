import type { AuditContext } from "./context.ts";
import { oddsOf } from "./odds.ts";
import type { AuditReport, CheckResult, ExclusionFigures, PollFigures, RoundFigures } from "./report.ts";
import { blobHex, type Value } from "./store/database.ts";

/** The report of an audit whose checks have run. */
export async function reportOf(context: AuditContext, checks: readonly CheckResult[]): Promise<AuditReport> {
  const { database, deployment, findings, head } = context;
  const row = await database.row(
    `SELECT (SELECT count(*) FROM settled) AS settled_days,
       (SELECT coalesce(arg_max(first_drop + drops, seq), 0) FROM ev_anchor) AS next_drop`,
  );
  const notRecomputable = await erasedShare(context);
  return {
    verdict: findings.findings.length === 0 ? "clean" : "findings",
    findings: findings.findings,
    counts: findings.counts,
    checks,
    chain: {
      chainId: deployment.chainId,
      fromBlock: deployment.firstBlock,
      toBlock: head.number,
      settledDays: Number(row.settled_days),
      nextDrop: Number(row.next_drop),
    },
    totals: await totals(context),
    seasons: await oddsOf(context),
    exclusions: await exclusions(context),
    polls: await polls(context),
    rounds: await rounds(context),
    ...(notRecomputable === undefined ? {} : { notRecomputable }),
  };
}

async function totals({ database }: AuditContext): Promise<AuditReport["totals"]> {
  const row = await database.row(
    `SELECT (SELECT count(*) FROM reading) AS readings, (SELECT coalesce(sum(counted_m), 0) FROM reading) AS metres,
       (SELECT count(DISTINCT account) FROM reading) AS accounts,
       (SELECT coalesce(arg_max(total_stones, day), 0) FROM settled) AS stones_settled,
       (SELECT coalesce(sum(units), 0) FROM mint) AS stones_credited,
       (SELECT coalesce(sum(crystals), 0) FROM award) AS crystals_awarded,
       (SELECT coalesce(arg_max(total_crystals, day), 0) FROM settled) AS crystals_settled,
       (SELECT count(*) FROM ev_box) AS boxes_opened`,
  );
  return {
    readings: Number(row.readings),
    metres: Number(row.metres),
    accounts: Number(row.accounts),
    stonesSettled: `${row.stones_settled}`,
    stonesCredited: `${row.stones_credited}`,
    crystalsAwarded: `${row.crystals_awarded}`,
    crystalsSettled: `${row.crystals_settled}`,
    boxesOpened: Number(row.boxes_opened),
  };
}

async function exclusions({ database, head }: AuditContext): Promise<ExclusionFigures[]> {
  const rows = await database.rows("SELECT * FROM exclusion ORDER BY nth");
  return rows.map((row) => ({
    exclusion: Number(row.number),
    account: blobHex(row.account),
    reason: Number(row.reason),
    fromDay: Number(row.from_day),
    untilDay: Number(row.end_day),
    state:
      row.state === "appealed" && head.time > Number(row.decide_by)
        ? "lapsed"
        : (row.state as ExclusionFigures["state"]),
  }));
}

async function polls({ database }: AuditContext): Promise<PollFigures[]> {
  const rows = await database.rows(
    `SELECT p.poll, p.closes_at, coalesce(r.voters, 0) AS voters,
       coalesce((SELECT list(t.weight ORDER BY t.choice) FROM ev_tally t WHERE t.seq = r.seq), []) AS tallies
     FROM ev_poll p LEFT JOIN poll_result r USING (poll) ORDER BY p.poll`,
  );
  return rows.map((row) => ({
    poll: Number(row.poll),
    closesAt: Number(row.closes_at),
    voters: Number(row.voters),
    tallies: (row.tallies as Value[]).map((weight) => `${weight}`),
  }));
}

async function rounds({ database }: AuditContext): Promise<RoundFigures[]> {
  const rows = await database.rows("SELECT round, day, token, amount, accounts FROM ev_round ORDER BY round");
  const changes = await database.rows("SELECT round, kind, amount FROM ev_round_change ORDER BY seq");
  return rows.map((row) => {
    const ofRound = changes.filter(({ round }) => round === row.round);
    const claims = ofRound.filter(({ kind }) => kind === "claimed");
    const end = ofRound.find(({ kind }) => kind !== "claimed")?.kind as "cancelled" | "returned" | undefined;
    return {
      round: Number(row.round),
      day: Number(row.day),
      token: blobHex(row.token),
      amount: row.amount as string,
      accounts: Number(row.accounts),
      claims: claims.length,
      claimed: `${claims.reduce((sum, { amount }) => sum + BigInt(amount as string), 0n)}`,
      state: end ?? "open",
    };
  });
}

/**
 * Erased rows of all files; those of the newest settled day, and what part of its W they were. Erasure is no finding
 * (docs/protocol.md 12.1).
 */
async function erasedShare({ database }: AuditContext): Promise<AuditReport["notRecomputable"]> {
  const row = await database.row(
    `WITH newest AS (SELECT max(day) AS day FROM day_row),
       own AS (SELECT count(*) AS accounts FROM day_row JOIN newest USING (day) WHERE account IS NULL)
     SELECT accounts, CASE accounts WHEN 0 THEN 0 ELSE coalesce(
         (SELECT 1 - any_value(known_w)::DOUBLE / nullif(any_value(everyones), 0)::DOUBLE
          FROM window_metres JOIN newest USING (day)), 1) END AS share,
       (SELECT coalesce(sum(rows), 0) FROM erased) AS rows FROM own`,
  );
  if (row.rows === 0n) return undefined;
  return { rows: Number(row.rows), accounts: Number(row.accounts), shareOfW: Number(row.share) };
}
