/** Measures stages that follow each other. Real time, for the reader's information: nothing depends on it. */
export class Stopwatch {
  readonly #startedAt = performance.now();
  #lapStartedAt = this.#startedAt;
  /** Seconds by stage. */
  readonly stages: Record<string, number> = {};

  /** Ends a stage. */
  next(stage: string): void {
    const now = performance.now();
    this.stages[stage] = (now - this.#lapStartedAt) / 1000;
    this.#lapStartedAt = now;
  }

  /** Seconds since the beginning. */
  get total(): number {
    return (performance.now() - this.#startedAt) / 1000;
  }
}
