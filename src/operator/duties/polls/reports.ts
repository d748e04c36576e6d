import type { PollDocument } from "../../documents/schemas.ts";
import type { DutyContext } from "../../duty.ts";
import { type Poll, readPoll, readPolls } from "./polls.ts";

/** A poll as `GET /v1/polls/{n}` tells it. */
async function reportOf({ store, snapshot }: DutyContext, poll: Poll) {
  const time = snapshot()?.head.time ?? 0;
  const { count } = await store.db
    .selectFrom("votes")
    .select((eb) => eb.fn.countAll<number>().as("count"))
    .where("poll", "=", poll.poll)
    .executeTakeFirstOrThrow();
  const counted = await store.db
    .selectFrom("poll_counts")
    .select(["tallies", "voters"])
    .where("poll", "=", poll.poll)
    .executeTakeFirst();
  const { root, counts_from: countsFrom } = poll;
  const hasResult = root !== null && countsFrom !== null && counted !== undefined;
  return {
    poll: poll.poll,
    contentHash: poll.content_hash,
    state: stateOf(poll, time),
    votes: count,
    definition: JSON.parse(poll.json) as PollDocument,
    ...(hasResult
      ? { result: { root, countsFrom, voters: counted.voters, tallies: JSON.parse(counted.tallies) as string[] } }
      : {}),
  };
}

function stateOf({ opens_at, closes_at, counts_from, vetoes }: Poll, time: number): string {
  if (time < opens_at) return "announced";
  if (time < closes_at) return "open";
  if (counts_from === null) return vetoes > 0 ? "vetoed" : "closed";
  return time < counts_from ? "published" : "final";
}

/** All polls, newest first. */
export async function reportPolls(context: DutyContext) {
  const polls = await readPolls(context.store.db);
  return { polls: await Promise.all(polls.map((poll) => reportOf(context, poll))) };
}

/** @throws NOT_FOUND */
export async function reportPoll(context: DutyContext, poll: number) {
  return reportOf(context, await readPoll(context.store.db, poll));
}
