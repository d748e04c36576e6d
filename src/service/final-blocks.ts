import type { Logger } from "pino";
import { assertChain, type ChainClient } from "../chain/client.ts";
import { type ProgrammeEvent, readEvents } from "../chain/read/events.ts";
import { type BlockRef, type Head, readBlock } from "../chain/read/head.ts";
import type { Deployment } from "../protocol/codec/deployment.ts";
import { CairnError } from "../protocol/errors.ts";
import { askAgain } from "./ask-again.ts";
import { type FinalityRule, finalNumber } from "./finality.ts";

/** Blocks whose events are read by one request. */
const BLOCKS_A_READ = 2_000;
/** Empty blocks after which the cursor is stored again. */
const BLOCKS_UNSTORED = 500;

/** What a service keeps of the chain in its store. */
export interface Projection {
  /** The last block whose events are in it; undefined when it has to be filled from the beginning. */
  readCursor(): Promise<BlockRef | undefined>;
  /** Takes in the events of whole blocks up to the cursor, and the cursor, in one transaction. */
  apply(events: readonly ProgrammeEvent[], cursor: BlockRef): Promise<void>;
  /** Empties it, cursor included, in one transaction. */
  clear(): Promise<void>;
}

/** What a projection is kept with. */
export interface FinalBlocksParts {
  readonly client: ChainClient;
  readonly deployment: Deployment;
  readonly finality: FinalityRule;
  readonly log: Logger;
  readonly projection: Projection;
  /** Called when blocks that counted as final are gone, after the projection was emptied. */
  readonly onLostBlocks?: () => Promise<void>;
}

/** Brings the events of final blocks into a projection, each block once and in the order of the chain. */
export class FinalBlocks {
  readonly #parts: FinalBlocksParts;
  #cursor: BlockRef | undefined;
  /** None at first, so that the first cursor is written. */
  #storedBlock = -Infinity;

  constructor(parts: FinalBlocksParts) {
    this.#parts = parts;
  }

  /** The block of the cursor in the store: between it and the newest final one nothing happened. */
  get storedBlock(): number {
    return this.#storedBlock;
  }

  /** Forgets what this process believes: another one may have moved the projection on. */
  reset(): void {
    this.#cursor = undefined;
    this.#storedBlock = -Infinity;
  }

  /**
   * Brings the projection to the newest final block.
   * @param head The newest block.
   * @returns That final block.
   * @throws CHAIN_UNREACHABLE; CHAIN_MISMATCH when a final block cannot be what it was.
   */
  async advance(head: Head): Promise<BlockRef> {
    try {
      return await this.#advance(head);
    } catch (error) {
      // Whatever was committed is read again.
      this.#cursor = undefined;
      throw error;
    }
  }

  async #advance(head: Head): Promise<BlockRef> {
    const { client, deployment, projection } = this.#parts;
    this.#cursor ??= await this.#readStored();
    if (this.#cursor === undefined) await projection.clear();
    else if (!(await this.#stillStands(this.#cursor, head))) await this.#startAnew(this.#cursor, head);
    // Until something is final, the deployment's own block is: whoever started this programme vouches for it.
    const upTo = Math.max(await this.#finalBlock(head), deployment.block);
    let from = this.#cursor === undefined ? deployment.firstBlock : this.#cursor.number + 1;
    while (from <= upTo || this.#cursor === undefined) {
      const to = Math.min(from + BLOCKS_A_READ - 1, upTo);
      const events = await askAgain(() => readEvents(client, deployment, { fromBlock: from, toBlock: to }));
      this.#cursor = await this.#apply(events, await this.#block(to, head));
      from = to + 1;
    }
    return this.#cursor;
  }

  async #readStored(): Promise<BlockRef | undefined> {
    const cursor = await this.#parts.projection.readCursor();
    if (cursor !== undefined) this.#storedBlock = cursor.number;
    return cursor;
  }

  /** The newest final block; a block that the chain does not have (any more) is not final. */
  async #finalBlock(head: Head): Promise<number> {
    const target = await finalNumber(this.#parts.finality, head.number);
    const known = this.#cursor?.number ?? -1;
    if (target.hash === undefined || target.number <= known) return target.number;
    return (await this.#block(target.number, head)).hash === target.hash ? target.number : known;
  }

  async #apply(events: readonly ProgrammeEvent[], { number, hash, time }: BlockRef): Promise<BlockRef> {
    const cursor = { number, hash, time };
    // Empty blocks need no write: after a restart they are read again.
    if (events.length === 0 && number - this.#storedBlock < BLOCKS_UNSTORED) return cursor;
    await this.#parts.projection.apply(events, cursor);
    this.#storedBlock = number;
    return cursor;
  }

  async #stillStands(cursor: BlockRef, head: Head): Promise<boolean> {
    if (head.number < cursor.number) return false;
    if (head.number === cursor.number + 1) return head.parentHash === cursor.hash;
    return (await this.#block(cursor.number, head)).hash === cursor.hash;
  }

  /** A block of a number that is not above the head's. */
  #block(number: number, head: Head): Promise<BlockRef> | BlockRef {
    return number === head.number ? head : askAgain(() => readBlock(this.#parts.client, number));
  }

  /**
   * An embedded chain came back without its last blocks: the projection is made again from what is there. With a depth, a
   * final block cannot go: then the node lags behind or stands on another chain, and nothing is done.
   */
  async #startAnew(cursor: BlockRef, head: Head): Promise<void> {
    const { client, deployment, finality, projection, log, onLostBlocks } = this.#parts;
    if ("depth" in finality && finality.depth > 0) {
      const lags = head.number < cursor.number;
      throw new CairnError(lags ? "CHAIN_UNREACHABLE" : "CHAIN_MISMATCH", `block ${cursor.number} was final`);
    }
    await assertChain(client, deployment);
    log.warn({ block: cursor.number }, "final blocks are gone: reading the chain again");
    await projection.clear();
    this.reset();
    await onLostBlocks?.();
  }
}
