import { CairnError } from "../../protocol/errors.ts";
import { dropOf } from "../../protocol/schedule.ts";
import { isPostgres } from "../../storage/migration.ts";
import { restrictionsOf } from "../domain/restrictions.ts";
import type { Programme } from "../programme.ts";
import { readCursor } from "../store/mirror.ts";
import type { Tx } from "../store/open.ts";
import { readRules } from "../store/rules.ts";
import { readIntakeProgress, writeIntakeProgress } from "../store/taking-in.ts";
import type { ChainSnapshot, ChainView } from "./chain-view.ts";

/** What a transaction that takes something in judges by. */
export interface IntakeMoment {
  readonly snapshot: ChainSnapshot;
  /** The first drop that still takes something: a drop never comes before one that another relayer has used. */
  readonly nextDrop: number;
}

/**
 * Begins a transaction that takes something in. Nothing can close the drop between this look and the commit.
 * @throws CHAIN_UNREACHABLE before the chain was first processed, and while this relayer knows less of it than another one of
 * the same store did: what was withdrawn in between would not bind it.
 */
export async function beginIntake(
  tx: Tx,
  view: ChainView,
  programme: Pick<Programme, "genesis" | "operator">,
): Promise<IntakeMoment> {
  if (view.snapshot === undefined) throw new CairnError("CHAIN_UNREACHABLE", "not caught up yet");
  const snapshot = await matchMirror(tx, view.snapshot, programme);
  const before = await readIntakeProgress(tx);
  const { number, time } = snapshot.head;
  if (isPostgres(tx) && number < before.seenBlock) {
    throw new CairnError("CHAIN_UNREACHABLE", "another relayer has seen newer blocks");
  }
  const nextDrop = Math.max(before.firstDrop, dropOf(programme.genesis, time));
  if (nextDrop > before.firstDrop || number > before.seenBlock) {
    await writeIntakeProgress(tx, { firstDrop: nextDrop, seenBlock: number });
  }
  return { snapshot, nextDrop };
}

/**
 * The snapshot as it goes with the projection that this transaction sees: another relayer may have moved that on. What newer
 * blocks take away must then be counted from there, neither twice nor with a gap.
 */
async function matchMirror(
  tx: Tx,
  snapshot: ChainSnapshot,
  { operator }: Pick<Programme, "operator">,
): Promise<ChainSnapshot> {
  const block = (await readCursor(tx))?.number ?? -1;
  if (block === snapshot.mirroredBlock) return snapshot;
  if (block < snapshot.mirroredBlock) throw new CairnError("CHAIN_UNREACHABLE", "the chain is being read again");
  const newer = snapshot.newer.filter((event) => event.block > block);
  return { ...snapshot, newer, restrictions: restrictionsOf(newer, operator), rules: await readRules(tx) };
}
