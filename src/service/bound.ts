import { CairnError } from "../protocol/errors.ts";

/** Bounds how much is under way at once. */
export class Bound {
  readonly #most: number;
  #held = 0;

  /** @param most Items that may be under way together. */
  constructor(most: number) {
    this.#most = most;
  }

  /**
   * Does some work that counts for so many items until it has ended.
   * @throws OVERLOADED when there would be too many; whatever the work throws.
   */
  async within<T>(count: number, work: () => Promise<T>): Promise<T> {
    if (this.#held + count > this.#most) throw new CairnError("OVERLOADED");
    this.#held += count;
    try {
      return await work();
    } finally {
      this.#held -= count;
    }
  }
}
