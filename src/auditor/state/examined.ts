import { DROPS_PER_DAY } from "../../protocol/codec/codes.ts";
import type { AuditContext } from "../context.ts";
import { FILE_KINDS, KINDS } from "../ingest/file-kinds.ts";
import type { Resumed } from "../report.ts";
import { stampState } from "./state-file.ts";

/**
 * Takes over what was recomputed from files that are the same: bytes, and the device keys that their readings were judged
 * by. All of it follows from these alone, and everything else is judged anew.
 */
export async function reuseExamined({ database, fromDay }: AuditContext): Promise<Omit<Resumed, "anew">> {
  await database.run(
    `CREATE TABLE examined AS
     WITH keys AS (SELECT r.drop_no AS number, (r.drop_no >= ${fromDay * DROPS_PER_DAY})::VARCHAR || ' ' ||
         sha256(string_agg(coalesce(hex(k.x) || hex(k.y), 'none'), ' ' ORDER BY r.position)) AS depends_on
       FROM reading r LEFT JOIN device_key k
         ON k.vehicle = r.vehicle AND k.valid_from <= r.ended_at AND r.ended_at < k.valid_until GROUP BY r.drop_no)
     SELECT p.kind, p.number, p.sha256, coalesce(keys.depends_on, '') AS depends_on
     FROM published p LEFT JOIN keys ON p.kind = 'drop' AND keys.number = p.number WHERE p.loaded`,
  );
  await database.run(
    "INSERT INTO reused SELECT e.kind, e.number FROM examined e JOIN state.examined USING (kind, number, sha256, depends_on)",
  );
  for (const kind of KINDS) {
    const { hashes, number } = FILE_KINDS[kind];
    await database.run(
      `INSERT INTO ${hashes} SELECT * FROM state.${hashes}
       WHERE ${number} IN (SELECT number FROM reused WHERE kind = '${kind}')`,
    );
  }
  const row = await database.row(
    "SELECT (SELECT count(*) FROM examined) AS files, (SELECT count(*) FROM reused) AS reused",
  );
  const changed = await database.rows(
    `SELECT p.path FROM published p JOIN state.examined s USING (kind, number) WHERE p.sha256 <> s.sha256 ORDER BY p.path`,
  );
  return {
    files: Number(row.files),
    reused: Number(row.reused),
    changed: changed.map(({ path }) => path as string),
  };
}

/** Keeps what was recomputed, for the next audit: all of it or, when the audit is stopped meanwhile, nothing. */
export async function keepExamined(context: AuditContext): Promise<void> {
  const { database } = context;
  await database.run("BEGIN");
  for (const kind of KINDS) {
    const { hashes, number } = FILE_KINDS[kind];
    const others = `WHERE ${number} NOT IN (SELECT number FROM reused WHERE kind = '${kind}')`;
    await database.run(`DELETE FROM state.${hashes} ${others}`);
    await database.run(`INSERT INTO state.${hashes} SELECT * FROM ${hashes} ${others}`);
  }
  await database.run("DELETE FROM state.examined");
  await database.run("INSERT INTO state.examined FROM examined");
  await stampState(context);
  await database.run("COMMIT");
}
