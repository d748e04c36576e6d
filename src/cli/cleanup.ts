import { CairnError } from "../protocol/index.ts";
import { note } from "./output.ts";

/** Says on standard error what went wrong without being the end of it. */
export function warn(error: unknown): void {
  note(error instanceof CairnError ? `${error.code}: ${error.message}` : `UNEXPECTED: ${String(error)}`);
}

/** What has to be undone at the end, last first. */
export class Cleanup {
  readonly #steps: (() => Promise<void> | void)[] = [];

  add(step: () => Promise<void> | void): void {
    this.#steps.push(step);
  }

  /** Undoes everything; a step that fails keeps no other from its turn. */
  async run(): Promise<void> {
    for (const step of this.#steps.splice(0).reverse()) {
      await Promise.resolve().then(step).catch(warn);
    }
  }
}
