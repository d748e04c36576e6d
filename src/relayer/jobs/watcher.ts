import type { ChainClient } from "../../chain/client.ts";
import { type BlockRef, type Head, readBlock, readHeadBlock } from "../../chain/read/head.ts";
import type { Deployment } from "../../protocol/codec/deployment.ts";
import { CairnError } from "../../protocol/errors.ts";
import { askAgain } from "../../service/ask-again.ts";
import { readCursor } from "../store/mirror.ts";
import type { Db } from "../store/open.ts";
import type { ChainView } from "./chain-view.ts";
import { lookAbove } from "./look-above.ts";

/** What the watcher works with. */
export interface WatcherParts {
  readonly client: ChainClient;
  readonly deployment: Deployment;
  readonly db: Db;
  readonly view: ChainView;
}

/**
 * Looks at the chain for a relayer that does not lead. The projection is the leader's; what blocks above it take away this
 * relayer reads itself, from wherever the leader has come to.
 */
export class Watcher {
  readonly #parts: WatcherParts;

  constructor(parts: WatcherParts) {
    this.#parts = parts;
  }

  /**
   * Looks once.
   * @returns Whether anything is new.
   * @throws CHAIN_UNREACHABLE, also while this node knows less than the leader has processed; CHAIN_MISMATCH when its chain is
   * not the leader's. Then everything is judged by what was seen before.
   */
  async poll(): Promise<boolean> {
    const { client, db, view } = this.#parts;
    const cursor = await readCursor(db);
    // A leader that has just begun: nothing can be judged yet.
    if (cursor === undefined) return false;
    const head = await readHeadBlock(client);
    const before = view.snapshot;
    if (head.hash === before?.head.hash && cursor.number === before.mirroredBlock) return false;
    // At each new head: the leader stores its cursor seldom, and a wrong node may answer at any time.
    await this.#requireSameChain(cursor, head);
    view.replace(await lookAbove(this.#parts, { head, final: cursor, mirroredBlock: cursor.number }));
    return true;
  }

  async #requireSameChain(cursor: BlockRef, head: Head): Promise<void> {
    if (head.number < cursor.number) throw new CairnError("CHAIN_UNREACHABLE", "the node lags behind the leader's");
    const { client } = this.#parts;
    const block = head.number === cursor.number ? head : await askAgain(() => readBlock(client, cursor.number));
    if (block.hash !== cursor.hash) throw new CairnError("CHAIN_MISMATCH", `block ${cursor.number} is another one`);
  }
}
