/** Questions that are put to a node at once. */
const AT_ONCE = 8;

/**
 * Asks about many things, some at a time.
 * @param onDone Called with how many are done.
 * @returns The answers, in the order of what was asked about.
 */
export async function inTurns<T, R>(
  items: readonly T[],
  ask: (item: T) => Promise<R>,
  onDone: (done: number) => void = () => undefined,
): Promise<R[]> {
  const answers: R[] = [];
  while (answers.length < items.length) {
    const some = items.slice(answers.length, answers.length + AT_ONCE);
    answers.push(...(await Promise.all(some.map(ask))));
    onDone(answers.length);
  }
  return answers;
}
