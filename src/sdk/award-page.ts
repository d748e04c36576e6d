import { Fields, invalid } from "../evidence/fields.ts";
import type { AwardLeaf, Hex, TaskAward } from "../protocol/index.ts";

/** An award as a relayer shows it, with its leaf once its drop is anchored. */
export interface ShownAward {
  readonly digest: Hex;
  readonly award: TaskAward;
  readonly drop: number;
  readonly anchored: { readonly leaf: AwardLeaf; readonly proof: readonly Hex[] } | undefined;
  readonly cursor: number;
}

/** Reads a relayer's page of awards. @throws EVIDENCE_INVALID naming the first field that is not of its form. */
export function parseAwardPage(value: unknown): ShownAward[] {
  const list = (value as { awards?: unknown } | null)?.awards;
  if (!Array.isArray(list)) throw invalid("awards", "a list");
  return list.map((item, at) => parseShown(new Fields(item, `awards.${at}`), item));
}

function parseShown(shown: Fields, value: unknown): ShownAward {
  const award = shown.object("award");
  const isAnchored = (value as { anchored?: unknown }).anchored !== undefined;
  return {
    digest: shown.hex("digest", 32),
    award: {
      task: award.whole("task"),
      account: award.hex("account", 20),
      occurrence: award.hex("occurrence", 32),
      crystals: award.whole("crystals"),
      awardedAt: award.whole("awardedAt"),
    },
    drop: shown.whole("drop"),
    anchored: isAnchored ? parseAnchored(shown.object("anchored")) : undefined,
    cursor: shown.whole("cursor"),
  };
}

function parseAnchored(anchored: Fields): ShownAward["anchored"] {
  const leaf = anchored.object("leaf");
  return {
    leaf: {
      drop: leaf.whole("drop"),
      index: leaf.whole("index"),
      awardDigest: leaf.hex("awardDigest", 32),
      account: leaf.hex("account", 20),
      crystals: leaf.whole("crystals"),
      accountCrystalsAfter: leaf.units("accountCrystalsAfter"),
      prevAwardLeaf: leaf.hex("prevAwardLeaf", 32),
      salt: leaf.hex("salt", 32),
    },
    proof: anchored.proof("proof"),
  };
}
