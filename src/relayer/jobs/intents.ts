import { parseEventLogs } from "viem";
import { contractErrorName } from "../../chain/errors.ts";
import { consentRegistryAbi } from "../../chain/generated/consentRegistry.ts";
import { batchIntents, type WaitingIntent } from "../domain/intent-batches.ts";
import {
  assignIntents,
  endIntent,
  intentsOfRow,
  queuedIntents,
  readIntents,
  requeueIntent,
  storedIntent,
} from "../store/intents.ts";
import type { Db, Tx } from "../store/open.ts";
import { countRounds, enqueueEffect, type OutboxRow } from "../store/outbox.ts";
import { gasForItems, gasOfIntent, type IntentsPayload, type LeafCredits } from "../submitter/calls.ts";
import { INTENT_FUNCTIONS, type IntentKind } from "../submitter/intent-calls.ts";
import type { MinedReceipt } from "../submitter/node.ts";
import { creditsForBoxes } from "./box-credits.ts";
import type { ChainSnapshot } from "./chain-view.ts";
import { creditsForOrders } from "./order-credits.ts";
import type { CreditParts } from "./unpaid-leaves.ts";

/** Intents that one step puts into transactions. */
const INTENTS_A_STEP = 800;

/**
 * Puts waiting intents into batches: orders with what they need credited, requests of boxes after a row that credits the
 * crystals that they need.
 * @returns Whether there were any.
 */
export async function enqueueIntents(parts: CreditParts, snapshot: ChainSnapshot): Promise<boolean> {
  const { store } = parts;
  const waiting = await queuedIntents(store.db, snapshot.head.time, INTENTS_A_STEP);
  if (waiting.length === 0) return false;
  const gas = gasForItems(snapshot.head.gasLimit);
  const parted = await Promise.all(batchIntents(waiting).map((batch) => partByGas(store.db, batch, gas)));
  const batches = await Promise.all(
    parted.flat().map(async (batch) => ({ batch, credits: await creditsFor(parts, snapshot, batch) })),
  );
  await store.transaction(async (tx) => {
    for (const { batch, credits } of batches) await enqueueBatch(tx, batch, credits);
  });
  return true;
}

async function enqueueBatch(tx: Tx, batch: readonly WaitingIntent[], credits: LeafCredits | undefined): Promise<void> {
  const [first] = batch;
  if (first === undefined) return;
  const isOfBoxes = first.kind === "BoxRequest";
  if (isOfBoxes && credits !== undefined) {
    const effect = { kind: "creditCrystalsMany", payload: credits, items: credits.indices.length };
    await enqueueEffect(tx, { ...effect, key: await roundOf(tx, `crystals:${first.seq}:`) });
  }
  const payload: IntentsPayload = isOfBoxes || credits === undefined ? {} : { credits };
  const id = await enqueueEffect(tx, {
    key: await roundOf(tx, `intents:${first.seq}:`),
    kind: INTENT_FUNCTIONS[first.kind as IntentKind].name,
    payload,
    items: batch.length,
  });
  await assignIntents(
    tx,
    id,
    batch.map(({ seq }) => seq),
  );
}

async function roundOf(tx: Tx, prefix: string): Promise<string> {
  return `${prefix}${await countRounds(tx, prefix)}`;
}

/** Parts a batch so that none needs more gas than there is; a part holds one intent at least. Their order stays. */
async function partByGas(db: Db, batch: readonly WaitingIntent[], gas: bigint): Promise<WaitingIntent[][]> {
  const rows = await readIntents(
    db,
    batch.map(({ seq }) => seq),
  );
  const needs = new Map(rows.map((row) => [row.seq, gasOfIntent(row.kind as IntentKind, storedIntent(row))]));
  const parts: WaitingIntent[][] = [];
  let left = 0n;
  for (const intent of batch) {
    const need = needs.get(intent.seq) ?? 0n;
    const last = parts.at(-1);
    if (last === undefined || need > left) {
      parts.push([intent]);
      left = gas - need;
    } else {
      last.push(intent);
      left -= need;
    }
  }
  return parts;
}

async function creditsFor(
  parts: CreditParts,
  snapshot: ChainSnapshot,
  batch: readonly WaitingIntent[],
): Promise<LeafCredits | undefined> {
  const seqs = batch.map(({ seq }) => seq);
  switch (batch[0]?.kind) {
    case "OrderIntent":
      return creditsForOrders(parts, snapshot, seqs);
    case "BoxRequest":
      return creditsForBoxes(parts, snapshot, seqs);
  }
  return undefined;
}

const INTENT_KINDS_OF_CALLS: ReadonlySet<string> = new Set(Object.values(INTENT_FUNCTIONS).map(({ name }) => name));

/** Writes down what became of each intent of a batch that has ended; other rows are left alone. */
export async function endIntentBatch(tx: Tx, row: OutboxRow, receipt: MinedReceipt | undefined): Promise<void> {
  if (!INTENT_KINDS_OF_CALLS.has(row.kind)) return;
  const intents = await intentsOfRow(tx, row.id);
  if (receipt?.succeeded !== true) {
    for (const { seq, reverts } of intents) {
      if (reverts === 0) await requeueIntent(tx, seq);
      else await endIntent(tx, seq, "failed", "TRANSACTION_REVERTED");
    }
    return;
  }
  const skipped = skippedIn(receipt);
  for (const { seq, position } of intents) {
    const reason = skipped.get(position ?? -1);
    await endIntent(tx, seq, reason === undefined ? "done" : "skipped", reason ?? null);
  }
}

/** Names of the errors for which intents were skipped, by their place in the batch. The event is one in all contracts. */
function skippedIn(receipt: MinedReceipt): Map<number, string> {
  const logs = parseEventLogs({ abi: consentRegistryAbi, eventName: "IntentSkipped", logs: [...receipt.logs] });
  return new Map(logs.map(({ args }) => [Number(args.index), contractErrorName(args.reason)]));
}
