import { LEAF_KIND } from "../../protocol/codec/codes.ts";
import { type FileKind, LAYOUTS, type Layout } from "./layout.ts";
import { type Batch, byte, Preimage } from "./preimage.ts";
import { type Examined, RowHash } from "./row-hash.ts";
import { type SigningDomain, TypedRows } from "./typed-rows.ts";

interface LeafForm {
  readonly file: FileKind;
  readonly kind: number;
  /** The leaf's fields in order; the digest of what was signed stands as `digest`. */
  readonly fields: readonly string[];
}

/** Leaves that open into one row: of awards, votes and parts of benefit rounds. */
const AWARD_LEAF: LeafForm = {
  file: "award",
  kind: LEAF_KIND.award,
  fields: ["drop", "index", "digest", "account", "crystals", "accountCrystalsAfter", "prevAwardLeaf", "salt"],
};
const VOTE_LEAF: LeafForm = {
  file: "poll",
  kind: LEAF_KIND.vote,
  fields: ["poll", "index", "digest", "account", "option", "weight", "salt"],
};
const PART_LEAF: LeafForm = {
  file: "round",
  kind: LEAF_KIND.round,
  fields: ["round", "index", "account", "weight", "salt"],
};

/** Examines rows whose leaf is one hash: row hash, leaf, and the digest of the message that the row holds. */
export class LeafExaminer {
  readonly #row: RowHash;
  readonly #leaf: Preimage;
  readonly #digests: TypedRows | undefined;
  /** Which word of the leaf is the digest. */
  readonly #digestWord: number;

  private constructor({ file, kind, fields }: LeafForm, digests?: TypedRows) {
    const layout: Layout = LAYOUTS[file];
    this.#row = new RowHash(kind, layout);
    this.#leaf = new Preimage([
      byte(kind),
      ...fields.map((field) => (field === "digest" ? "set" : layout.slot(field))),
    ]);
    this.#digests = digests;
    this.#digestWord = 1 + fields.indexOf("digest");
  }

  static ofAwards(domain: SigningDomain): LeafExaminer {
    return new LeafExaminer(AWARD_LEAF, new TypedRows(domain, "TaskAward", LAYOUTS.award));
  }

  static ofVotes(domain: SigningDomain): LeafExaminer {
    return new LeafExaminer(VOTE_LEAF, new TypedRows(domain, "Vote", LAYOUTS.poll));
  }

  static ofParts(): LeafExaminer {
    return new LeafExaminer(PART_LEAF);
  }

  /** Examines every row of a batch packed as these rows. */
  examine(batch: Batch): Examined {
    const width = this.#digests === undefined ? 32 : 64;
    const hashes = new Uint8Array(width * batch.count);
    const flags = new Uint8Array(batch.count);
    for (let row = 0; row < batch.count; row++) {
      this.#leaf.fill(batch, row);
      if (this.#digests !== undefined) {
        const digest = this.#digests.digest(batch, row);
        this.#leaf.set(this.#digestWord, digest);
        hashes.set(digest, width * row + 32);
      }
      hashes.set(this.#leaf.hashTwice(), width * row);
      flags[row] = this.#row.flag(batch, row);
    }
    return { hashes, flags };
  }
}
