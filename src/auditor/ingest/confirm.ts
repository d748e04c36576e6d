import type { AuditContext } from "../context.ts";
import { groupRoots } from "../hash/group-roots.ts";
import type { FileKind } from "../hash/layout.ts";
import { FLAG } from "../hash/row-hash.ts";
import { FILE_KINDS, KINDS } from "./file-kinds.ts";

/**
 * Takes files out again that have a row which is not what its own hash says: such rows are not what was committed to, and
 * whatever was judged from them would be judged wrongly. Then works out each drop's root.
 */
export async function confirmRows(context: AuditContext): Promise<void> {
  for (const kind of KINDS) await rejectFiles(context, kind);
  const { database } = context;
  // A drop with an erased row, or without one of its files, cannot be recomputed.
  const roots = await groupRoots(
    database,
    `WITH leaves AS (SELECT drop_no, leaf FROM reading_hash UNION ALL SELECT drop_no, leaf FROM award_hash),
       open AS (SELECT drop_no FROM reading WHERE account IS NULL UNION SELECT drop_no FROM award WHERE account IS NULL
         UNION SELECT w.number FROM wanted_file w LEFT JOIN published p USING (path)
         WHERE w.kind IN ('drop', 'award') AND NOT coalesce(p.loaded, false))
     SELECT drop_no, leaf FROM leaves WHERE drop_no NOT IN (SELECT drop_no FROM open) ORDER BY drop_no, leaf`,
  );
  await database.append("drop_root", roots);
}

async function rejectFiles({ database, findings }: AuditContext, kind: FileKind): Promise<void> {
  const { rows, hashes, number } = FILE_KINDS[kind];
  await findings.addFrom(
    database,
    `SELECT 'FILE_ROW_HASH_WRONG' AS code, w.path || ' row ' || h.position AS subject,
       'the hash of its columns' AS expected, hx(r.row_hash) AS actual, w.block, w.tx
     FROM ${hashes} h JOIN ${rows} r USING (${number}, position)
     JOIN wanted_file w ON w.kind = '${kind}' AND w.number = h.${number}
     WHERE h.flags & ${FLAG.rowHash} = ${FLAG.rowHash} AND w.judged`,
  );
  await database.run(
    `UPDATE published SET loaded = false WHERE kind = '${kind}'
     AND number IN (SELECT ${number} FROM ${hashes} WHERE flags & ${FLAG.rowHash} = ${FLAG.rowHash})`,
  );
  const rejected = `SELECT number FROM published WHERE kind = '${kind}' AND NOT loaded`;
  for (const table of [rows, hashes]) await database.run(`DELETE FROM ${table} WHERE ${number} IN (${rejected})`);
}
