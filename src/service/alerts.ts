import type { Logger } from "pino";

/** Something that needs a person, as long as it lasts. */
export interface Alert {
  /** What it is about: `anchor`, `fees`, `chain` … One alert per subject. */
  readonly subject: string;
  readonly message: string;
}

/** The alerts that stand. Each is logged once when it begins and once when it ends. */
export class Alerts {
  readonly #standing = new Map<string, string>();
  readonly #log: Logger;

  constructor(log: Logger) {
    this.#log = log;
  }

  raise(subject: string, message: string): void {
    if (this.#standing.get(subject) === message) return;
    this.#standing.set(subject, message);
    this.#log.error({ subject }, message);
  }

  clear(subject: string): void {
    if (this.#standing.delete(subject)) this.#log.info({ subject }, "alert is over");
  }

  /** Ends every alert but one. */
  clearAllBut(subject: string): void {
    for (const other of [...this.#standing.keys()]) if (other !== subject) this.clear(other);
  }

  list(): Alert[] {
    return [...this.#standing].map(([subject, message]) => ({ subject, message }));
  }
}
