import { type BlockHeader, decodeHeader } from "./block-header.ts";
import { compared, judged, type ProofCheck } from "./checks.ts";
import type { EvidenceFile } from "./file.ts";
import type { TimedEvent } from "./history.ts";
import { decodeEvent } from "./programme-events.ts";
import { provenLogs } from "./receipt-trie.ts";

/** What an evidence file proves of the chain, by itself. */
export interface ProvenEvents {
  readonly checks: readonly ProofCheck[];
  readonly blocks: readonly BlockHeader[];
  /** In their order on the chain; those of receipts that are not proven are missing. */
  readonly events: readonly TimedEvent[];
}

/** Decodes the headers and follows each receipt's proof: events come from proven receipts only. */
export async function proveEvents(file: EvidenceFile): Promise<ProvenEvents> {
  const headers = file.blocks.map(decodeHeader);
  const blocks = headers.filter((header) => header !== undefined);
  const byNumber = new Map(blocks.map((block) => [block.number, block]));
  const checks = headers.map((header, at) => checkBlock(header, headers[at - 1], at));
  const events: TimedEvent[] = [];
  let last = -1;
  for (const [at, { block, index, proof }] of file.transactions.entries()) {
    const header = byNumber.get(block);
    const place = block * PLACES_A_BLOCK + index;
    const logs = header && index < PLACES_A_BLOCK ? await provenLogs(header.receiptsRoot, index, proof) : undefined;
    const isProven = logs !== undefined && place > last;
    checks.push(
      judged("transaction-proof", `transactions[${at}]`, isProven, "proven", header ? "not proven" : "no such block"),
    );
    last = Math.max(last, place);
    if (!isProven || header === undefined) continue;
    for (const log of logs) {
      const event = decodeEvent(file.deployment, log);
      if (event !== undefined) events.push({ event, time: header.time });
    }
  }
  return { checks, blocks, events };
}

/** More than any block has transactions. */
const PLACES_A_BLOCK = 2 ** 20;

function checkBlock(header: BlockHeader | undefined, before: BlockHeader | undefined, at: number): ProofCheck {
  const path = `blocks[${at}]`;
  if (header === undefined) return compared("block", path, "a header", "none");
  const isLater = before === undefined || (before.number < header.number && before.time <= header.time);
  return judged("block", path, isLater, "later than the one before", `block ${header.number}, not after it`);
}
