import type { Logger } from "pino";
import type { ChainClient } from "../chain/client.ts";
import { readHeadBlock } from "../chain/read/head.ts";
import type { Deployment } from "../protocol/codec/deployment.ts";
import { FinalBlocks, type Projection } from "../service/final-blocks.ts";
import type { FinalityRule } from "../service/finality.ts";
import type { ChainSnapshot, Duty } from "./duty.ts";
import { readCursor, resetCursor, writeCursor } from "./store/cursor.ts";
import type { Store } from "./store/open.ts";

/** What the follower works with. */
export interface FollowerParts {
  readonly client: ChainClient;
  readonly deployment: Deployment;
  readonly store: Store;
  readonly finality: FinalityRule;
  readonly log: Logger;
  readonly duties: readonly Pick<Duty, "name" | "mirror">[];
}

/**
 * Follows the chain: events of final blocks go to the duties' mirrors. When a duty with a mirror was added, all mirrors are
 * filled again from the deployment on.
 */
export class Follower {
  readonly #parts: FollowerParts;
  readonly #final: FinalBlocks;
  #snapshot: ChainSnapshot | undefined;

  constructor(parts: FollowerParts) {
    this.#parts = parts;
    this.#final = new FinalBlocks({ ...parts, projection: projectionOf(parts) });
  }

  /** The chain as it was last looked at; undefined until the mirrors have caught up for the first time. */
  get snapshot(): ChainSnapshot | undefined {
    return this.#snapshot;
  }

  /**
   * Looks at the chain once and takes in what is new.
   * @returns Whether anything was.
   * @throws CHAIN_UNREACHABLE; CHAIN_MISMATCH when a final block cannot be what it was.
   */
  async poll(): Promise<boolean> {
    const before = this.#snapshot;
    const head = await readHeadBlock(this.#parts.client);
    const isNewHead = head.hash !== before?.head.hash;
    if (!isNewHead && "depth" in this.#parts.finality) return false;
    const final = await this.#final.advance(head);
    this.#snapshot = { head, final };
    return isNewHead || final.number !== before?.final.number;
  }

  /** Forgets what this process believes: another one may have moved the mirrors on. */
  reset(): void {
    this.#final.reset();
    this.#snapshot = undefined;
  }
}

function projectionOf({ store, duties }: FollowerParts): Projection {
  const filled = duties.flatMap(({ name, mirror }) => (mirror === undefined ? [] : [name])).join(" ");
  return {
    readCursor: () => readCursor(store.db, filled),
    apply: (events, cursor) =>
      store.transaction(async (tx) => {
        for (const { mirror } of duties) await mirror?.apply(tx, events);
        await writeCursor(tx, cursor);
      }),
    clear: () =>
      store.transaction(async (tx) => {
        for (const { mirror } of duties) await mirror?.clear(tx);
        await resetCursor(tx, filled);
      }),
  };
}
