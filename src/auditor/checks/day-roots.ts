import { type Hex, ZERO_HASH } from "../../protocol/codec/bytes.ts";
import type { Check } from "../context.ts";
import { groupRoots } from "../hash/group-roots.ts";
import { blobHex } from "../store/database.ts";

/** Both roots of each settled day are those over its published rows' leaves (docs/protocol.md 7.2). */
export const dayRoots: Check = {
  name: "day roots",
  async run({ database, findings, fromDay }) {
    const rootsOf = (leaf: string) =>
      groupRoots(
        database,
        `SELECT day, ${leaf} FROM day_hash
         WHERE day NOT IN (SELECT day FROM day_row WHERE account IS NULL) AND day >= ${fromDay}
         ORDER BY day, ${leaf}`,
      );
    const expected = { metres: await rootsOf("metres_leaf"), stones: await rootsOf("stones_leaf") };
    const days = await database.rows(
      `SELECT day, accounts, metres_root, stones_root, block, tx FROM settled WHERE day >= ${fromDay} ORDER BY day`,
    );
    let judged = 0;
    for (const row of days) {
      const day = Number(row.day);
      for (const tree of ["metres", "stones"] as const) {
        const empty: Hex | undefined = Number(row.accounts) === 0 ? ZERO_HASH : undefined;
        const root = empty ?? expected[tree].get(day);
        const actual = blobHex(row[`${tree}_root`]);
        if (root === undefined) continue;
        judged++;
        if (root === actual) continue;
        const place = { block: Number(row.block), transaction: blobHex(row.tx) };
        findings.add({ code: "DAY_ROOT_WRONG", subject: `day ${day} ${tree}`, expected: root, actual, ...place });
      }
    }
    const open = 2 * days.length - judged;
    return {
      subjects: judged,
      ...(open > 0 ? { note: `${open} roots not judged: files are missing, damaged or partly erased` } : {}),
    };
  },
};
