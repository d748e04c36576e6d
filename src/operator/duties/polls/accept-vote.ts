import type { Hex } from "../../../protocol/codec/bytes.ts";
import { signingDomain } from "../../../protocol/codec/deployment.ts";
import { typedDigest } from "../../../protocol/codec/eip712.ts";
import { CairnError } from "../../../protocol/errors.ts";
import type { Signer } from "../../../service/signer.ts";
import type { ChainSnapshot, DutyContext } from "../../duty.ts";
import { requireOwnerSignature } from "../../owner-signatures.ts";
import type { Db } from "../../store/open.ts";
import { type Poll, readPoll } from "./polls.ts";
import { weightOf } from "./weight.ts";

/** A vote as it comes over HTTP. */
export interface DeliveredVote {
  readonly vote: { readonly poll: number; readonly account: Hex; readonly option: number; readonly castAt: number };
  /** `kind ‖ data` (docs/protocol.md 2.3). */
  readonly signature: Hex;
}

/** The signed promise that a vote is among those that are counted. */
export interface AcknowledgedVote {
  readonly receipt: { readonly voteDigest: Hex; readonly receivedAt: number };
  readonly receiptSignature: Hex;
}

function rejected(explanation: string): never {
  throw new CairnError("INTENT_REJECTED", explanation);
}

/**
 * Takes a vote: judged, stored, and then acknowledged. The same vote again gets the same receipt; another one of the account is
 * refused, since the first counts.
 * @throws NOT_FOUND for an unknown poll, INTENT_INVALID when the signature is not the account's, INTENT_REJECTED when the poll is
 * not open, the account has no vote in it or has voted; CHAIN_UNREACHABLE.
 */
export async function acceptVote(
  context: DutyContext,
  signer: Signer,
  { vote, signature }: DeliveredVote,
): Promise<AcknowledgedVote> {
  const { store, deployment } = context;
  const snapshot = context.snapshot();
  if (snapshot === undefined) throw new CairnError("CHAIN_UNREACHABLE", "not caught up yet");
  const digest = typedDigest(signingDomain(deployment, "Vote"), "Vote", vote);
  const known = await findVote(store.db, digest);
  if (known !== undefined) return acknowledged(known);
  const poll = await readPoll(store.db, vote.poll);
  requireOpen(poll, vote, snapshot);
  const weight = await weightOf(context, snapshot, { poll, account: vote.account });
  await requireOwnerSignature(context, { account: vote.account, digest, signature });
  const receivedAt = snapshot.head.time;
  const receipt = { voteDigest: digest, receivedAt };
  const receiptSignature = signer.sign(typedDigest(signingDomain(deployment, "VoteReceipt"), "VoteReceipt", receipt));
  await store.transaction(async (tx) => {
    // Both may have come to be since they were looked at.
    const counted = await tx.selectFrom("poll_counts").select("poll").where("poll", "=", vote.poll).executeTakeFirst();
    if (counted !== undefined) rejected("the poll is closed");
    const earlier = await findVoteOf(tx, vote.poll, vote.account);
    if (earlier !== undefined && earlier !== digest) rejected("the account has voted");
    await tx
      .insertInto("votes")
      .values({
        ...{ digest, poll: vote.poll, account: vote.account, option: vote.option, cast_at: vote.castAt, signature },
        ...{ weight: weight.toString(), received_at: receivedAt, receipt_signature: receiptSignature },
        participation: null,
      })
      .onConflict((conflict) => conflict.column("digest").doNothing())
      .execute();
  });
  context.wake();
  return acknowledged((await findVote(store.db, digest)) as StoredVote);
}

function requireOpen(poll: Poll, vote: DeliveredVote["vote"], { head }: ChainSnapshot): void {
  const { opens_at, closes_at, options } = poll;
  if (vote.option >= options) rejected(`there is no option ${vote.option}`);
  if (head.time < opens_at || head.time >= closes_at) rejected("the poll is not open");
  if (vote.castAt < opens_at || vote.castAt >= closes_at) rejected("the vote is cast outside the poll's time");
}

interface StoredVote {
  readonly digest: Hex;
  readonly received_at: number;
  readonly receipt_signature: Hex;
}

function findVote(db: Db, digest: Hex): Promise<StoredVote | undefined> {
  const columns = ["digest", "received_at", "receipt_signature"] as const;
  return db.selectFrom("votes").select(columns).where("digest", "=", digest).executeTakeFirst();
}

async function findVoteOf(db: Db, poll: number, account: Hex): Promise<Hex | undefined> {
  const found = db.selectFrom("votes").select("digest").where("poll", "=", poll).where("account", "=", account);
  return (await found.executeTakeFirst())?.digest;
}

function acknowledged({ digest, received_at, receipt_signature }: StoredVote): AcknowledgedVote {
  return { receipt: { voteDigest: digest, receivedAt: received_at }, receiptSignature: receipt_signature };
}
