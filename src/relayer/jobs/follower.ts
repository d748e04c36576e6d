import type { Logger } from "pino";
import type { ChainClient } from "../../chain/client.ts";
import { readHeadBlock } from "../../chain/read/head.ts";
import type { Deployment } from "../../protocol/codec/deployment.ts";
import { FinalBlocks, type Projection } from "../../service/final-blocks.ts";
import type { FinalityRule } from "../../service/finality.ts";
import { samplesWithdrawalsIn } from "../domain/restrictions.ts";
import { applyEvents, clearMirror, readCursor, writeCursor } from "../store/mirror.ts";
import type { Store } from "../store/open.ts";
import { orderErasures } from "../store/sealed-samples.ts";
import type { ChainView } from "./chain-view.ts";
import { lookAbove } from "./look-above.ts";

/** What the follower works with. */
export interface FollowerParts {
  readonly client: ChainClient;
  readonly deployment: Deployment;
  readonly store: Store;
  readonly view: ChainView;
  readonly finality: FinalityRule;
  readonly log: Logger;
  /** Called when blocks that counted as final are gone. */
  readonly onLostBlocks: () => Promise<void>;
}

/** Follows the chain. Events of final blocks go into the store; of newer ones only what takes something away is kept, in memory. */
export class Follower {
  readonly #parts: FollowerParts;
  readonly #final: FinalBlocks;
  /** Whether the next look must process everything, whether the head is known or not. */
  #beginsAnew = true;

  constructor(parts: FollowerParts) {
    this.#parts = parts;
    this.#final = new FinalBlocks({ ...parts, projection: projectionOf(parts) });
  }

  /**
   * Looks at the chain once and processes what is new.
   * @returns Whether anything was.
   * @throws CHAIN_UNREACHABLE; CHAIN_MISMATCH when a final block cannot be what it was.
   */
  async poll(): Promise<boolean> {
    const { client, deployment, store, view, finality } = this.#parts;
    const before = view.snapshot;
    const head = await readHeadBlock(client);
    const isNewHead = head.hash !== before?.head.hash;
    if (!isNewHead && "depth" in finality && !this.#beginsAnew) return false;
    const final = await this.#final.advance(head);
    if (!isNewHead && final.number === before?.final.number && !this.#beginsAnew) return false;
    const seen = { head, final, mirroredBlock: this.#final.storedBlock };
    const snapshot = await lookAbove({ client, deployment, db: store.db }, seen);
    this.#beginsAnew = false;
    view.replace(snapshot);
    return true;
  }

  /** Forgets what this process believes: another one may have moved the projection on. */
  reset(): void {
    this.#final.reset();
    this.#beginsAnew = true;
  }
}

function projectionOf({ store, deployment }: FollowerParts): Projection {
  return {
    readCursor: () => readCursor(store.db),
    apply: (events, cursor) =>
      store.transaction(async (tx) => {
        await applyEvents(tx, events, deployment.genesis);
        await orderErasures(tx, samplesWithdrawalsIn(events, deployment.operator));
        await writeCursor(tx, cursor);
      }),
    clear: () => store.transaction(clearMirror),
  };
}
