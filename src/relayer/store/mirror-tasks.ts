import type { EventOf } from "../../chain/read/events.ts";
import { lowerHex } from "../../protocol/codec/bytes.ts";
import type { Tx } from "./open.ts";

/** Applies definitions of tasks, and the keys that sign awards. */
export async function applyTask(tx: Tx, event: EventOf<"taskBook">): Promise<void> {
  switch (event.name) {
    case "TaskDefined": {
      const { task, terms } = event.args;
      const { crystals, perDay, fromDay, untilDay, contentHash } = terms;
      await tx
        .insertInto("chain_tasks")
        .values({
          ...{ task, crystals, per_day: perDay, from_day: fromDay, until_day: untilDay, content_hash: contentHash },
        })
        .execute();
      return;
    }
    case "TaskEnded": {
      const { task, untilDay } = event.args;
      await tx.updateTable("chain_tasks").set({ until_day: untilDay }).where("task", "=", task).execute();
      return;
    }
    case "TaskKeySet": {
      const { key, from, until } = event.args;
      const values = { from_time: from, until_time: until };
      await tx
        .insertInto("chain_task_keys")
        .values({ key: lowerHex(key), ...values })
        .onConflict((conflict) => conflict.column("key").doUpdateSet(values))
        .execute();
      return;
    }
  }
}
