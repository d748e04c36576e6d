/** Keeps the last few things that somebody asked for, by their keys. */
export class Recent<Key, Value> {
  readonly #most: number;
  readonly #kept = new Map<Key, Promise<Value>>();

  /** @param most How many are kept. */
  constructor(most: number) {
    this.#most = most;
  }

  /**
   * What is kept under a key, or what is loaded now; whoever asks meanwhile waits for the same load.
   * @throws What loading throws. A failure is not kept: the next one who asks tries again.
   */
  get(key: Key, load: () => Promise<Value>): Promise<Value> {
    const value = this.#kept.get(key) ?? load();
    this.#kept.delete(key);
    this.#kept.set(key, value);
    const [oldest] = this.#kept.keys();
    if (this.#kept.size > this.#most && oldest !== undefined) this.#kept.delete(oldest);
    value.catch(() => this.#kept.delete(key));
    return value;
  }
}
