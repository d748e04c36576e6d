import type { Logger } from "pino";
import { assertChain, type ChainClient } from "../../chain/client.ts";
import { type ProgrammeEvent, readEvents } from "../../chain/read/events.ts";
import type { Deployment } from "../../protocol/codec/deployment.ts";
import { CairnError } from "../../protocol/errors.ts";
import { type FinalityRule, finalNumber } from "../../service/finality.ts";
import { restrictionsOf, samplesWithdrawalsIn } from "../domain/restrictions.ts";
import { applyEvents, type Cursor, clearMirror, readCursor, writeCursor } from "../store/mirror.ts";
import type { Store } from "../store/open.ts";
import { readRules } from "../store/rules.ts";
import { orderErasures } from "../store/sealed-samples.ts";
import { askAgain } from "./ask-again.ts";
import type { ChainView, Head } from "./chain-view.ts";
import { readBlock, readHead } from "./heads.ts";

/** Blocks whose events are read by one request. */
const BLOCKS_A_READ = 2_000;
/** Empty blocks after which the cursor is stored again. */
const BLOCKS_UNSTORED = 500;

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

/**
 * Follows the chain. Events of final blocks go into the store's projection, cursor and block hash in the same transaction;
 * of newer blocks only what takes something away is kept, in memory.
 */
export class Follower {
  readonly #parts: FollowerParts;
  #cursor: Cursor | undefined;
  /** The block of the cursor in the store; none at first, so that the first one is written. */
  #storedBlock = -Infinity;
  /** Whether the next look must process everything, whether the head is known or not. */
  #beginsAnew = true;

  constructor(parts: FollowerParts) {
    this.#parts = parts;
  }

  /**
   * Looks at the chain once and processes what is new.
   * @returns Whether anything was.
   * @throws CHAIN_UNREACHABLE; CHAIN_MISMATCH when a final block cannot be what it was.
   */
  async poll(): Promise<boolean> {
    const { client, view, finality } = this.#parts;
    const before = view.snapshot;
    const head = await readHead(client);
    const isNewHead = head.hash !== before?.head.hash;
    if (!isNewHead && "depth" in finality && !this.#beginsAnew) return false;
    const final = await this.#advance(head).catch((error: unknown) => {
      // Whatever was committed is read again.
      this.#cursor = undefined;
      throw error;
    });
    if (!isNewHead && final.block === before?.final.number && !this.#beginsAnew) return false;
    const newer = await this.#eventsAbove(final.block, head.number);
    this.#beginsAnew = false;
    view.replace({
      ...{ head, newer, mirroredBlock: this.#storedBlock },
      final: { number: final.block, hash: final.hash, time: final.time },
      restrictions: restrictionsOf(newer, this.#parts.deployment.operator),
      rules: await readRules(this.#parts.store.db),
    });
    return true;
  }

  async #readStored(): Promise<Cursor | undefined> {
    const cursor = await readCursor(this.#parts.store.db);
    if (cursor !== undefined) this.#storedBlock = cursor.block;
    return cursor;
  }

  /** Forgets what this process believes: another one may have moved the projection on. */
  reset(): void {
    this.#cursor = undefined;
    this.#storedBlock = -Infinity;
    this.#beginsAnew = true;
  }

  /** Brings the projection to the newest final block. */
  async #advance(head: Head): Promise<Cursor> {
    const { client, deployment } = this.#parts;
    this.#cursor ??= await this.#readStored();
    if (this.#cursor !== undefined && !(await this.#stillStands(this.#cursor, head))) await this.#startAnew(head);
    // Until something is final, the deployment's own block is: whoever started this programme vouches for it.
    const upTo = Math.max(await this.#finalBlock(head), deployment.block);
    let from = this.#cursor === undefined ? deployment.firstBlock : this.#cursor.block + 1;
    while (from <= upTo || this.#cursor === undefined) {
      const to = Math.min(from + BLOCKS_A_READ - 1, upTo);
      const range = { fromBlock: from, toBlock: to };
      const events = await askAgain(() => readEvents(client, deployment, range));
      const last = to === head.number ? head : await readBlock(client, to);
      this.#cursor = await this.#apply(events, { block: to, hash: last.hash, time: last.time });
      from = to + 1;
    }
    return this.#cursor;
  }

  /** The newest final block; a block that the chain does not have (any more) is not final. */
  async #finalBlock(head: Head): Promise<number> {
    const target = await finalNumber(this.#parts.finality, head.number);
    const known = this.#cursor?.block ?? -1;
    if (target.hash === undefined || target.number <= known) return target.number;
    const block = target.number === head.number ? head : await readBlock(this.#parts.client, target.number);
    return block.hash === target.hash ? target.number : known;
  }

  async #apply(events: readonly ProgrammeEvent[], cursor: Cursor): Promise<Cursor> {
    const { deployment, store } = this.#parts;
    // Empty blocks need no write: after a restart they are read again.
    if (events.length === 0 && cursor.block - this.#storedBlock < BLOCKS_UNSTORED) return cursor;
    await store.transaction(async (tx) => {
      await applyEvents(tx, events, deployment.genesis);
      await orderErasures(tx, samplesWithdrawalsIn(events, deployment.operator));
      await writeCursor(tx, cursor);
    });
    this.#storedBlock = cursor.block;
    return cursor;
  }

  async #stillStands(cursor: Cursor, head: Head): Promise<boolean> {
    if (head.number < cursor.block) return false;
    if (head.number === cursor.block) return head.hash === cursor.hash;
    if (head.number === cursor.block + 1) return head.parentHash === cursor.hash;
    return (await readBlock(this.#parts.client, cursor.block)).hash === cursor.hash;
  }

  /**
   * An embedded chain came back without its last blocks: the projection is made again from what is there. With a depth, a
   * final block cannot go: then the node lags behind or stands on another chain, and nothing is done.
   */
  async #startAnew(head: Head): Promise<void> {
    const { client, deployment, finality, store, log, onLostBlocks } = this.#parts;
    if ("depth" in finality && finality.depth > 0) {
      const lags = head.number < (this.#cursor?.block ?? 0);
      throw new CairnError(lags ? "CHAIN_UNREACHABLE" : "CHAIN_MISMATCH", `block ${this.#cursor?.block} was final`);
    }
    await assertChain(client, deployment);
    log.warn({ block: this.#cursor?.block }, "final blocks are gone: reading the chain again");
    await store.transaction(clearMirror);
    this.#cursor = undefined;
    await onLostBlocks();
  }

  async #eventsAbove(final: number, head: number): Promise<ProgrammeEvent[]> {
    if (head <= final) return [];
    const { client, deployment } = this.#parts;
    const range = { fromBlock: final + 1, toBlock: head };
    return askAgain(() => readEvents(client, deployment, range));
  }
}
