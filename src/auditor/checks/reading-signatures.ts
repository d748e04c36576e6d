import type { Check } from "../context.ts";
import { FLAG } from "../hash/row-hash.ts";

/** The device's signature is right under the key that held at the reading's end, in its one accepted form (5.1, 5.3). */
export const readingSignatures: Check = {
  name: "reading signatures",
  async run({ database, findings, fromDay }) {
    const finding = (code: string, flag: number, expected: string, actual: string) =>
      `SELECT '${code}' AS code, at_index(drop_no, position) AS subject, ${expected} AS expected, ${actual} AS actual, block, tx
       FROM fact WHERE day >= ${fromDay} AND flags & ${flag} = ${flag}`;
    await findings.addFrom(
      database,
      [
        finding(
          "READING_SIGNATURE_INVALID",
          FLAG.signature,
          "'a signature by the key of vehicle ' || hx(vehicle)",
          "'none by it'",
        ),
        finding(
          "READING_SIGNATURE_NOT_LOW",
          FLAG.highS,
          "'s in the low half of the order'",
          "(SELECT hx(r.s) FROM reading r WHERE r.drop_no = fact.drop_no AND r.position = fact.position)",
        ),
        finding("READING_KEY_INVALID", FLAG.noKey, "'a device key of ' || hx(vehicle) || ' at ' || ended_at", "'none'"),
      ].join(" UNION ALL "),
    );
    const { readings } = await database.row(`SELECT count(*) AS readings FROM fact WHERE day >= ${fromDay}`);
    return { subjects: Number(readings) };
  },
};
