import type { EventOf } from "../../../chain/read/events.ts";
import type { Mirror } from "../../duty.ts";
import type { Tx } from "../../store/open.ts";

/** The polls, and the results that stand. */
export const pollMirror: Mirror = {
  async apply(tx, events) {
    for (const event of events) if (event.contract === "polls") await applyPoll(tx, event);
  },
  async clear(tx) {
    await tx.deleteFrom("chain_polls").execute();
  },
};

async function applyPoll(tx: Tx, event: EventOf<"polls">): Promise<void> {
  switch (event.name) {
    case "PollOpened": {
      const { poll, terms } = event.args;
      await tx
        .insertInto("chain_polls")
        .values({
          ...{ poll, content_hash: terms.contentHash, options: terms.options, weighting: terms.weighting },
          ...{ snapshot_day: terms.snapshotDay, opens_at: terms.opensAt, closes_at: terms.closesAt },
          ...{ root: null, counts_from: null, vetoes: 0 },
        })
        .execute();
      return;
    }
    case "ResultPublished": {
      const { poll, root, countsFrom } = event.args;
      await tx.updateTable("chain_polls").set({ root, counts_from: countsFrom }).where("poll", "=", poll).execute();
      return;
    }
    case "ResultVetoed":
      await tx
        .updateTable("chain_polls")
        .set((eb) => ({ root: null, counts_from: null, vetoes: eb("vetoes", "+", 1) }))
        .where("poll", "=", event.args.poll)
        .execute();
  }
}
