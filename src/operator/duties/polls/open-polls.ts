import { readPoll, readPollCount } from "../../../chain/read/polls.ts";
import type { Hex } from "../../../protocol/codec/bytes.ts";
import type { PollDocument } from "../../documents/schemas.ts";
import type { DutyContext } from "../../duty.ts";
import { refusalOf, type Sender } from "../../sender.ts";
import { readDocument } from "../../store/documents.ts";

const WEIGHTINGS = { account: 0, stones: 1 } as const;

/**
 * Opens the polls that the desk asked for and that are not on the chain: found by the hash of their text, in final blocks and in
 * those above.
 * @returns Whether one was opened, or refused for good.
 */
export async function openRequestedPolls(context: DutyContext, sender: Sender): Promise<boolean> {
  const { store } = context;
  const requests = await store.db
    .selectFrom("poll_requests")
    .leftJoin("chain_polls", "chain_polls.content_hash", "poll_requests.content_hash")
    .select("poll_requests.content_hash as hash")
    .where("chain_polls.poll", "is", null)
    .where("poll_requests.reason", "is", null)
    .orderBy("hash")
    .execute();
  if (requests.length === 0) return false;
  const nonce = await sender.nextNonce();
  const opened = await hashesAbove(context);
  for (const { hash } of requests) {
    const document = await readDocument(store.db, hash, "cairn.poll/1");
    if (document === undefined || opened.has(hash)) continue;
    await open(context, sender, { hash, document, nonce });
    return true;
  }
  return false;
}

/** Content hashes of polls in blocks that are not final. */
async function hashesAbove({ client, deployment, store }: DutyContext): Promise<Set<Hex>> {
  const { known } = await store.db
    .selectFrom("chain_polls")
    .select((eb) => eb.fn.countAll<number>().as("known"))
    .executeTakeFirstOrThrow();
  const hashes = new Set<Hex>();
  const count = await readPollCount(client, deployment);
  for (let poll = known + 1; poll <= count; poll++) hashes.add((await readPoll(client, deployment, poll)).contentHash);
  return hashes;
}

async function open(
  { store }: DutyContext,
  sender: Sender,
  { hash, document, nonce }: { hash: Hex; document: PollDocument; nonce: number },
): Promise<void> {
  const { options, weighting, snapshotDay, opensAt, closesAt } = document;
  const terms = {
    contentHash: hash,
    options: options.length,
    weighting: WEIGHTINGS[weighting],
    snapshotDay,
    opensAt,
    closesAt,
  };
  try {
    await sender.send("polls", "openPoll", [terms], nonce);
  } catch (error) {
    const reason = refusalOf(error);
    // Terms that the contract does not take will never be taken: an opening that has passed does not come again.
    if (reason !== "Polls_InvalidTerms") throw error;
    await store.transaction((tx) =>
      tx.updateTable("poll_requests").set({ reason }).where("content_hash", "=", hash).execute(),
    );
  }
}
