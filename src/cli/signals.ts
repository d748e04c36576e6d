const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/**
 * Resolves when this process is asked to stop: by a signal, or because the process that started it is gone. A second
 * signal after that ends it at once. Waiting for it does not keep the process alive.
 */
export function untilAskedToStop(): Promise<void> {
  return new Promise((resolve) => {
    const stop = () => {
      for (const signal of SIGNALS) process.off(signal, stop);
      process.off("disconnect", stop);
      resolve();
    };
    for (const signal of SIGNALS) process.on(signal, stop);
    process.on("disconnect", stop);
  });
}
