import type { ChainClient } from "../../chain/client.ts";
import { type ProgrammeEvent, readEvents } from "../../chain/read/events.ts";
import type { Hex } from "../../protocol/codec/bytes.ts";
import type { Deployment } from "../../protocol/codec/deployment.ts";
import type { AuditDatabase, Cell } from "../store/database.ts";
import type { TableName } from "../store/schema.ts";

/** Blocks whose events are asked for at once: within what public nodes allow. */
const BLOCKS_PER_REQUEST = 2_000;

type Row = readonly [TableName, readonly Cell[]];

/**
 * Reads all events of the programme up to a block into the `ev_*` tables.
 * @param head Last block to read.
 * @returns The first block that was read.
 * @throws CHAIN_UNREACHABLE.
 */
export async function ingestEvents(
  sources: { client: ChainClient; deployment: Deployment; database: AuditDatabase },
  head: number,
  onProgress: (done: number, total: number) => void,
): Promise<number> {
  const { client, deployment, database } = sources;
  const fromBlock = await findFirstBlock(client, deployment);
  let seq = 0;
  for (let from = fromBlock; from <= head; from += BLOCKS_PER_REQUEST) {
    const toBlock = Math.min(head, from + BLOCKS_PER_REQUEST - 1);
    const rows = new Map<TableName, (readonly Cell[])[]>();
    for (const event of await readEvents(client, deployment, { fromBlock: from, toBlock })) {
      for (const [table, cells] of rowsOf(event, ++seq)) {
        const list = rows.get(table);
        if (list === undefined) rows.set(table, [cells]);
        else list.push(cells);
      }
    }
    for (const [table, list] of rows) await database.append(table, list);
    onProgress(toBlock - fromBlock + 1, head - fromBlock + 1);
  }
  await tellSupersessions(database);
  return fromBlock;
}

/**
 * The deployment names the block after which all contracts stand; the constructor of Rules spoke before it. Walks back to
 * the chunk with rules version 0, which needs no historical state of the node.
 */
async function findFirstBlock(client: ChainClient, deployment: Deployment): Promise<number> {
  for (let to = deployment.block; to > 0; to -= BLOCKS_PER_REQUEST) {
    const fromBlock = Math.max(0, to - BLOCKS_PER_REQUEST + 1);
    const events = await readEvents(client, deployment, { fromBlock, toBlock: to });
    if (events.some((event) => event.name === "RulesScheduled" && event.args.version === 0n)) return fromBlock;
  }
  return 0;
}

/** A supersession and its new roots are two events of one call: joined here, so that a check sees one. */
async function tellSupersessions(database: AuditDatabase): Promise<void> {
  await database.run(
    `UPDATE ev_anchor SET superseded_next = s.superseded_next FROM ev_anchor s
     WHERE s.drops IS NULL AND ev_anchor.drops IS NOT NULL AND s.tx = ev_anchor.tx
       AND s.first_drop = ev_anchor.first_drop AND s.seq = ev_anchor.seq - 1`,
  );
  await database.run("DELETE FROM ev_anchor WHERE drops IS NULL");
}

function rowsOf(event: ProgrammeEvent, seq: number): Row[] {
  const place = [seq, event.block, event.transaction, event.time] as const;
  return (
    rulesRows(event, place) ??
    registryRows(event, place) ??
    anchorRows(event, place) ??
    ledgerRows(event, place) ??
    deskRows(event, place) ??
    []
  );
}

type Place = readonly [number, number, Hex, number];

function rulesRows(event: ProgrammeEvent, place: Place): Row[] | undefined {
  if (event.name === "ReceiptKeySet") {
    return [["ev_receipt_key", [...place, event.args.key, event.args.from, event.args.until]]];
  }
  if (event.name !== "RulesScheduled") return undefined;
  const { version, fromDay, rules } = event.args;
  const cells = [
    version,
    fromDay,
    rules.dailyCapM,
    rules.windowDays,
    rules.maxUnitsPerMetre,
    rules.challengeWindowS,
    rules.redemptionDelayDays,
    rules.readingMaxAgeS,
    rules.receiptDeadlineS,
    rules.objectionS,
    rules.maxFulfilmentS,
    rules.maxCrystalsPerDay,
    rules.maxRegistrationsPerDay,
  ];
  return [["ev_rules", [...place, ...cells]]];
}

