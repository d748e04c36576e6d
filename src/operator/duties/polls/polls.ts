import { CairnError } from "../../../protocol/errors.ts";
import type { Db } from "../../store/open.ts";

/** A poll of a final block whose text is known. */
export type Poll = NonNullable<Awaited<ReturnType<typeof findPoll>>>;

function polls(db: Db) {
  return db
    .selectFrom("chain_polls")
    .innerJoin("documents", "documents.hash", "chain_polls.content_hash")
    .selectAll("chain_polls")
    .select("documents.json")
    .where("documents.type", "=", "cairn.poll/1");
}

async function findPoll(db: Db, poll: number) {
  return polls(db).where("poll", "=", poll).executeTakeFirst();
}

/** @throws NOT_FOUND when it is not on the chain, or not this operator's. */
export async function readPoll(db: Db, poll: number): Promise<Poll> {
  const found = await findPoll(db, poll);
  if (found === undefined) throw new CairnError("NOT_FOUND", `there is no poll ${poll}`);
  return found;
}

/** All polls, newest first. */
export function readPolls(db: Db): Promise<Poll[]> {
  return polls(db).orderBy("poll", "desc").execute();
}
