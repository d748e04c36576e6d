import { CairnError } from "../../protocol/errors.ts";
import { withGathered } from "../gather.ts";
import { assertNoReorganisation } from "../ingest/head.ts";
import type { AuditOptions } from "../report.ts";
import type { Value } from "../store/database.ts";
import { createView, VIEWS } from "./views.ts";

/** What can be asked. */
export type QueryOptions = Pick<AuditOptions, "rpcUrl" | "deployment" | "filesDirs" | "onProgress">;

/** The answer to a question: columns in their order, and rows with a value for each. */
export interface QueryAnswer {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly Value[])[];
}

/**
 * Asks questions about a programme in DuckDB's SQL, over {@link VIEWS} of its published files and events, and the audit's own
 * tables beside them. Nothing is checked: that is what an audit is for.
 * @returns An answer for each statement.
 * @throws ARGUMENT_INVALID with DuckDB's words when a statement is wrong; as an audit for what cannot be read.
 */
export async function query(options: QueryOptions, statements: readonly string[]): Promise<QueryAnswer[]> {
  return withGathered(options, async (context) => {
    const { database } = context;
    await assertNoReorganisation(context);
    for (const view of VIEWS) await database.run(createView(view));
    const answers: QueryAnswer[] = [];
    for (const statement of statements) {
      try {
        answers.push(await database.table(statement));
      } catch (cause) {
        throw new CairnError("ARGUMENT_INVALID", (cause as Error).message, { cause });
      }
    }
    return answers;
  });
}