function registryRows(event: ProgrammeEvent, place: Place): Row[] | undefined {
  switch (event.name) {
    case "VehicleRegistered": {
      const { vehicle, rank, keyX, keyY } = event.args;
      return [["ev_device_key", [...place, vehicle, "registered", rank, keyX, keyY]]];
    }
    case "DeviceKeyRotated":
      return [["ev_device_key", [...place, event.args.vehicle, "rotated", null, event.args.keyX, event.args.keyY]]];
    case "DeviceKeyRevoked":
      return [["ev_device_key", [...place, event.args.vehicle, "revoked", null, null, null]]];
    case "VehiclePaired":
      return [["ev_pairing", [...place, event.args.vehicle, event.args.account, "paired"]]];
    case "VehicleReleased":
      return [["ev_pairing", [...place, event.args.vehicle, event.args.account, "released"]]];
    case "ConsentGranted": {
      const { account, recipient, purpose, version, categories, expires, notice } = event.args;
      const cells = [account, recipient, purpose, version, "granted", categories, expires, notice];
      return [["ev_consent", [...place, ...cells]]];
    }
    case "ConsentWithdrawn": {
      const { account, recipient, purpose, version } = event.args;
      return [["ev_consent", [...place, account, recipient, purpose, version, "withdrawn", null, null, null]]];
    }
    default:
      return undefined;
  }
}

function anchorRows(event: ProgrammeEvent, place: Place): Row[] | undefined {
  if (event.name === "DropsSuperseded") {
    return [["ev_anchor", [...place, event.args.firstDrop, null, event.args.nextDrop, null]]];
  }
  if (event.name !== "DropsAnchored") return undefined;
  const { firstDrop, roots, dataDigest } = event.args;
  const drops = roots.map((root, i): Row => ["ev_anchor_root", [place[0], firstDrop + BigInt(i), root]]);
  return [["ev_anchor", [...place, firstDrop, roots.length, null, dataDigest]], ...drops];
}

function ledgerRows(event: ProgrammeEvent, place: Place): Row[] | undefined {
  if (event.contract !== "stoneLedger") return undefined;
  switch (event.name) {
    case "DaySettled": {
      const { day, stonesRoot, metresRoot, accounts, totalStones, totalCrystals, totalMetres } = event.args;
      const { creditableAt, dataDigest } = event.args;
      const totals = [accounts, totalStones, totalCrystals, totalMetres];
      return [["ev_settled", [...place, day, stonesRoot, metresRoot, ...totals, creditableAt, dataDigest]]];
    }
    case "DayVetoed":
      return [["ev_unsettled", [...place, event.args.day, "vetoed"]]];
    case "DayWithdrawn":
      return [["ev_unsettled", [...place, event.args.day, "withdrawn"]]];
    case "DayCredited":
      return [["ev_credited", [...place, event.args.day, event.args.leaves, event.args.units]]];
    case "Transfer":
      return [["ev_transfer", [...place, event.args.from, event.args.to, event.args.value]]];
    default:
      return undefined;
  }
}

function deskRows(event: ProgrammeEvent, place: Place): Row[] | undefined {
  switch (event.name) {
    case "ItemListed":
    case "ItemChanged": {
      const { price, stock, opensAt, closesAt, fulfilmentS, minDaysPaired, maxRank } = event.args.terms;
      const kind = event.name === "ItemListed" ? "listed" : "changed";
      const terms = [price, stock, opensAt, closesAt, fulfilmentS, minDaysPaired, maxRank];
      return [["ev_item", [...place, event.args.item, kind, ...terms]]];
    }
    case "OrderPlaced": {
      const { order, account, item, vehicle, price, deadline } = event.args;
      return [["ev_order", [...place, order, "placed", deadline, account, item, vehicle, price]]];
    }
    case "OrderFulfilled":
    case "OrderObjected": {
      const state = event.name === "OrderFulfilled" ? "fulfilled" : "objected";
      return [["ev_order", [...place, event.args.order, state, event.args.deadline, null, null, null, null]]];
    }
    case "OrderCompleted":
    case "OrderCancelled":
    case "OrderRefunded": {
      const state = event.name.slice("Order".length).toLowerCase();
      return [["ev_order", [...place, event.args.order, state, null, null, null, null, null]]];
    }
    default:
      return undefined;
  }
}
