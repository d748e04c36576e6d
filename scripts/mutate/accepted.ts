const ENTRY = /^- `([^`]+)`(?:: (\S.*))?$/gm;

/**
 * The survivors that docs/mutation.md explains: items of the form `` - `id`: reason ``.
 *
 * @returns Their ids.
 * @throws Error When an item gives no reason.
 */
export function acceptedIn(text: string): Set<string> {
  const entries = [...text.matchAll(ENTRY)].map(([, id = "", reason]) => ({ id, reason }));
  const bare = entries.find(({ reason }) => reason === undefined);
  if (bare !== undefined) throw new Error(`no reason is given for ${bare.id}`);
  return new Set(entries.map(({ id }) => id));
}
