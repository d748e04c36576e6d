import { DROPS_PER_DAY } from "../../protocol/codec/codes.ts";
import { dataDigest, dropDigest } from "../../protocol/codec/rows.ts";
import { dropsToAnchor } from "../domain/anchor-policy.ts";
import { rulesOn } from "../domain/rules.ts";
import { passFailpoint } from "../failpoints.ts";
import type { Publisher } from "../files/publisher.ts";
import { closedDrops, nextAnchored } from "../store/anchors.ts";
import type { Store } from "../store/open.ts";
import { countRounds, enqueueEffect, hasOpenEffect } from "../store/outbox.ts";
import type { DropsTable } from "../store/schema.ts";
import { type AnchorPayload, dropsThatFit, gasForItems } from "../submitter/calls.ts";
import type { ChainSnapshot } from "./chain-view.ts";
import type { Lane } from "./lane.ts";

/** Drops that are looked at together; one more than a call can take. */
const MOST_WAITING = 7 * DROPS_PER_DAY + 1;

/** What anchoring works with. */
export interface AnchorParts {
  readonly store: Store;
  readonly genesis: number;
  readonly publisher: Publisher;
  readonly lane: Lane;
  /** How many closed drops make an anchoring call worth while. */
  readonly everyDrops: number;
}

/**
 * Writes down the next anchoring call when one is due, after the files of its drops are published.
 * @returns Whether one was written down.
 */
export async function enqueueAnchor(parts: AnchorParts, snapshot: ChainSnapshot): Promise<boolean> {
  if (parts.lane.isStopped || (await hasOpenEffect(parts.store.db, "anchorDrops"))) return false;
  const drops = await dueDrops(parts, snapshot);
  const [first] = drops;
  if (first === undefined) return false;
  const record = await parts.publisher.publishDrops(first.drop_no + drops.length - 1);
  passFailpoint("drops-published");
  const prefix = `drop:${first.drop_no}:`;
  const payload: AnchorPayload = {
    firstDrop: first.drop_no,
    roots: drops.map(({ root }) => root),
    dataDigest: dataDigest(drops.map(({ digest, awards_digest }) => dropDigest(digest, awards_digest))),
  };
  await parts.store.transaction(async (tx) => {
    await record(tx);
    const key = `${prefix}${await countRounds(tx, prefix)}`;
    await enqueueEffect(tx, { key, kind: "anchorDrops", payload, items: drops.length });
  });
  return true;
}

/** The drops that the next call must take now; none when it may wait for more. */
async function dueDrops(
  parts: Pick<AnchorParts, "store" | "genesis" | "everyDrops">,
  snapshot: ChainSnapshot,
): Promise<DropsTable[]> {
  const { store, genesis, everyDrops } = parts;
  const waiting = await closedDrops(store.db, await nextAnchored(store.db), MOST_WAITING);
  const [first] = waiting;
  if (first === undefined) return [];
  const { receiptDeadlineS } = rulesOn(snapshot.rules, Math.floor(first.drop_no / DROPS_PER_DAY));
  const count = dropsToAnchor(
    waiting.map(({ drop_no, readings, awards }) => ({ drop: drop_no, empty: readings + awards === 0 })),
    { everyDrops, receiptDeadlineS },
    { genesis, chainTime: snapshot.head.time },
  );
  const due = waiting.slice(0, count);
  const roots = due.map(({ root }) => root);
  return due.slice(0, dropsThatFit(roots, gasForItems(snapshot.head.gasLimit)));
}
