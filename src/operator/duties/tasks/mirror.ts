import type { Mirror } from "../../duty.ts";

/** The tasks that are defined. */
export const taskMirror: Mirror = {
  async apply(tx, events) {
    for (const event of events) {
      if (event.contract !== "taskBook") continue;
      if (event.name === "TaskDefined") {
        const { task, terms } = event.args;
        const { contentHash: content_hash, crystals, perDay, fromDay, untilDay } = terms;
        const row = { task, content_hash, crystals, per_day: perDay, from_day: fromDay, until_day: untilDay };
        await tx.insertInto("chain_tasks").values(row).execute();
      } else if (event.name === "TaskEnded") {
        const { task, untilDay } = event.args;
        await tx.updateTable("chain_tasks").set({ until_day: untilDay }).where("task", "=", task).execute();
      }
    }
  },
  async clear(tx) {
    await tx.deleteFrom("chain_tasks").execute();
  },
};
