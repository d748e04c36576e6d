import type { Logger } from "pino";
import { assertChain, type ChainClient, reach } from "../chain/client.ts";
import { type ProgrammeEvent, readEvents } from "../chain/read/events.ts";
import { type BlockRef, readHead } from "../chain/read/head.ts";
import type { Deployment } from "../protocol/codec/deployment.ts";
import { CairnError } from "../protocol/errors.ts";
import { type FinalityRule, finalNumber } from "../service/finality.ts";
import type { ChainSnapshot, Duty } from "./duty.ts";
import { readCursor, resetCursor, writeCursor } from "./store/cursor.ts";
import type { Store } from "./store/open.ts";

/** Blocks whose events are read by one request. */
const BLOCKS_A_READ = 2_000;
/** Empty blocks after which the cursor is stored again. */
const BLOCKS_UNSTORED = 500;

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
 * Follows the chain: events of final blocks go to the duties' mirrors, cursor and block hash in the same transaction. When a
 * duty with a mirror was added, all mirrors are filled again from the deployment on.
 */
export class Follower {
  readonly #parts: FollowerParts;
  readonly #mirrors: string;
  #snapshot: ChainSnapshot | undefined;
  #cursor: BlockRef | undefined;
  /** The block of the cursor in the store; none at first, so that the first one is written. */
  #storedBlock = -Infinity;

  constructor(parts: FollowerParts) {
    this.#parts = parts;
    this.#mirrors = parts.duties.flatMap(({ name, mirror }) => (mirror === undefined ? [] : [name])).join(" ");
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
    const head = await readHead(this.#parts.client);
    const isNewHead = head.hash !== before?.head.hash;
    if (!isNewHead && "depth" in this.#parts.finality) return false;
    const final = await this.#advance(head).catch((error: unknown) => {
      // Whatever was committed is read again.
      this.#cursor = undefined;
      throw error;
    });
    this.#snapshot = { head, final };
    return isNewHead || final.number !== before?.final.number;
  }

  /** Forgets what this process believes: another one may have moved the mirrors on. */
  reset(): void {
    this.#cursor = undefined;
    this.#storedBlock = -Infinity;
    this.#snapshot = undefined;
  }

  /** Brings the mirrors to the newest final block. */
  async #advance(head: BlockRef): Promise<BlockRef> {
    const { client, deployment, store } = this.#parts;
    this.#cursor ??= await readCursor(store.db, this.#mirrors);
    if (this.#cursor === undefined) await this.#clear();
    else if (!(await this.#stillStands(this.#cursor, head))) await this.#startAnew(this.#cursor, head);
    // Until something is final, the deployment's own block is: whoever started this programme vouches for it.
    const upTo = Math.max(await this.#finalBlock(head), deployment.block);
    let from = this.#cursor === undefined ? deployment.firstBlock : this.#cursor.number + 1;
    while (from <= upTo || this.#cursor === undefined) {
      const to = Math.min(from + BLOCKS_A_READ - 1, upTo);
      const events = await readEvents(client, deployment, { fromBlock: from, toBlock: to });
      this.#cursor = await this.#apply(events, to === head.number ? head : await this.#readBlock(to));
      from = to + 1;
    }
    return this.#cursor;
  }

  /** The newest final block; a block that the chain does not have (any more) is not final. */
  async #finalBlock(head: BlockRef): Promise<number> {
    const target = await finalNumber(this.#parts.finality, head.number);
    const known = this.#cursor?.number ?? -1;
    if (target.hash === undefined || target.number <= known) return target.number;
    const block = target.number === head.number ? head : await this.#readBlock(target.number);
    return block.hash === target.hash ? target.number : known;
  }

  async #apply(events: readonly ProgrammeEvent[], cursor: BlockRef): Promise<BlockRef> {
    // Empty blocks need no write: after a restart they are read again.
    if (events.length === 0 && cursor.number - this.#storedBlock < BLOCKS_UNSTORED) return cursor;
    const { duties, store } = this.#parts;
    await store.transaction(async (tx) => {
      for (const { mirror } of duties) await mirror?.apply(tx, events);
      await writeCursor(tx, cursor);
    });
    this.#storedBlock = cursor.number;
    return cursor;
  }

  async #stillStands(cursor: BlockRef, head: BlockRef): Promise<boolean> {
    if (head.number < cursor.number) return false;
    const block = head.number === cursor.number ? head : await this.#readBlock(cursor.number);
    return block.hash === cursor.hash;
  }

  /**
   * An embedded chain came back without its last blocks: the mirrors are made again from what is there. With a depth, a final
   * block cannot go: then the node lags behind or stands on another chain, and nothing is done.
   */
  async #startAnew(cursor: BlockRef, head: BlockRef): Promise<void> {
    const { client, deployment, finality, log } = this.#parts;
    if ("depth" in finality && finality.depth > 0) {
      const lags = head.number < cursor.number;
      throw new CairnError(lags ? "CHAIN_UNREACHABLE" : "CHAIN_MISMATCH", `block ${cursor.number} was final`);
    }
    await assertChain(client, deployment);
    log.warn({ block: cursor.number }, "final blocks are gone: reading the chain again");
    await this.#clear();
    this.#cursor = undefined;
  }

  async #clear(): Promise<void> {
    const { duties, store } = this.#parts;
    await store.transaction(async (tx) => {
      for (const { mirror } of duties) await mirror?.clear(tx);
      await resetCursor(tx, this.#mirrors);
    });
  }

  async #readBlock(number: number): Promise<BlockRef> {
    const block = await reach(this.#parts.client.getBlock({ blockNumber: BigInt(number) }));
    return { number, hash: block.hash, time: Number(block.timestamp) };
  }
}
