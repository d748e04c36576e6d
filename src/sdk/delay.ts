/** Resolves after some milliseconds; works in Node and in a browser. */
export function delay(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
}
