import { signingDomain } from "../../protocol/codec/deployment.ts";
import { typedDigest } from "../../protocol/codec/eip712.ts";
import type { AuditContext, Check } from "../context.ts";
import { readReceipts } from "../ingest/receipts.ts";
import { keysOverlapping } from "../receipt-keys.ts";
import type { Cell } from "../store/database.ts";

/**
 * Each vote whose receipt an owner kept is counted (docs/protocol.md 13.2). A receipt does not name its poll: its vote must stand
 * among those of a poll that was open when it was received, unless one of them has no result that could be judged yet.
 */
export const voteReceipts: Check = {
  name: "vote receipts",
  async run(context) {
    const { database, findings, receiptsDir, head } = context;
    if (receiptsDir === undefined) return { subjects: 0, ran: false, note: "no receipts were given" };
    const subjects = await loadGenuine(context, receiptsDir);
    await findings.addFrom(
      database,
      `WITH r AS (SELECT DISTINCT digest, received_at FROM vote_receipt),
       p AS (SELECT p.poll, p.opens_at, p.closes_at, j.poll IS NOT NULL AND j.known AND NOT j.erased AS judged
         FROM ev_poll p LEFT JOIN judged_poll j USING (poll))
       SELECT 'VOTE_RECEIPT_BROKEN' AS code, 'vote ' || hx(r.digest) AS subject,
         coalesce('counted in poll ' || (SELECT string_agg(p.poll, ' or ' ORDER BY p.poll) FROM p
           WHERE p.opens_at <= r.received_at AND r.received_at < p.closes_at), 'a poll open at ' || r.received_at) AS expected,
         'not counted at ${head.time}' AS actual, NULL::BIGINT AS block, NULL::BLOB AS tx
       FROM r WHERE r.digest NOT IN (SELECT digest FROM vote_hash)
         AND NOT EXISTS (FROM p WHERE p.opens_at <= r.received_at AND r.received_at < p.closes_at AND NOT p.judged)`,
    );
    return { subjects };
  },
};

/** Fills `vote_receipt` with those that a receipt key of their time signed; the others are findings. */
async function loadGenuine(context: AuditContext, folder: string): Promise<number> {
  const { votes } = await readReceipts(context, folder);
  const domain = signingDomain(context.deployment, "VoteReceipt");
  const signers = await context.pool.recoverSigners(
    votes.map(({ receipt, signature }) => ({ digest: typedDigest(domain, "VoteReceipt", receipt), signature })),
  );
  const rows: Cell[][] = [];
  for (const [i, { file, receipt }] of votes.entries()) {
    const signer = signers[i];
    const keys = await keysOverlapping(context, receipt.receivedAt, receipt.receivedAt + 1);
    if (signer !== undefined && keys.includes(signer)) {
      rows.push([file, receipt.voteDigest, receipt.receivedAt]);
      continue;
    }
    context.findings.add({
      code: "VOTE_RECEIPT_INVALID",
      subject: `vote ${receipt.voteDigest}`,
      expected: `a receipt key: ${keys.join(", ") || "there is none"}`,
      actual: signer ?? "no signature",
    });
  }
  await context.database.append("vote_receipt", rows);
  return votes.length;
}
