import type { Alerts } from "../alerts.ts";

/** Failures in a row after which a lane stops until a person has looked and started the relayer again. */
const MAX_FAILURES = 3;

/** Effects of one kind that must come in order: what fails holds up its own kind and nothing else. */
export class Lane {
  readonly #subject: string;
  readonly #alerts: Alerts;
  #failures = 0;

  /** @param subject Names the lane in alerts. */
  constructor(subject: string, alerts: Alerts) {
    this.#subject = subject;
    this.#alerts = alerts;
  }

  get isStopped(): boolean {
    return this.#failures >= MAX_FAILURES;
  }

  succeeded(): void {
    this.#failures = 0;
    this.#alerts.clear(this.#subject);
  }

  failed(reason: string): void {
    this.#failures++;
    if (this.isStopped) this.stop(`${MAX_FAILURES} failures in a row: ${reason}`);
  }

  /** Stops the lane for a reason that trying again cannot change. */
  stop(reason: string): void {
    this.#failures = MAX_FAILURES;
    this.#alerts.raise(this.#subject, `stopped: ${reason}`);
  }
}
