import type { PollRecord } from "../chain/read/polls.ts";
import { readIsReceiptKey } from "../chain/read/rules.ts";
import { recoveredSigner } from "../evidence/recovered-signer.ts";
import { signingDomain, typedDigest } from "../protocol/index.ts";
import type { VoteReceiptFacts } from "./check-vote.ts";
import type { SdkContext } from "./context.ts";
import type { VoteFile } from "./vote-file.ts";

/** What the chain says of a vote's receipt. @throws CHAIN_UNREACHABLE. */
export async function readReceiptFacts(
  { chain, deployment }: SdkContext,
  { receipt, receiptSignature }: VoteFile,
  { opensAt, closesAt }: PollRecord,
): Promise<VoteReceiptFacts> {
  const digest = typedDigest(signingDomain(deployment, "VoteReceipt"), "VoteReceipt", receipt);
  const receiptSigner = await recoveredSigner(digest, receiptSignature);
  const isReceiptKey =
    receiptSigner !== undefined && (await readIsReceiptKey(chain, deployment, receiptSigner, receipt.receivedAt));
  return { deployment, opensAt, closesAt, receiptSigner, isReceiptKey };
}
