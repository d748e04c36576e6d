import { LEAF_KIND } from "../../protocol/codec/codes.ts";
import { LAYOUTS } from "./layout.ts";
import { type Batch, byte, Preimage } from "./preimage.ts";
import { type Examined, RowHash } from "./row-hash.ts";

const { slot } = LAYOUTS.day;

/** Examines rows of days: row hash, leaf of metres, leaf of stones. */
export class DayExaminer {
  readonly #row = new RowHash(LEAF_KIND.stones, LAYOUTS.day);
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

  /** Examines every row of a batch packed as days' rows. */
  examine(batch: Batch): Examined {
    const hashes = new Uint8Array(64 * batch.count);
    const flags = new Uint8Array(batch.count);
    for (let row = 0; row < batch.count; row++) {
      const metresPrefix = this.#metresPrefix.fill(batch, row).hash();
      hashes.set(this.#metres.fill(batch, row).set(4, metresPrefix).hashTwice(), 64 * row);
      const stonesPrefix = this.#stonesPrefix.fill(batch, row).hash();
      hashes.set(this.#stones.fill(batch, row).set(5, stonesPrefix).hashTwice(), 64 * row + 32);
      flags[row] = this.#row.flag(batch, row);
    }
    return { hashes, flags };
  }
}
