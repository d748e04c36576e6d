import { readPollResult } from "../../../chain/read/polls.ts";
import type { Hex } from "../../../protocol/codec/bytes.ts";
import { fromHex } from "../../../protocol/codec/bytes.ts";
import { keccak } from "../../../protocol/codec/keccak.ts";
import { pollFilePath } from "../../../protocol/codec/rows.ts";
import { FILE_KINDS } from "../../../storage/file-kinds.ts";
import type { ChainSnapshot, DutyContext } from "../../duty.ts";
import type { Sender } from "../../sender.ts";
import { ensureAccountKeys } from "../../store/account-keys.ts";
import type { Tx } from "../../store/open.ts";
import { type AcceptedVote, type CountedPoll, countPoll } from "./count-poll.ts";
import { type Poll, readPolls } from "./polls.ts";

/**
 * Counts polls that are over by final blocks and have no result: the count, then the file, then the result on the chain, one a
 * step.
 * After a veto nothing is published until the desk asks for it.
 * @returns Whether something was done.
 */
export async function publishResults(context: DutyContext, { final }: ChainSnapshot, sender: Sender): Promise<boolean> {
  const { store, alerts, client, deployment } = context;
  for (const poll of await readPolls(store.db)) {
    if (poll.closes_at > final.time || poll.root !== null) continue;
    const count = await store.db.selectFrom("poll_counts").selectAll().where("poll", "=", poll.poll).executeTakeFirst();
    if (count === undefined) {
      await store.transaction((tx) => countVotes(tx, context, poll));
      return true;
    }
    if (await publishVotes(context, poll, count.voters)) return true;
    const subject = `poll ${poll.poll}`;
    if (poll.vetoes > (await acknowledgedVetoes(context, poll.content_hash))) {
      alerts.raise(subject, "its result was vetoed: a person decides whether it is published again");
      continue;
    }
    alerts.clear(subject);
    if ((await readPollResult(client, deployment, poll.poll)).countsFrom !== 0) continue;
    const tallies = (JSON.parse(count.tallies) as string[]).map(BigInt);
    await sender.send("polls", "publishResult", [poll.poll, count.root, tallies, count.voters, count.data_digest]);
    return true;
  }
  return false;
}

async function acknowledgedVetoes({ store }: DutyContext, contentHash: Hex): Promise<number> {
  const row = await store.db
    .selectFrom("poll_requests")
    .select("acknowledged_vetoes")
    .where("content_hash", "=", contentHash)
    .executeTakeFirst();
  return row?.acknowledged_vetoes ?? 0;
}

/** Fixes what is counted, in one transaction with the votes: from here on none is taken. */
async function countVotes(tx: Tx, { saltKeys }: DutyContext, { poll, options }: Poll): Promise<void> {
  const { rows, tree, tallies, dataDigest } = countPoll(poll, options, await acceptedVotes(tx, poll, saltKeys));
  await tx
    .insertInto("poll_counts")
    .values({
      ...{ poll, root: tree.root, voters: rows.length, data_digest: dataDigest },
      tallies: JSON.stringify(tallies.map(String)),
    })
    .execute();
}

/** @returns Whether the file was not published before. */
async function publishVotes(context: DutyContext, { poll, options }: Poll, voters: number): Promise<boolean> {
  const { store, publisher } = context;
  const path = pollFilePath(poll);
  const known = await store.db.selectFrom("files").select("path").where("path", "=", path).executeTakeFirst();
  if (known !== undefined || voters === 0) return false;
  const { rows, digest } = await countedPoll(context, poll, options);
  await publisher.publish({ kind: FILE_KINDS.vote, path, rows, digest });
  return true;
}

/** A closed poll, counted again: its votes are fixed. */
export async function countedPoll(
  { store, saltKeys }: DutyContext,
  poll: number,
  options: number,
): Promise<CountedPoll> {
  return countPoll(poll, options, await store.transaction((tx) => acceptedVotes(tx, poll, saltKeys)));
}

/** The votes of a poll with the keys of their accounts. */
async function acceptedVotes(tx: Tx, poll: number, saltKeys: DutyContext["saltKeys"]): Promise<AcceptedVote[]> {
  const votes = await tx.selectFrom("votes").selectAll().where("poll", "=", poll).orderBy("account").execute();
  const keys = await ensureAccountKeys(
    tx,
    votes.map(({ account }) => account),
    saltKeys,
  );
  return votes.map(({ account, option, cast_at, digest, signature, weight }) => ({
    ...{ account, option, castAt: cast_at, digest, weight: BigInt(weight), key: keys.get(account) as Hex },
    signatureHash: keccak(fromHex(signature)),
  }));
}
