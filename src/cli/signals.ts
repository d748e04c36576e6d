const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/**
 * Resolves when this process is asked to stop: by a signal, or because the process that started it is gone. A second
 * signal after that ends it at once. Waiting for it does not keep the process alive.
 * @param noLonger Ends the waiting; the promise then stays open.
 */
export function untilAskedToStop(noLonger?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const listenNoMore = () => {
      for (const signal of SIGNALS) process.off(signal, stop);
      process.off("disconnect", stop);
    };
    const stop = () => {
      listenNoMore();
      resolve();
    };
    noLonger?.addEventListener("abort", listenNoMore, { once: true });
    for (const signal of SIGNALS) process.on(signal, stop);
    process.on("disconnect", stop);
  });
}
