import type { Hex } from "../../protocol/codec/bytes.ts";
import { type AwardLeaf, hashAwardLeaf, hashMileageLeaf, type MileageLeaf } from "../../protocol/codec/leaves.ts";
import { signatureHash } from "../../protocol/codec/reading.ts";
import type { MerkleTree } from "../../protocol/tree.ts";
import { Bound } from "../../service/bound.ts";
import { Recent } from "../../service/recent.ts";
import { treeOfDrop } from "../domain/close-drop.ts";
import { awardLeafOf, findAwardLeaf } from "../store/awards.ts";
import type { Db } from "../store/open.ts";
import { findLeaf, readLeafHashes } from "../store/readings.ts";
import type { LeavesTable, ReadingsTable } from "../store/schema.ts";

/** A leaf of a drop whose root is on the chain, with its proof. */
interface Anchored<L> {
  readonly drop: number;
  readonly leaf: L;
  readonly leafHash: Hex;
  readonly root: Hex;
  readonly proof: readonly Hex[];
  readonly transaction: Hex;
}

/** Drops whose trees are kept in memory: some 70 bytes a leaf. */
const DROPS_KEPT = 8;
/** Leaves after which a page ends early: the trees of its drops are made again for it. */
const LEAVES_A_PAGE = 100_000;
/** Trees that are made at once; each holds up everything else for the time that it takes. */
const MOST_LOADING = 4;

/** Proofs of closed drops, whose trees are made again from the store when somebody asks. */
export class AnchoredDrops {
  readonly #db: Db;
  readonly #trees = new Recent<number, DropTree>(DROPS_KEPT);
  readonly #loading = new Bound(MOST_LOADING);
  readonly #leavesAPage: number;

  constructor(db: Db, leavesAPage = LEAVES_A_PAGE) {
    this.#db = db;
    this.#leavesAPage = leavesAPage;
  }

  /**
   * A drop with its tree.
   * @returns Undefined as long as it is not closed, or its root is not on the chain, by final blocks.
   * @throws OVERLOADED while the trees of too many other drops are made.
   */
  async get(drop: number): Promise<AnchoredDrop | undefined> {
    const db = this.#db;
    const anchor = await db
      .selectFrom("chain_drops")
      .innerJoin("drops", "drops.drop_no", "chain_drops.drop_no")
      .select(["chain_drops.root", "chain_drops.tx"])
      .where("chain_drops.drop_no", "=", drop)
      .executeTakeFirst();
    if (anchor === undefined) return undefined;
    const tree = await this.#trees.get(drop, () => this.#loading.within(1, () => loadTree(db, drop)));
    return new AnchoredDrop(db, tree, { drop, root: anchor.root, transaction: anchor.tx });
  }

  /**
   * The drops of a page's rows, each read once.
   * @returns Also the rows that the page can have: one at least, and then until their drops' trees have had enough leaves.
   * @throws OVERLOADED, as {@link get}.
   */
  async ofPage<Row extends { readonly drop_no: number }>(rows: readonly Row[]): Promise<AnchoredPage<Row>> {
    const drops = new Map<number, AnchoredDrop | undefined>();
    let leaves = 0;
    for (const [i, { drop_no }] of rows.entries()) {
      if (drops.has(drop_no)) continue;
      if (leaves >= this.#leavesAPage) return { drops, rows: rows.slice(0, i) };
      const drop = await this.get(drop_no);
      drops.set(drop_no, drop);
      leaves += drop?.size ?? 0;
    }
    return { drops, rows };
  }
}

/** Rows with their drops, which are undefined as long as their roots are not on the chain. */
interface AnchoredPage<Row> {
  readonly drops: ReadonlyMap<number, AnchoredDrop | undefined>;
  readonly rows: readonly Row[];
}

/** The tree of a closed drop: it never changes. */
interface DropTree {
  readonly tree: MerkleTree;
  /** How many readings the drop has; the leaves of its awards come after theirs. */
  readonly readings: number;
}

async function loadTree(db: Db, drop: number): Promise<DropTree> {
  const readings = await readLeafHashes(db, "leaves", drop);
  const awards = await readLeafHashes(db, "award_leaves", drop);
  return { tree: treeOfDrop(readings, awards), readings: readings.length };
}

/** The leaves of one drop whose root is on the chain. */
export class AnchoredDrop {
  readonly #db: Db;
  readonly #tree: DropTree;
  readonly #place: Pick<Anchored<unknown>, "drop" | "root" | "transaction">;

  constructor(db: Db, tree: DropTree, place: Pick<Anchored<unknown>, "drop" | "root" | "transaction">) {
    this.#db = db;
    this.#tree = tree;
    this.#place = place;
  }

  /** How many leaves its tree was made of. */
  get size(): number {
    return this.#tree.tree.size;
  }

  /** The leaf of a reading, by its digest. */
  async reading(digest: Hex): Promise<Anchored<MileageLeaf> | undefined> {
    const row = await findLeaf(this.#db, digest);
    if (row === undefined) return undefined;
    const leaf = mileageLeafOf(row);
    return { ...this.#place, leaf, leafHash: hashMileageLeaf(leaf), proof: this.#tree.tree.proof(row.leaf_index) };
  }

  /** The leaf of an award, by its digest. */
  async award(digest: Hex): Promise<Anchored<AwardLeaf> | undefined> {
    const row = await findAwardLeaf(this.#db, digest);
    if (row === undefined) return undefined;
    const leaf = awardLeafOf(row);
    const { tree, readings } = this.#tree;
    return { ...this.#place, leaf, leafHash: hashAwardLeaf(leaf), proof: tree.proof(readings + row.leaf_index) };
  }
}

function mileageLeafOf(row: ReadingsTable & LeavesTable): MileageLeaf {
  return {
    drop: row.drop_no,
    index: row.leaf_index,
    readingDigest: row.digest,
    signatureHash: signatureHash(row.signature),
    account: row.account,
    countedM: row.counted_m,
    vehicleDayAfterM: row.vehicle_day_after_m,
    accountAfterM: row.account_after_m,
    prevVehicleLeaf: row.prev_vehicle_leaf,
    prevAccountLeaf: row.prev_account_leaf,
    salt: row.salt,
  };
}
