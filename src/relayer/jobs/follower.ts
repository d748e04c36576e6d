import type { Logger } from "pino";
import { assertChain, type ChainClient, reach } from "../../chain/client.ts";
import { type ProgrammeEvent, readEvents } from "../../chain/read/events.ts";
import type { Deployment } from "../../protocol/codec/deployment.ts";
import { CairnError } from "../../protocol/errors.ts";
import { type FinalityRule, finalNumber } from "../../service/finality.ts";
import { NO_RESTRICTIONS, type Restrictions, restrictionsOf } from "../domain/restrictions.ts";
import { applyEvents, type Cursor, clearMirror, readCursor, writeCursor } from "../store/mirror.ts";
import type { Store } from "../store/open.ts";
import { readRules } from "../store/rules.ts";
import { askAgain } from "./ask-again.ts";
import type { ChainView, Head } from "./chain-view.ts";

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
    if (!isNewHead && "depth" in finality) return false;
    const final = await this.#advance(head).catch((error: unknown) => {
      // Whatever was committed is read again.
      this.#cursor = undefined;
      throw error;
    });
    if (!isNewHead && final.block === before?.final.number) return false;
    const restrictions = await this.#restrictionsAbove(final.block, head.number);
    view.replace({
      head,
      final: { number: final.block, hash: final.hash, time: final.time },
      restrictions,
      rules: await readRules(this.#parts.store.db),
    });
    return true;
  }

  /** Brings the projection to the newest final block. */
  async #advance(head: Head): Promise<Cursor> {
    const { client, deployment, store } = this.#parts;
    this.#cursor ??= await readCursor(store.db);
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

  async #restrictionsAbove(final: number, head: number): Promise<Restrictions> {
    if (head <= final) return NO_RESTRICTIONS;
    const { client, deployment } = this.#parts;
    const range = { fromBlock: final + 1, toBlock: head };
    const events = await askAgain(() => readEvents(client, deployment, range));
    return restrictionsOf(events, deployment.operator);
  }
}

async function readHead(client: ChainClient): Promise<Head> {
  return headOf(await reach(client.getBlock({ blockTag: "latest" })));
}

async function readBlock(client: ChainClient, number: number): Promise<Head> {
  return headOf(await askAgain(() => reach(client.getBlock({ blockNumber: BigInt(number) }))));
}

function headOf(block: Awaited<ReturnType<ChainClient["getBlock"]>>): Head {
  const { number, hash, parentHash, timestamp, baseFeePerGas, gasLimit } = block;
  if (number === null || hash === null) throw new CairnError("CHAIN_UNREACHABLE", "the node gave a pending block");
  const place = { number: Number(number), hash, parentHash, time: Number(timestamp) };
  return { ...place, baseFee: baseFeePerGas ?? 0n, gasLimit };
}
