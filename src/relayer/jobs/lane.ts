import type { Alerts } from "../../service/alerts.ts";

/** Failures in a row after which a lane stops. */
const MAX_FAILURES = 3;
/** A stopped lane tries once more after so long, milliseconds: whatever stood in the way may be mended by then. */
const PAUSE_MS = 60_000;

/** Effects of one kind that must come in order: what fails holds up its own kind and nothing else. */
export class Lane {
  readonly #subject: string;
  readonly #alerts: Alerts;
  #failures = 0;
  #stoppedAt = 0;

  /** @param subject Names the lane in alerts. */
  constructor(subject: string, alerts: Alerts) {
    this.#subject = subject;
    this.#alerts = alerts;
  }

  get isStopped(): boolean {
    return this.#failures >= MAX_FAILURES && performance.now() - this.#stoppedAt < PAUSE_MS;
  }

  succeeded(): void {
    this.#failures = 0;
    this.#alerts.clear(this.#subject);
  }

  failed(reason: string): void {
    this.#failures++;
    if (this.#failures >= MAX_FAILURES) this.stop(`${MAX_FAILURES} failures in a row: ${reason}`);
  }

  /** Stops the lane for a while. The alert stands until something of its kind succeeds. */
  stop(reason: string): void {
    this.#failures = MAX_FAILURES;
    this.#stoppedAt = performance.now();
    this.#alerts.raise(this.#subject, `stopped: ${reason}`);
  }
}
