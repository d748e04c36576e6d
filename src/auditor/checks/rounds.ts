import { DAY_S } from "../../protocol/codec/codes.ts";
import type { AuditContext, Check } from "../context.ts";
import { blobHex, type Value } from "../store/database.ts";
import { ZERO_ADDRESS_SQL } from "../store/zero.ts";

const [LEAST_OPEN_S, MOST_OPEN_S] = [30 * DAY_S, 400 * DAY_S];

/**
 * Benefit rounds are paid in for a day that can no longer be undone and pay every account its part, once and in their time; only
 * what nobody claimed goes back, and all of a round that was cancelled (docs/protocol.md 13.4). Whose part is how large is judged
 * with the parts.
 */
export const rounds: Check = {
  name: "rounds",
  async run(context) {
    const { database } = context;
    await findWrongTerms(context);
    await findWrongChanges(context);
    await findWrongAmounts(context);
    const { subjects } = await database.row(
      "SELECT (SELECT count(*) FROM ev_round) + (SELECT count(*) FROM ev_round_change) AS subjects",
    );
    return { subjects: Number(subjects) };
  },
};

async function findWrongTerms({ database, findings, deployment }: AuditContext): Promise<void> {
  await findings.addFrom(
    database,
    `WITH o AS (SELECT o.*, 'round ' || round AS subject, row_number() OVER (ORDER BY o.seq) AS nth,
         o.time + r.challenge_window_s AS should_claim_from, s.creditable_at,
         coalesce(s.total_stones, 0) + (SELECT coalesce(sum(p.units), 0) FROM prize p WHERE p.seq < o.seq) AS most
       FROM ev_round o JOIN rules_by_day r ON r.day = day_of(${deployment.genesis}, o.time)
       LEFT JOIN (SELECT e.*, x.undone_seq FROM ev_settled e JOIN settlement x USING (seq)) s
         ON s.day = o.day AND s.seq < o.seq AND coalesce(s.undone_seq > o.seq, true))
     SELECT 'ROUND_TERMS_WRONG' AS code, subject, 'round ' || nth || ', from ' || should_claim_from || ' on, to '
         || should_claim_from + ${LEAST_OPEN_S} || ' at least and ' || should_claim_from + ${MOST_OPEN_S} || ' at most' AS expected,
       'from ' || claimable_from || ' on, to ' || deadline AS actual, block, tx
     FROM o WHERE round <> nth OR claimable_from <> should_claim_from
       OR deadline NOT BETWEEN should_claim_from + ${LEAST_OPEN_S} AND should_claim_from + ${MOST_OPEN_S}
     UNION ALL SELECT 'ROUND_TERMS_WRONG', subject, 'a day that can be credited by ' || time,
       coalesce('day ' || day || ', from ' || creditable_at || ' on', 'a day that is not settled'), block, tx
     FROM o WHERE NOT coalesce(creditable_at <= time, false)
     UNION ALL SELECT 'ROUND_TERMS_WRONG', subject, 'weights of 1 to ' || most, total_weight::VARCHAR, block, tx
     FROM o WHERE total_weight NOT BETWEEN 1 AND most AND creditable_at IS NOT NULL`,
  );
}

/**
 * Claims and returns in their time, each once. Claims are by who stands for the account, and paid to whom that one names. What a
 * cancelled round had goes back at any time, and nothing of it is paid.
 */
