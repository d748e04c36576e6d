import type { TaskDocument } from "../../documents/schemas.ts";
import { readDocuments } from "../../store/documents.ts";
import type { Db } from "../../store/open.ts";
import type { TaskTerms } from "./judge-award.ts";

/** A task that is defined on the chain and whose document is known. */
export interface KnownTask {
  readonly task: number;
  readonly terms: TaskTerms;
  readonly document: TaskDocument;
}

/** The tasks whose documents are known, by number. The chain's terms hold: a task may have been ended. */
export async function readTasks(db: Db): Promise<KnownTask[]> {
  const documents = await readDocuments(db, "cairn.task/1");
  const rows = await db.selectFrom("chain_tasks").selectAll().orderBy("task").execute();
  return rows.flatMap((row) => {
    const document = documents.get(row.content_hash);
    if (document === undefined) return [];
    const { task, crystals, content_hash: contentHash } = row;
    return [
      {
        task,
        terms: { crystals, perDay: row.per_day, fromDay: row.from_day, untilDay: row.until_day, contentHash },
        document,
      },
    ];
  });
}
