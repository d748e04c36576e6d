import type { AuditContext } from "../context.ts";
import { FLAG } from "../hash/examine-drop.ts";
import { groupRoots } from "../hash/group-roots.ts";

/**
 * Takes files out again that have a row which is not what its own hash says: such rows are not what was committed to, and
 * whatever was judged from them would be judged wrongly. Then works out each drop's root.
 */
export async function confirmRows(context: AuditContext): Promise<void> {
  await rejectFiles(context, { kind: "drop", rows: "reading", hashes: "reading_hash", number: "drop_no" });
  await rejectFiles(context, { kind: "day", rows: "day_row", hashes: "day_hash", number: "day" });
  const { database } = context;
  // A drop with an erased row cannot be recomputed.
  const roots = await groupRoots(
    database,
    `SELECT drop_no, leaf FROM reading_hash
     WHERE drop_no NOT IN (SELECT drop_no FROM reading WHERE vehicle IS NULL) ORDER BY drop_no, leaf`,
  );
  await database.append("drop_root", roots);
}

async function rejectFiles(
  { database, findings, fromDay }: AuditContext,
  of: { kind: string; rows: string; hashes: string; number: string },
): Promise<void> {
  const { kind, rows, hashes, number } = of;
  const place = kind === "drop" ? "anchored" : "settled";
  const day = kind === "drop" ? "day_of_drop(drop_no)" : "day";
  await findings.addFrom(
    database,
    `SELECT 'FILE_ROW_HASH_WRONG' AS code, p.path || ' row ' || h.position AS subject,
       'the hash of its columns' AS expected, hx(r.row_hash) AS actual, a.block, a.tx
     FROM ${hashes} h JOIN ${rows} r USING (${number}, position) JOIN ${place} a USING (${number})
     JOIN published p ON p.kind = '${kind}' AND p.number = h.${number}
     WHERE h.flags & ${FLAG.rowHash} = ${FLAG.rowHash} AND ${day} >= ${fromDay}`,
  );
  await database.run(
    `UPDATE published SET loaded = false WHERE kind = '${kind}'
     AND number IN (SELECT ${number} FROM ${hashes} WHERE flags & ${FLAG.rowHash} = ${FLAG.rowHash})`,
  );
  const rejected = `SELECT number FROM published WHERE kind = '${kind}' AND NOT loaded`;
  for (const table of [rows, hashes]) await database.run(`DELETE FROM ${table} WHERE ${number} IN (${rejected})`);
}
