/** An intent that waits to be sent. */
export interface WaitingIntent {
  readonly seq: number;
  readonly kind: string;
  readonly account: string;
  /** It was in a batch that reverted, so it goes alone. */
  readonly alone: boolean;
}

/** Most intents of one transaction. */
export const MAX_BATCH = 50;

/**
 * Groups waiting intents into batches of one kind, so that sending the batches in order keeps the order of each account's
 * own intents: one joins an earlier batch of its kind only if none of its account stands in a later batch.
 * @param waiting In order of arrival.
 * @returns Batches in the order in which they must be sent.
 */
export function batchIntents<T extends WaitingIntent>(waiting: readonly T[]): T[][] {
  const batches: T[][] = [];
  const openBatchOf = new Map<string, number>();
  const lastBatchOf = new Map<string, number>();
  for (const intent of waiting) {
    const open = openBatchOf.get(intent.kind) ?? -1;
    const joins = !intent.alone && open >= (lastBatchOf.get(intent.account) ?? 0) && open >= 0;
    let at = open;
    if (joins) {
      (batches[at] as T[]).push(intent);
    } else {
      at = batches.push([intent]) - 1;
    }
    const full = intent.alone || (batches[at] as T[]).length >= MAX_BATCH;
    if (full) openBatchOf.delete(intent.kind);
    else openBatchOf.set(intent.kind, at);
    lastBatchOf.set(intent.account, at);
  }
  return batches;
}
