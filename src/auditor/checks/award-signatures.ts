import type { AuditContext, Check } from "../context.ts";
import type { SignedDigest } from "../hash/signers.ts";
import { blobHex, type Cell } from "../store/database.ts";

/** Signatures that are recovered before they are written. */
const AT_ONCE = 4_096;

/** Half of secp256k1's group order (SEC 2): the largest s of the one accepted form. */
const HALF_ORDER = "unhex('7fffffffffffffffffffffffffffffff5d576e7357a4501ddfe92f46681b20a0')";

/** Each award is signed, in the one accepted form, by a task key that held when it was awarded (docs/protocol.md 13.1). */
export const awardSignatures: Check = {
  name: "award signatures",
  async run(context) {
    const { database, findings, fromDay } = context;
    const { awards } = await database.row(`SELECT count(*) AS awards FROM award_fact WHERE day >= ${fromDay}`);
    for (let from = 0; from < Number(awards); from += AT_ONCE) await recover(context, from);
    await findings.addFrom(
      database,
      `SELECT 'AWARD_SIGNATURE_INVALID' AS code, 'award ' || at_index(f.drop_no, f.position) AS subject,
         'a task key of ' || f.awarded_at || ', s in the low half, v 27 or 28' AS expected, coalesce(hx(s.signer), 'no signature') AS actual, f.block, f.tx
       FROM award_signer s JOIN award_fact f USING (drop_no, position)
       WHERE f.s > ${HALF_ORDER} OR f.v NOT IN (27, 28) OR NOT EXISTS (FROM task_key k
         WHERE k.signer = s.signer AND k.valid_from <= f.awarded_at AND f.awarded_at < k.valid_until)`,
    );
    return { subjects: Number(awards) };
  },
};

async function recover({ database, pool, fromDay }: AuditContext, from: number): Promise<void> {
  const rows = await database.rows(
    `SELECT drop_no, position, digest, r, s, v FROM award_fact WHERE day >= ${fromDay}
     ORDER BY drop_no, position LIMIT ${AT_ONCE} OFFSET ${from}`,
  );
  const signed = rows.map((row): SignedDigest => {
    // One byte; a larger v is none and recovers nobody.
    const v = Number(row.v) > 0xff ? 0 : Number(row.v);
    const signature = `${blobHex(row.r)}${blobHex(row.s).slice(2)}${v.toString(16).padStart(2, "0")}` as const;
    return { digest: blobHex(row.digest), signature };
  });
  const signers = await pool.recoverSigners(signed);
  const cells = rows.map((row, i): Cell[] => [row.drop_no as bigint, row.position as bigint, signers[i] ?? null]);
  await database.append("award_signer", cells);
}
