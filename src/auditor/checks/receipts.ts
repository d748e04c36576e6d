import type { Hex } from "../../protocol/codec/bytes.ts";
import { DROP_S } from "../../protocol/codec/codes.ts";
import { signingDomain } from "../../protocol/codec/deployment.ts";
import { typedDigest } from "../../protocol/codec/eip712.ts";
import type { Receipt } from "../../protocol/codec/reading.ts";
import type { AuditContext, Check } from "../context.ts";
import { readReceipts } from "../ingest/receipts.ts";
import { keysOverlapping } from "../receipt-keys.ts";
import type { Cell } from "../store/database.ts";

/** What owners were promised: each receipted reading stands in its drop, anchored by the deadline (docs/protocol.md 5.4, 6.2). */
export const receipts: Check = {
  name: "receipts",
  async run(context) {
    const { receiptsDir } = context;
    if (receiptsDir === undefined) return { subjects: 0, ran: false, note: "no receipts were given" };
    const given = await readReceipts(context, receiptsDir);
    const domain = signingDomain(context.deployment, "Receipt");
    const signers = await context.pool.recoverSigners(
      given.readings.map(({ receipt, signature }) => ({
        digest: typedDigest(domain, "Receipt", receipt),
        signature,
      })),
    );
    const rows: Cell[][] = [];
    for (const [i, { file, receipt }] of given.readings.entries()) {
      if (!(await isGenuine(context, receipt, signers[i]))) continue;
      const { readingDigest, account, drop, deadline } = receipt;
      rows.push([file, readingDigest, account, drop, deadline]);
    }
    await context.database.append("receipt", rows);
    await findBroken(context);
    return { subjects: given.readings.length };
  },
};

/** Whether a receipt key signed it that was valid in its drop; says so when not. */
async function isGenuine(context: AuditContext, receipt: Receipt, signer: Hex | undefined): Promise<boolean> {
  const start = context.deployment.genesis + DROP_S * receipt.drop;
  const keys = await keysOverlapping(context, start, start + DROP_S);
  if (signer !== undefined && keys.includes(signer)) return true;
  context.findings.add({
    code: "RECEIPT_INVALID",
    subject: `receipt ${receipt.readingDigest}`,
    expected: `a receipt key: ${keys.join(", ") || "there is none"}`,
    actual: signer ?? "no signature",
  });
  return false;
}

async function findBroken({ database, findings, deployment, head, fromDay }: AuditContext): Promise<void> {
  const { genesis } = deployment;
  await findings.addFrom(
    database,
    `WITH p AS (SELECT DISTINCT * EXCLUDE (file), 'receipt ' || hx(digest) AS subject FROM receipt
         WHERE day_of_drop(drop_no) >= ${fromDay}),
       -- A supersession may anchor the same root again: the promise was kept the first time.
       a AS (SELECT e.block, e.tx, e.time, r.drop_no FROM anchored l JOIN ev_anchor_root r USING (drop_no, root)
         JOIN ev_anchor e ON e.seq = r.seq QUALIFY row_number() OVER (PARTITION BY r.drop_no ORDER BY r.seq) = 1),
       j AS (SELECT p.*, a.block, a.tx, a.time, f.leaf IS NOT NULL AS stands,
           p.drop_no IN (SELECT drop_no FROM gap_drop) OR p.drop_no IN (SELECT drop_no FROM reading WHERE vehicle IS NULL) AS open
         FROM p LEFT JOIN a USING (drop_no)
         LEFT JOIN fact f ON f.drop_no = p.drop_no AND f.digest = p.digest AND f.account = p.account)
     SELECT 'RECEIPT_BROKEN' AS code, subject, 'the reading in drop ' || drop_no AS expected, 'it does not stand there' AS actual,
       block, tx FROM j WHERE time IS NOT NULL AND NOT stands AND NOT open
     UNION ALL SELECT 'RECEIPT_LATE', subject, 'anchored by ' || deadline, coalesce('at ' || time, 'not yet, at ${head.time}'),
       block, tx FROM j WHERE CASE WHEN time IS NULL THEN ${head.time} > deadline ELSE stands AND time > deadline END
     UNION ALL SELECT 'RECEIPT_DEADLINE_WRONG', subject,
       'by ' || drop_start(${genesis}, j.drop_no + 1) + r.receipt_deadline_s, 'by ' || deadline, block, tx
     FROM j JOIN rules_by_day r ON r.day = day_of_drop(j.drop_no)
     WHERE deadline > drop_start(${genesis}, j.drop_no + 1) + r.receipt_deadline_s`,
  );
}