async function findWrongChanges({ database, findings }: AuditContext): Promise<void> {
  await findings.addFrom(
    database,
    `WITH c AS (SELECT c.*, 'round ' || c.round AS subject, o.claimable_from, o.deadline, coalesce(s.holder, c.account) AS holder,
         row_number() OVER (PARTITION BY c.round, c.kind, c.account ORDER BY c.seq) AS nth,
         (SELECT min(x.seq) FROM ev_round_change x WHERE x.round = c.round AND x.kind = 'cancelled') AS cancelled_seq,
         (SELECT min(x.seq) FROM ev_round_change x WHERE x.round = c.round AND x.kind = 'returned') AS returned_seq
       FROM ev_round_change c LEFT JOIN ev_round o ON o.round = c.round AND o.seq < c.seq
       ASOF LEFT JOIN standing s ON s.account = c.account AND c.seq >= s.from_seq)
     SELECT 'ROUND_CLAIM_WRONG' AS code, subject || ' account ' || hx(account) AS subject,
       'once, from ' || coalesce(claimable_from || ' to ' || deadline, 'an opened round') AS expected,
       'time ' || nth || ', at ' || time AS actual, block, tx
     FROM c WHERE kind = 'claimed' AND (nth > 1 OR NOT coalesce(time BETWEEN claimable_from AND deadline, false)
       OR coalesce(cancelled_seq < seq, false) OR coalesce(returned_seq < seq, false))
     UNION ALL SELECT 'ROUND_CLAIM_WRONG', subject || ' account ' || hx(account), 'by ' || hx(holder), 'by ' || hx(claimant), block, tx
     FROM c WHERE kind = 'claimed' AND claimant <> holder
     UNION ALL SELECT 'ROUND_CLAIM_WRONG', subject || ' account ' || hx(account), 'to somebody', 'to ' || hx(receiver), block, tx
     FROM c WHERE kind = 'claimed' AND receiver = ${ZERO_ADDRESS_SQL}
     UNION ALL SELECT 'ROUND_RETURN_WRONG', subject, 'before ' || coalesce(claimable_from, 0) || ', once', kind || ' at ' || time, block, tx
     FROM c WHERE kind = 'cancelled' AND (nth > 1 OR coalesce(returned_seq < seq, false) OR NOT coalesce(time < claimable_from, false))
     UNION ALL SELECT 'ROUND_RETURN_WRONG', subject, 'after ' || coalesce(deadline, 0) || ' or a cancellation, once',
       kind || ' at ' || time, block, tx
     FROM c WHERE kind = 'returned'
       AND (returned_seq < seq OR NOT (coalesce(time > deadline, false) OR coalesce(cancelled_seq < seq, false)))`,
  );
}

/** Each claim is floor(amount · weight / totalWeight); what returns is the rest. The products pass SQL's 127 bits. */
async function findWrongAmounts({ database, findings }: AuditContext): Promise<void> {
  const rows = await database.rows(
    `SELECT c.round, c.kind, c.account, c.amount, o.amount AS all, o.total_weight, p.weight, c.block, c.tx,
       EXISTS (FROM published f WHERE f.kind = 'round' AND f.number = c.round AND f.loaded)
         AND NOT EXISTS (FROM part e WHERE e.round = c.round AND e.account IS NULL) AS known
     FROM ev_round_change c JOIN ev_round o USING (round)
     LEFT JOIN part p ON p.round = c.round AND p.account = c.account AND c.kind = 'claimed'
     WHERE c.kind <> 'cancelled' ORDER BY c.seq`,
  );
  const left = new Map<number, bigint>();
  for (const row of rows) {
    const round = Number(row.round);
    const before = left.get(round) ?? BigInt(row.all as string);
    const actual = BigInt(row.amount as string);
    left.set(round, before - actual);
    const expected = row.kind === "returned" ? before : shareOf(row);
    if (expected === undefined || expected === actual) continue;
    findings.add({
      code: row.kind === "returned" ? "ROUND_RETURN_WRONG" : "ROUND_CLAIM_WRONG",
      subject: row.kind === "returned" ? `round ${round}` : `round ${round} account ${blobHex(row.account)}`,
      expected: `${expected}`,
      actual: `${actual}`,
      block: Number(row.block),
      transaction: blobHex(row.tx),
    });
  }
}

/** What a claim must pay; undefined when the round's file does not tell. */
function shareOf(row: Record<string, Value>): bigint | undefined {
  if (row.known !== true) return undefined;
  return (BigInt(row.all as string) * ((row.weight ?? 0n) as bigint)) / (row.total_weight as bigint);
}
