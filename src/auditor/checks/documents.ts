import type { Check } from "../context.ts";
import type { Document } from "../ingest/documents.ts";
import { hexOf, wholeOf } from "../json.ts";
import type { Cell } from "../store/database.ts";

type Members = Readonly<Record<string, unknown>>;

/** What documents say that stands on the chain, too, in the order of the query below. Texts of other types say nothing of it. */
const TERMS: Readonly<Record<string, (said: Members) => readonly unknown[]>> = {
  "cairn.task/1": ({ crystals, perDay, fromDay, untilDay }) => [crystals, perDay, fromDay, untilDay].map(wholeOf),
  "cairn.poll/1": ({ options, weighting, snapshotDay, opensAt, closesAt }) => [
    (options as readonly unknown[]).length,
    weighting,
    ...[snapshotDay, opensAt, closesAt].map(wholeOf),
  ],
  "cairn.round/1": ({ token, amount, day, deadline }) => [
    hexOf(token, 20),
    BigInt(amount as string),
    ...[day, deadline].map(wholeOf),
  ],
};

/**
 * Tasks, polls and benefit rounds have the terms that the text says whose hash they name: what owners read is what holds
 * (docs/protocol.md 13).
 */
export const documents: Check = {
  name: "documents",
  async run(context) {
    const { database, findings } = context;
    if (context.documents === undefined) return { subjects: 0, ran: false, note: "no documents were given" };
    await database.append("document_terms", context.documents.flatMap(termsIn));
    await findings.addFrom(database, `SELECT 'DOCUMENT_BROKEN' AS code, * FROM (${COMPARED}) WHERE expected <> actual`);
    const row = await database.row(`SELECT count(*) AS subjects FROM (${COMPARED})`);
    return { subjects: Number(row.subjects) };
  },
};

/** What stands on the chain beside what its document says. A task that was ended keeps the terms that it was defined with. */
const COMPARED = `WITH stated AS (
      SELECT 'task ' || task AS subject, content_hash AS hash, concat_ws(', ', crystals, per_day, from_day, until_day) AS actual,
        block, tx FROM ev_task WHERE kind = 'defined'
      UNION ALL SELECT 'poll ' || poll, content_hash, concat_ws(', ', options,
        CASE weighting WHEN 0 THEN 'account' ELSE 'stones' END, snapshot_day, opens_at, closes_at), block, tx FROM ev_poll
      UNION ALL SELECT 'round ' || round, content_hash, concat_ws(', ', hx(token), amount, day, deadline), block, tx FROM ev_round)
    SELECT subject, d.terms AS expected, actual, block, tx FROM stated JOIN document_terms d USING (hash)`;

/** A document's terms as one text; nothing for one that has none. */
function termsIn({ hash, value }: Document): Cell[][] {
  try {
    const said = value as Members;
    const terms = TERMS[String(said.type)]?.(said);
    return terms === undefined ? [] : [[hash, terms.join(", ")]];
  } catch {
    // What nobody can read says nothing that could be broken.
    return [];
  }
}
