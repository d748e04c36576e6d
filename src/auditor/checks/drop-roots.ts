import type { Check } from "../context.ts";

/** Each drop's root is the one over the leaves of its published rows (docs/protocol.md 6.1). */
export const dropRoots: Check = {
  name: "drop roots",
  async run({ database, findings, fromDay }) {
    await findings.addFrom(
      database,
      `SELECT 'DROP_ROOT_WRONG' AS code, 'drop ' || drop_no AS subject, hx(r.root) AS expected, hx(a.root) AS actual, block, tx
       FROM anchored a JOIN drop_root r USING (drop_no) WHERE day_of_drop(drop_no) >= ${fromDay} AND r.root <> a.root`,
    );
    const row = await database.row(
      `SELECT count(r.drop_no) AS judged, count(*) - count(r.drop_no) AS open
       FROM anchored a LEFT JOIN drop_root r USING (drop_no) WHERE NOT empty AND day_of_drop(drop_no) >= ${fromDay}`,
    );
    const note = `${row.open} drops not judged: their files are missing, damaged or partly erased`;
    return { subjects: Number(row.judged), ...(row.open === 0n ? {} : { note }) };
  },
};
