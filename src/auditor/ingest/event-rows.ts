import type { ProgrammeEvent } from "../../chain/read/events.ts";
import type { Place, Row } from "./event-row.ts";
import { boxRows } from "./event-rows-boxes.ts";
import { roleRows } from "./event-rows-roles.ts";
import { serviceRows } from "./event-rows-services.ts";

/** The rows that an event becomes; none for one that no check asks for. `seq` is its place among all events. */
export function rowsOf(event: ProgrammeEvent, seq: number): Row[] {
  const place = [seq, event.block, event.transaction, event.time] as const;
  return (
    roleRows(event, place) ??
    rulesRows(event, place) ??
    registryRows(event, place) ??
    anchorRows(event, place) ??
    ledgerRows(event, place) ??
    deskRows(event, place) ??
    itemRows(event, place) ??
    moveRows(event, place) ??
    boxRows(event, place) ??
    serviceRows(event, place) ??
    pauseRows(event, place) ??
    skippedRows(event, place) ??
    []
  );
}

function rulesRows(event: ProgrammeEvent, place: Place): Row[] | undefined {
  if (event.name === "ReceiptKeySet") {
    return [["ev_receipt_key", [...place, event.args.key, event.args.from, event.args.until]]];
  }
  if (event.name === "NoticePublished") return [["ev_notice", [...place, event.args.number]]];
  if (event.name !== "RulesScheduled") return undefined;
  const { version, fromDay, rules } = event.args;
  const cells = [
    version,
    fromDay,
    rules.dailyCapM,
    rules.windowDays,
    rules.maxUnitsPerMetre,
    rules.challengeWindowS,
    rules.noticeS,
    rules.redemptionDelayDays,
    rules.readingMaxAgeS,
    rules.receiptDeadlineS,
    rules.objectionS,
    rules.maxFulfilmentS,
    rules.pushIntervalDays,
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
      return [["ev_pairing", [...place, event.args.vehicle, event.args.account, "paired", null]]];
    case "VehicleFollowed":
      return [["ev_pairing", [...place, event.args.vehicle, event.args.account, "followed", event.args.to]]];
    case "VehicleReleased":
      return [["ev_pairing", [...place, event.args.vehicle, event.args.account, "released", null]]];
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
      return [["ev_unsettled", [...place, event.args.day, "vetoed", event.args.by]]];
    case "DayWithdrawn":
      return [["ev_unsettled", [...place, event.args.day, "withdrawn", null]]];
    case "DayCredited":
      return [["ev_credited", [...place, event.args.day, event.args.leaves, event.args.units]]];
    case "Transfer":
      return [["ev_transfer", [...place, event.args.from, event.args.to, event.args.value]]];
    case "SuccessorAnnounced":
      return [["ev_successor", [...place, event.args.successor, event.args.migratableFrom]]];
    case "StonesMigrated":
      return [["ev_migrated", [...place, event.args.account, event.args.successor, event.args.units]]];
    case "MiningEndAnnounced":
      return [["ev_mining_end", [...place, event.args.day]]];
    default:
      return undefined;
  }
}

function deskRows(event: ProgrammeEvent, place: Place): Row[] | undefined {
  switch (event.name) {
    case "OrderPlaced": {
      const { order, account, item, vehicle, price, deadline } = event.args;
      return [["ev_order", [...place, order, "placed", deadline, account, item, vehicle, price, null]]];
    }
    case "OrderFulfilled": {
      const { order, deadline, evidenceHash } = event.args;
      return [["ev_order", [...place, order, "fulfilled", deadline, null, null, null, null, evidenceHash]]];
    }
    case "OrderObjected": {
      const { order, deadline } = event.args;
      return [["ev_order", [...place, order, "objected", deadline, null, null, null, null, null]]];
    }
    case "OrderCompleted":
    case "OrderCancelled":
    case "OrderRefunded": {
      const state = event.name.slice("Order".length).toLowerCase();
      return [["ev_order", [...place, event.args.order, state, null, null, null, null, null, null]]];
    }
    case "VouchersGranted": {
      const { account, item, count } = event.args;
      return [["ev_voucher", [...place, "granted", account, null, item, count]]];
    }
    case "VouchersFollowed": {
      const { account, to, item, count } = event.args;
      return [["ev_voucher", [...place, "followed", account, to, item, count]]];
    }
    default:
      return undefined;
  }
}

const ITEM_KINDS = { ItemListed: "listed", ItemChanged: "changed", ItemChangeAnnounced: "announced" } as const;
const NO_TERMS = Array.from({ length: 10 }, () => null);

function itemRows(event: ProgrammeEvent, place: Place): Row[] | undefined {
  switch (event.name) {
    case "ItemListed":
    case "ItemChanged":
    case "ItemChangeAnnounced": {
      const { sku, price, stock, opensAt, closesAt, fulfilmentS, minDaysPaired, maxRank, milestone } = event.args.terms;
      const terms = [sku, price, stock, opensAt, closesAt, fulfilmentS, minDaysPaired, maxRank, milestone];
      const from = event.name === "ItemChangeAnnounced" ? event.args.from : null;
      return [["ev_item", [...place, event.args.item, ITEM_KINDS[event.name], ...terms, from]]];
    }
    case "ItemChangeWithdrawn":
      return [["ev_item", [...place, event.args.item, "withdrawn", ...NO_TERMS]]];
    default:
      return undefined;
  }
}

function moveRows(event: ProgrammeEvent, place: Place): Row[] | undefined {
  switch (event.name) {
    case "AccountMoved":
      return [["ev_move", [...place, "moved", event.args.account, event.args.to]]];
    case "ForwardShortened":
      return [["ev_move", [...place, "shortened", event.args.account, event.args.to]]];
    case "RecoveryAnnounced": {
      const { recovery, account, to, reason, executableAt } = event.args;
      return [["ev_recovery", [...place, "announced", recovery, account, to, reason, executableAt]]];
    }
    case "RecoveryCancelled":
      return [["ev_recovery", [...place, "cancelled", event.args.recovery, event.args.account, null, null, null]]];
    default:
      return undefined;
  }
}

function skippedRows(event: ProgrammeEvent, place: Place): Row[] | undefined {
  if (event.name !== "IntentSkipped") return undefined;
  return [["ev_skipped", [...place, event.contract, event.args.account, event.args.reason]]];
}

function pauseRows(event: ProgrammeEvent, place: Place): Row[] | undefined {
  if (event.name === "Paused") return [["ev_pause", [...place, event.contract, "paused", event.args.until]]];
  if (event.name === "Resumed") return [["ev_pause", [...place, event.contract, "resumed", null]]];
  if (event.name === "NoticePublished") return [["ev_duty", [...place, "a notice published"]]];
  if (event.name === "ReleaseRequested") return [["ev_duty", [...place, "a release requested"]]];
  return undefined;
}
