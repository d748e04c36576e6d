import { creditTransfers } from "../../chain/credits.ts";
import type { EventOf, ProgrammeEvent } from "../../chain/read/events.ts";
import type { BlockRef } from "../../chain/read/head.ts";
import { type Hex, lowerHex } from "../../protocol/codec/bytes.ts";
import { dayOf } from "../../protocol/schedule.ts";
import { rulesOn } from "../domain/rules.ts";
import { applyBox } from "./mirror-boxes.ts";
import { applyExclusion } from "./mirror-exclusions.ts";
import { applyMove } from "./mirror-moves.ts";
import { addMigrated, addVouchers, applyTransfer, endPayment, takePayment } from "./mirror-stones.ts";
import { applyTask } from "./mirror-tasks.ts";
import { applyVehicle } from "./mirror-vehicles.ts";
import type { Db, Tx } from "./open.ts";
import { parseRules, readRules, stringifyRules } from "./rules.ts";
import { CHAIN_TABLES, type ChainOrdersTable } from "./schema-chain.ts";

/** The last final block whose events are in the projection; undefined when it is empty. */
export async function readCursor(db: Db): Promise<BlockRef | undefined> {
  const row = await db.selectFrom("chain_cursor").selectAll().executeTakeFirst();
  return row && { number: row.block, hash: row.block_hash, time: row.block_time };
}

/** Moves the cursor. Belongs in the transaction that applied the events up to it. */
export async function writeCursor(tx: Tx, cursor: BlockRef): Promise<void> {
  const values = { block: cursor.number, block_hash: cursor.hash, block_time: cursor.time };
  await tx
    .insertInto("chain_cursor")
    .values({ id: 1, ...values })
    .onConflict((conflict) => conflict.column("id").doUpdateSet(values))
    .execute();
}

/** Empties the projection, to be made again from the chain. */
export async function clearMirror(tx: Tx): Promise<void> {
  for (const table of CHAIN_TABLES) await tx.deleteFrom(table).execute();
  // Blocks that were seen may be gone.
  await tx.updateTable("progress").set({ seen_block: 0 }).execute();
}

/** Applies final events to the projection: whole blocks, once each, in the order of the chain. */
export async function applyEvents(tx: Tx, events: readonly ProgrammeEvent[], genesis: number): Promise<void> {
  const credits = creditTransfers(events);
  for (const event of events) {
    if (event.contract === "stoneLedger" && event.name === "Transfer") {
      const { from, to, value } = event.args;
      await applyTransfer(tx, { from: lowerHex(from), to: lowerHex(to), value }, credits.has(event));
    } else {
      await applyEvent(tx, event, genesis);
    }
  }
}

async function applyEvent(tx: Tx, event: ProgrammeEvent, genesis: number): Promise<void> {
  switch (event.contract) {
    case "rules":
      return applyRules(tx, event);
    case "consentRegistry":
      return applyConsent(tx, event);
    case "vehicleRegistry":
      return applyVehicle(tx, event);
    case "dropAnchor":
      return applyAnchor(tx, event);
    case "stoneLedger":
      return applyLedger(tx, event, genesis);
    case "redemptionDesk":
      return applyDesk(tx, event);
    case "catalogue":
      return applyCatalogue(tx, event);
    case "accountMoves":
      return applyMove(tx, event);
    case "mineBox":
      return applyBox(tx, event);
    case "taskBook":
      return applyTask(tx, event);
    case "exclusions":
      return applyExclusion(tx, event);
  }
}

async function applyRules(tx: Tx, event: EventOf<"rules">): Promise<void> {
  if (event.name !== "RulesScheduled") return;
  const { version, fromDay, rules } = event.args;
  await tx
    .insertInto("chain_rules")
    .values({ version: Number(version), from_day: fromDay, rules: stringifyRules(parseRules(rules)) })
    .execute();
}

async function applyConsent(tx: Tx, event: EventOf<"consentRegistry">): Promise<void> {
  if (event.name !== "ConsentGranted" && event.name !== "ConsentWithdrawn") return;
  const key = {
    account: lowerHex(event.args.account),
    recipient: lowerHex(event.args.recipient),
    purpose: event.args.purpose,
  };
  const newest = (
    await tx
      .selectFrom("chain_consents")
      .select("version")
      .where("account", "=", key.account)
      .where("recipient", "=", key.recipient)
      .where("purpose", "=", key.purpose)
      .orderBy("version", "desc")
      .limit(1)
      .executeTakeFirst()
  )?.version;
  if (newest !== undefined) {
    const ended = event.name === "ConsentGranted" ? { replaced: event.time } : { revoked: event.time };
    await tx
      .updateTable("chain_consents")
      .set(ended)
      .where("account", "=", key.account)
      .where("recipient", "=", key.recipient)
      .where("purpose", "=", key.purpose)
      .where("version", "=", newest)
      .execute();
  }
  if (event.name !== "ConsentGranted") return;
  const { categories, expires, notice, version } = event.args;
  await tx
    .insertInto("chain_consents")
    .values({
      ...key,
      version,
      categories: Number(categories),
      granted: event.time,
      expires,
      notice,
      revoked: 0,
      replaced: 0,
    })
    .execute();
}

