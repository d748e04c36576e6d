import { type ChainClient, reach } from "../../chain/client.ts";
import { CairnError } from "../../protocol/errors.ts";
import type { AuditContext } from "../context.ts";

/** The block at which the chain is judged. @throws CHAIN_UNREACHABLE. */
export async function readHeadBlock(client: ChainClient): Promise<AuditContext["head"]> {
  const block = await reach(client.getBlock({ blockTag: "latest" }));
  return { number: Number(block.number), hash: block.hash, time: Number(block.timestamp) };
}

/**
 * Events were read in pieces: they belong together only if the audited head still stands at the end.
 * @throws CHAIN_MISMATCH when it does not, CHAIN_UNREACHABLE.
 */
export async function assertNoReorganisation({ client, head }: Pick<AuditContext, "client" | "head">): Promise<void> {
  const block = await reach(client.getBlock({ blockNumber: BigInt(head.number) }));
  if (block.hash === head.hash) return;
  throw new CairnError(
    "CHAIN_MISMATCH",
    `the chain was reorganised at block ${head.number} during the audit: run it again`,
  );
}
