import type { Hex } from "../../protocol/codec/bytes.ts";
import type { TaskKeyPeriod, TaskSituation } from "../domain/award-intake.ts";
import type { Db } from "./open.ts";

/** A task by final blocks. */
export async function readTask(db: Db, task: number): Promise<TaskSituation | undefined> {
  const row = await db.selectFrom("chain_tasks").selectAll().where("task", "=", task).executeTakeFirst();
  return row && { crystals: row.crystals, perDay: row.per_day, fromDay: row.from_day, untilDay: row.until_day };
}

/** From when until when a key signs awards by final blocks; undefined when it is no task key. */
export async function readTaskKey(db: Db, key: Hex): Promise<TaskKeyPeriod | undefined> {
  const row = await db.selectFrom("chain_task_keys").selectAll().where("key", "=", key).executeTakeFirst();
  return row && { from: row.from_time, until: row.until_time };
}
