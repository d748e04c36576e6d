import type { Hex } from "../../protocol/codec/bytes.ts";
import { EXCLUSION_STATES, PRIZE_KINDS } from "../../protocol/codec/codes.ts";
import type { AuditContext } from "../context.ts";
import { NEVER } from "../ingest/derive-services.ts";
import { blobHex, type Value } from "../store/database.ts";
import { type Comparison, contractAt, words } from "./state-comparison.ts";

/** What tasks, exclusions, seasons, purses, polls and rounds are by their events, beside what their contracts answer. */
export async function serviceComparisons(context: AuditContext): Promise<Comparison[]> {
  return [
    ...(await taskComparisons(context)),
    ...(await exclusionComparisons(context)),
    ...(await seasonComparisons(context)),
    ...(await purseComparisons(context)),
    ...(await pollComparisons(context)),
    ...(await roundComparisons(context)),
  ];
}

async function taskComparisons(context: AuditContext): Promise<Comparison[]> {
  const book = contractAt(context)("taskBook");
  const rows = await context.database.rows("SELECT * FROM task ORDER BY task");
  return rows.map((row) => ({
    subject: `task ${row.task}`,
    expected: words(row.crystals, row.per_day, row.from_day, row.until_day === NEVER ? 0 : row.until_day),
    read: async () => {
      const args = [Number(row.task)] as const;
      const terms = await context.client.readContract({ ...book, functionName: "termsOf", args });
      return words(terms.crystals, terms.perDay, terms.fromDay, terms.untilDay);
    },
  }));
}

async function exclusionComparisons(context: AuditContext): Promise<Comparison[]> {
  const exclusions = contractAt(context)("exclusions");
  const rows = await context.database.rows(
    `SELECT account, string_agg(concat_ws(', ', number, reason, state, from_day, until_day, decide_by), '; ' ORDER BY nth)
       AS told FROM exclusion GROUP BY account ORDER BY account`,
  );
  return rows.map((row) => ({
    subject: `exclusions of ${blobHex(row.account)}`,
    expected: row.told as string,
    read: async () => {
      const args = [blobHex(row.account)] as const;
      const all = await context.client.readContract({ ...exclusions, functionName: "exclusionsOf", args });
      const told = all.map(({ number, reason, state, fromDay, untilDay, decideBy }) =>
        words(number, reason, EXCLUSION_STATES[state], fromDay, untilDay, decideBy),
      );
      return told.join("; ");
    },
  }));
}

/** The odds, prices and limits of each season still stand as they were fixed (docs/protocol.md 9.1). */
async function seasonComparisons(context: AuditContext): Promise<Comparison[]> {
  const box = contractAt(context)("mineBox");
  const rows = await context.database.rows(
    `SELECT s.season, s.price, s.guarantee, s.guaranteed_tier, s.max_boxes, s.forced_seq IS NOT NULL AS forced,
       coalesce((SELECT arg_max(link, seq) FROM ev_reveal r WHERE r.season = s.season), s.tip) AS tip,
       (SELECT string_agg(concat_ws(', ', t.kind, t.weight, t.amount, t.item), '; ' ORDER BY t.tier)
        FROM ev_tier t WHERE t.season = s.season) AS prizes
     FROM season s ORDER BY s.season`,
  );
  return rows.map((row) => ({
    subject: `season ${row.season}`,
    expected: `${words(row.price, row.guarantee, row.guaranteed_tier, row.max_boxes, row.forced, blobHex(row.tip))}; ${row.prizes}`,
    read: async () => {
      const args = [Number(row.season)] as const;
      const season = await context.client.readContract({ ...box, functionName: "seasonOf", args });
      const prizes = await context.client.readContract({ ...box, functionName: "prizesOf", args });
      const { price, guarantee, guaranteedTier, maxBoxes, forced, tip } = season;
      const table = prizes.map(({ kind, weight, amount, item }) => words(PRIZE_KINDS[kind], weight, amount, item));
      return [words(price, guarantee, guaranteedTier, maxBoxes, forced, tip), ...table].join("; ");
    },
  }));
}

async function purseComparisons(context: AuditContext): Promise<Comparison[]> {
  const box = contractAt(context)("mineBox");
  const rows = await context.database.rows(
    `WITH c AS (SELECT account, sum(crystals) AS crystals FROM crystal_change GROUP BY account),
       b AS (SELECT account, sum(count) AS boxes FROM box_request GROUP BY account),
       k AS (SELECT account, max(credited) AS credited FROM ev_crystals WHERE kind = 'credited' GROUP BY account)
     SELECT account, coalesce(crystals, 0) AS crystals, coalesce(boxes, 0) AS boxes, coalesce(credited, 0) AS credited
     FROM c FULL JOIN b USING (account) FULL JOIN k USING (account) ORDER BY account`,
  );
  return rows.map((row) => ({
    subject: `boxes of ${blobHex(row.account)}`,
    expected: words(row.crystals, row.boxes, row.credited),
    read: async () => {
      const args = [blobHex(row.account)] as const;
      const play = await context.client.readContract({ ...box, functionName: "playOf", args });
      const credited = await context.client.readContract({ ...box, functionName: "creditedOf", args });
      return words(play.crystals, play.boxes, credited);
    },
  }));
}

async function pollComparisons(context: AuditContext): Promise<Comparison[]> {
  const polls = contractAt(context)("polls");
  const rows = await context.database.rows(
    `SELECT r.poll, r.root, r.voters, r.counts_from, list(t.weight ORDER BY t.choice) AS tallies
     FROM poll_result r JOIN ev_tally t ON t.seq = r.seq GROUP BY ALL ORDER BY r.poll`,
  );
  return rows.map((row) => ({
    subject: `poll ${row.poll}`,
    expected: words(blobHex(row.root), row.voters, row.counts_from, ...(row.tallies as Value[])),
    read: async () => {
      const args = [Number(row.poll)] as const;
      const result = await context.client.readContract({ ...polls, functionName: "resultOf", args });
      const tallies = await context.client.readContract({ ...polls, functionName: "talliesOf", args });
      return words(result.root, result.voters, result.countsFrom, ...tallies);
    },
  }));
}

async function roundComparisons(context: AuditContext): Promise<Comparison[]> {
  const rounds = contractAt(context)("benefitRounds");
  const rows = await context.database.rows("SELECT * FROM ev_round ORDER BY round");
  const changes = await context.database.rows("SELECT round, kind, amount FROM ev_round_change");
  const leftOf = (round: Value | undefined, amount: bigint): bigint => {
    const ofRound = changes.filter((change) => change.round === round);
    return ofRound.reduce((left, change) => left - BigInt((change.amount ?? 0) as string), amount);
  };
  const deadlineOf = ({ round, deadline }: (typeof rows)[number]): Value | undefined => {
    const isCancelled = changes.some((change) => change.round === round && change.kind === "cancelled");
    return isCancelled ? 0 : deadline;
  };
  return rows.map((row) => ({
    subject: `round ${row.round}`,
    expected: words(
      ...[blobHex(row.token), row.amount, leftOf(row.round, BigInt(row.amount as string))],
      ...[blobHex(row.root), deadlineOf(row)],
    ),
    read: async () => {
      const args = [Number(row.round)] as const;
      const round = await context.client.readContract({ ...rounds, functionName: "roundOf", args });
      return words(round.token satisfies Hex, round.amount, round.left, round.root, round.deadline);
    },
  }));
}
