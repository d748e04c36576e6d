/** Rows of one statement: keeps the parameters of the widest table below SQLite's 32,766. */
const ROWS_A_STATEMENT = 500;

/** The pieces in which a long list goes into statements. */
export function chunksOf<T>(items: readonly T[]): readonly (readonly T[])[] {
  if (items.length === 0) return [];
  if (items.length <= ROWS_A_STATEMENT) return [items];
  const chunks: T[][] = [];
  for (let at = 0; at < items.length; at += ROWS_A_STATEMENT) chunks.push(items.slice(at, at + ROWS_A_STATEMENT));
  return chunks;
}
