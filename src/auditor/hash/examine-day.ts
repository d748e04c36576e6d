import { LEAF_KIND } from "../../protocol/codec/codes.ts";
import { type Examined, FLAG } from "./examine-drop.ts";
import { DAY_LAYOUT } from "./layout.ts";
import { type Batch, byte, Preimage } from "./preimage.ts";

const { slot } = DAY_LAYOUT;

/** Examines rows of days: row hash, leaf of metres, leaf of stones. */
export class DayExaminer {
  readonly #columns = new Preimage([byte(LEAF_KIND.stones), ...DAY_LAYOUT.hashed]);
  readonly #row = new Preimage([slot("rowSalt"), "set"]);
  readonly #metresPrefix = new Preimage([slot("prefixMetres"), slot("metresPrefixSalt")]);
  readonly #metres = new Preimage([
    byte(LEAF_KIND.metres),
    slot("index"),
    slot("account"),
    slot("metres"),
    "set",
    slot("headLeaf"),
    slot("metresSalt"),
  ]);
  readonly #stonesPrefix = new Preimage([slot("prefixStones"), slot("prefixCrystals"), slot("stonesPrefixSalt")]);
  readonly #stones = new Preimage([
    byte(LEAF_KIND.stones),
    slot("index"),
    slot("account"),
    slot("stones"),
    slot("crystals"),
    "set",
    slot("headAward"),
    slot("stonesSalt"),
  ]);

  /** Examines every row of a batch packed by {@link DAY_LAYOUT}. */
  examine(batch: Batch): Examined {
    const hashes = new Uint8Array(64 * batch.count);
    const flags = new Uint8Array(batch.count);
    const width = batch.bytes.length / batch.count;
    const { offset } = slot("rowHash") as { offset: number };
    for (let row = 0; row < batch.count; row++) {
      const metresPrefix = this.#metresPrefix.fill(batch, row).hash();
      hashes.set(this.#metres.fill(batch, row).set(4, metresPrefix).hashTwice(), 64 * row);
      const stonesPrefix = this.#stonesPrefix.fill(batch, row).hash();
      hashes.set(this.#stones.fill(batch, row).set(5, stonesPrefix).hashTwice(), 64 * row + 32);
      const hash = this.#row.fill(batch, row).set(1, this.#columns.fill(batch, row).hash()).hash();
      const published = batch.bytes.subarray(row * width + offset, row * width + offset + 32);
      flags[row] = Buffer.compare(hash, published) === 0 ? 0 : FLAG.rowHash;
    }
    return { hashes, flags };
  }
}
