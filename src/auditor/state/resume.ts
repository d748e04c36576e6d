import type { AuditContext } from "../context.ts";
import type { Resumed } from "../report.ts";
import { reuseExamined } from "./examined.ts";
import { withKnownSigners } from "./signers.ts";
import { openState } from "./state-file.ts";

/**
 * Goes on from what an earlier audit left in a folder (ADR 36).
 * @returns The context to go on with, and what was taken over.
 * @throws AUDIT_INPUT_INVALID when the state cannot be opened.
 */
export async function resume(
  context: AuditContext,
  folder: string,
): Promise<{ context: AuditContext; resumed: Resumed }> {
  const anew = await openState(context, folder);
  const reused = await reuseExamined(context);
  return {
    context: { ...context, pool: withKnownSigners(context.pool, context.database) },
    resumed: { ...reused, ...(anew === undefined ? {} : { anew }) },
  };
}
