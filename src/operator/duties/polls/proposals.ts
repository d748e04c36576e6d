import { concatBytes, fromHex, type Hex } from "../../../protocol/codec/bytes.ts";
import { DAY_S } from "../../../protocol/codec/codes.ts";
import { signingDomain } from "../../../protocol/codec/deployment.ts";
import { typedDigest } from "../../../protocol/codec/eip712.ts";
import { keccak } from "../../../protocol/codec/keccak.ts";
import { CairnError } from "../../../protocol/errors.ts";
import { dayOf } from "../../../protocol/schedule.ts";
import type { DutyContext } from "../../duty.ts";
import { requireOwnerSignature } from "../../owner-signatures.ts";
import type { Db, Tx } from "../../store/open.ts";
import { heldVehicleAt } from "../../vehicles/holdings.ts";

/** What ideas are asked for; a topic's code is its place. */
export const TOPICS = ["naming", "logo", "feature"] as const;
/** Proposals of one account on one day. */
const MOST_PER_DAY = 20;
/** Proposals of one page. */
const PAGE = 100;

const utf8 = new TextEncoder();

/** A proposal as it comes over HTTP. */
export interface DeliveredProposal {
  readonly proposal: {
    readonly account: Hex;
    readonly topic: number;
    readonly contentHash: Hex;
    readonly submittedAt: number;
  };
  readonly text: string;
  /** 32 random bytes: with salt and text deleted, nobody can tell what the hash is of. */
  readonly salt: Hex;
  /** `kind ‖ data` (docs/protocol.md 2.3). */
  readonly signature: Hex;
}

function rejected(explanation: string): never {
  throw new CairnError("INTENT_REJECTED", explanation);
}

/** The hash that an owner signs in a proposal: `keccak256(salt ‖ text)`. */
function proposalHash(salt: Hex, text: string): Hex {
  return keccak(concatBytes(fromHex(salt, 32), utf8.encode(text)));
}

/**
 * Takes a proposal; the same again is only looked up.
 * @returns Its id: the EIP-712 digest.
 * @throws INTENT_INVALID when hash or signature are wrong, INTENT_REJECTED when it is not of today, the account holds no vehicle or
 * has made too many; CHAIN_UNREACHABLE.
 */
export async function acceptProposal(context: DutyContext, delivered: DeliveredProposal): Promise<Hex> {
  const { store, deployment } = context;
  const { proposal, text, salt, signature } = delivered;
  const snapshot = context.snapshot();
  if (snapshot === undefined) throw new CairnError("CHAIN_UNREACHABLE", "not caught up yet");
  const { time } = snapshot.head;
  const digest = typedDigest(signingDomain(deployment, "Proposal"), "Proposal", proposal);
  if (await isKnown(store.db, digest)) return digest;
  if (TOPICS[proposal.topic] === undefined) rejected(`there is no topic ${proposal.topic}`);
  if (proposalHash(salt, text) !== proposal.contentHash)
    throw new CairnError("INTENT_INVALID", "the hash is of another text");
  if (proposal.submittedAt > time || proposal.submittedAt < time - DAY_S) rejected("it is not of the last day");
  const isOwner = await heldVehicleAt(store.db, proposal.account, snapshot.final.time);
  if (!isOwner) rejected("the account holds no vehicle");
  await requireOwnerSignature(context, { account: proposal.account, digest, signature });
  const day = dayOf(deployment.genesis, time);
  await store.transaction(async (tx) => {
    await requireRoom(tx, proposal.account, day);
    await tx
      .insertInto("proposals")
      .values({
        ...{ digest, account: proposal.account, topic: proposal.topic, content_hash: proposal.contentHash },
        ...{ submitted_at: proposal.submittedAt, signature, received_at: time, day, salt, text, participation: null },
      })
      .onConflict((conflict) => conflict.column("digest").doNothing())
      .execute();
  });
  context.wake();
  return digest;
}

async function isKnown(db: Db, digest: Hex): Promise<boolean> {
  return (
    (await db.selectFrom("proposals").select("digest").where("digest", "=", digest).executeTakeFirst()) !== undefined
  );
}

async function requireRoom(tx: Tx, account: Hex, day: number): Promise<void> {
  const { count } = await tx
    .selectFrom("proposals")
    .select((eb) => eb.fn.countAll<number>().as("count"))
    .where("account", "=", account)
    .where("day", "=", day)
    .executeTakeFirstOrThrow();
  if (count >= MOST_PER_DAY) rejected(`the account has made ${MOST_PER_DAY} proposals today`);
}

/** A proposal as everybody may read it: without whose it is. */
export interface ReportedProposal {
  readonly id: Hex;
  readonly topic: (typeof TOPICS)[number];
  readonly text: string;
  readonly submittedAt: number;
}

/** Proposals whose text is not deleted, newest first. @param before `receivedAt` of the page's predecessor. */
export async function listProposals(
  db: Db,
  { topic, before }: { topic?: number; before?: number },
): Promise<ReportedProposal[]> {
  let query = db
    .selectFrom("proposals")
    .select(["digest", "topic", "text", "submitted_at"])
    .where("text", "is not", null)
    .orderBy("received_at", "desc")
    .orderBy("digest")
    .limit(PAGE);
  if (topic !== undefined) query = query.where("topic", "=", topic);
  if (before !== undefined) query = query.where("received_at", "<", before);
  return (await query.execute()).map(({ digest, topic: of, text, submitted_at }) => ({
    ...{ id: digest, topic: TOPICS[of] as (typeof TOPICS)[number], text: text as string, submittedAt: submitted_at },
  }));
}

/** Deletes a proposal's text and salt. @throws NOT_FOUND when there is no such proposal. */
export async function deleteProposal(tx: Tx, digest: Hex): Promise<void> {
  const { numUpdatedRows } = await tx
    .updateTable("proposals")
    .set({ text: null, salt: null })
    .where("digest", "=", digest)
    .executeTakeFirst();
  if (numUpdatedRows === 0n) throw new CairnError("NOT_FOUND", "there is no such proposal");
}
