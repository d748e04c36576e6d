import type { Hex } from "../../protocol/codec/bytes.ts";
import type { Db } from "./open.ts";

/** What an account plays with, by final blocks. */
export interface Play {
  /** Boxes requested so far, over all seasons. */
  readonly boxes: bigint;
  /** Of its last request, 0 = none. */
  readonly season: number;
  /** Crystals that it can spend. */
  readonly crystals: bigint;
  /** Crystals credited from its own leaves, cumulative. */
  readonly credited: bigint;
}

const NOTHING: Play = { boxes: 0n, season: 0, crystals: 0n, credited: 0n };

/** What an account plays with; undefined when it never had anything to do with boxes. */
export async function findPlay(db: Db, account: Hex): Promise<Play | undefined> {
  const row = await db.selectFrom("chain_boxes").selectAll().where("account", "=", account).executeTakeFirst();
  if (row === undefined) return undefined;
  const { boxes, season, crystals, credited } = row;
  return { boxes: BigInt(boxes), season, crystals: BigInt(crystals), credited: BigInt(credited) };
}

export async function readPlay(db: Db, account: Hex): Promise<Play> {
  return (await findPlay(db, account)) ?? NOTHING;
}
