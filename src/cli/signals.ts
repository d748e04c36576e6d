const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
/** Longest delay of a timer in Node.js, milliseconds. */
const FOREVER_MS = 2 ** 31 - 1;

/**
 * Resolves when this process is asked to stop: by a signal, or because the process that started it is gone. A second
 * signal after that ends it at once.
 */
export function untilAskedToStop(): Promise<void> {
  return new Promise((resolve) => {
    // A process that only waits for a signal would end for want of anything to do.
    const alive = setInterval(() => undefined, FOREVER_MS);
    const stop = () => {
      clearInterval(alive);
      for (const signal of SIGNALS) process.off(signal, stop);
      process.off("disconnect", stop);
      resolve();
    };
    for (const signal of SIGNALS) process.on(signal, stop);
    process.on("disconnect", stop);
  });
}
