import { numbers } from "../../support/numbers.ts";
import type { OperatorProcess } from "./running.ts";

/** How long to wait for something, in looks 20 ms apart. */
const LOOKS = 3_000;

/** Ends an operator again and again at moments that follow from a seed, and starts it anew. */
export class Killer {
  readonly #running: Promise<void>;
  #kills = 0;

  constructor(operator: OperatorProcess, { kills, seed }: { kills: number; seed: number }) {
    const next = numbers(seed);
    this.#running = (async () => {
      while (this.#kills < kills) {
        await new Promise((resolve) => setTimeout(resolve, 20 + 400 * next()));
        await operator.end("SIGKILL");
        this.#kills++;
        await operator.start();
      }
    })();
  }

  /** Resolves when it has killed for the last time and the operator is back. @returns How often it has killed. */
  async done(): Promise<number> {
    await this.#running;
    return this.#kills;
  }
}

/** Waits until something holds. @throws When it does not come to hold. */
export async function until(holds: () => Promise<boolean>, what: string): Promise<void> {
  for (let look = 0; look < LOOKS; look++) {
    if (await holds()) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error(`waited in vain: ${what}`);
}