async function applyAnchor(tx: Tx, event: EventOf<"dropAnchor">): Promise<void> {
  if (event.name === "DropsSuperseded") {
    await tx.deleteFrom("chain_drops").where("drop_no", ">=", Number(event.args.firstDrop)).execute();
  }
  if (event.name !== "DropsAnchored") return;
  const first = Number(event.args.firstDrop);
  const rows = event.args.roots.map((root, at) => ({
    drop_no: first + at,
    root,
    tx: event.transaction,
    block: event.block,
  }));
  for (let at = 0; at < rows.length; at += 1_000) {
    await tx
      .insertInto("chain_drops")
      .values(rows.slice(at, at + 1_000))
      .execute();
  }
}

async function applyLedger(tx: Tx, event: EventOf<"stoneLedger">, genesis: number): Promise<void> {
  switch (event.name) {
    case "DaySettled": {
      const { args } = event;
      await tx
        .insertInto("chain_days")
        .values({
          day: Number(args.day),
          stones_root: args.stonesRoot,
          metres_root: args.metresRoot,
          accounts: args.accounts,
          total_stones: args.totalStones.toString(),
          total_crystals: args.totalCrystals.toString(),
          total_metres: Number(args.totalMetres),
          creditable_at: args.creditableAt,
          data_digest: args.dataDigest,
          tx: event.transaction,
          block: event.block,
        })
        .execute();
      return;
    }
    case "DayVetoed": {
      const day = Number(event.args.day);
      const rules = rulesOn(await readRules(tx), dayOf(genesis, event.time));
      const values = { not_before: event.time + rules.challengeWindowS };
      await tx.deleteFrom("chain_days").where("day", ">=", day).execute();
      await tx
        .insertInto("chain_vetoes")
        .values({ day, ...values })
        .onConflict((conflict) => conflict.column("day").doUpdateSet(values))
        .execute();
      return;
    }
    case "SuccessorAnnounced": {
      const values = { successor: lowerHex(event.args.successor), migratable_from: event.args.migratableFrom };
      await tx
        .insertInto("chain_successor")
        .values({ id: 1, ...values })
        .onConflict((conflict) => conflict.column("id").doUpdateSet(values))
        .execute();
      return;
    }
    case "StonesMigrated": {
      const [account, successor] = [lowerHex(event.args.account), lowerHex(event.args.successor)];
      return addMigrated(tx, { account, successor, units: event.args.units });
    }
    case "DayWithdrawn":
      await tx.deleteFrom("chain_days").where("day", ">=", Number(event.args.day)).execute();
      return;
  }
}

async function applyCatalogue(tx: Tx, event: EventOf<"catalogue">): Promise<void> {
  switch (event.name) {
    case "ItemListed":
    case "ItemChanged": {
      const { item, terms } = event.args;
      const values = { terms: JSON.stringify(terms, (_, value) => (typeof value === "bigint" ? `${value}` : value)) };
      await tx
        .insertInto("chain_items")
        .values({ item, ...values })
        .onConflict((conflict) => conflict.column("item").doUpdateSet(values))
        .execute();
      return;
    }
  }
}

async function applyDesk(tx: Tx, event: EventOf<"redemptionDesk">): Promise<void> {
  switch (event.name) {
    case "OrderPlaced": {
      const { args } = event;
      const account = lowerHex(args.account);
      await takePayment(tx, { account, item: args.item, price: args.price });
      await tx
        .insertInto("chain_orders")
        .values({
          order_id: args.order,
          account,
          item: args.item,
          vehicle: args.vehicle,
          price: args.price.toString(),
          status: "placed",
          deadline: args.deadline,
          tx: event.transaction,
          block: event.block,
        })
        .execute();
      return;
    }
    case "OrderFulfilled":
      return setOrder(tx, event.args.order, { status: "fulfilled", deadline: event.args.deadline });
    case "OrderObjected":
      return setOrder(tx, event.args.order, { status: "objected", deadline: event.args.deadline });
    case "OrderCompleted":
      return endOrder(tx, event.args.order, "completed");
    case "OrderCancelled":
      return endOrder(tx, event.args.order, "cancelled");
    case "OrderRefunded":
      return endOrder(tx, event.args.order, "refunded");
    case "VouchersGranted": {
      const { account, item, count } = event.args;
      return addVouchers(tx, { account: lowerHex(account), item, count });
    }
    case "VouchersFollowed": {
      const { account, to, item, count } = event.args;
      await addVouchers(tx, { account: lowerHex(account), item, count: -count });
      return addVouchers(tx, { account: lowerHex(to), item, count });
    }
  }
}

async function endOrder(tx: Tx, order: Hex, status: ChainOrdersTable["status"]): Promise<void> {
  await endPayment(tx, order, status);
  await setOrder(tx, order, { status });
}

async function setOrder(
  tx: Tx,
  order: Hex,
  values: { status: ChainOrdersTable["status"]; deadline?: number },
): Promise<void> {
  await tx.updateTable("chain_orders").set(values).where("order_id", "=", order).execute();
}
