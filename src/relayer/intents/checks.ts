import type { Hex } from "../../protocol/codec/bytes.ts";
import { ALL_CATEGORIES_MASK, DAY_S, PURPOSE } from "../../protocol/codec/codes.ts";
import { nextGrantVersion } from "../../protocol/codec/consent-versions.ts";
import { CairnError } from "../../protocol/errors.ts";
import type { ExclusionMoment } from "../../protocol/exclusions.ts";
import { isEffectWaiting, waitingEffects } from "../store/intents.ts";
import { readMigrated } from "../store/migrated.ts";
import { readForward } from "../store/moves.ts";
import type { Db } from "../store/open.ts";
import { findOrder } from "../store/orders.ts";
import { readPlay } from "../store/plays.ts";
import type { IntentKind } from "../submitter/intent-calls.ts";
import { checkAppeal } from "./check-appeal.ts";
import type { IntentMessage } from "./message.ts";

/** What an intent would change, and in whose name. */
export interface IntentEffect {
  readonly account: Hex;
  /** Of the intents that wait, only one may have the same effect. */
  readonly effect: string;
}

/** Longest time ahead that a deadline may lie: a day (docs/protocol.md 2.2). */
const MOST_DEADLINE_S = DAY_S;
const LAST_PURPOSE = PURPOSE.ownEvidence;

function rejected(explanation: string): never {
  throw new CairnError("INTENT_REJECTED", explanation);
}

/**
 * Checks of the state that cost little, so that an intent that cannot be carried out is told so at once. The contract
 * decides; what passes here may still be skipped there.
 * @param id The intent's digest.
 * @param moment Genesis and chain time, unix seconds.
 * @throws INTENT_REJECTED with the reason.
 */
export async function checkIntent(
  db: Db,
  intent: { kind: IntentKind; id: Hex; message: IntentMessage },
  moment: ExclusionMoment,
): Promise<IntentEffect> {
  const { kind, id, message } = intent;
  if (typeof message.deadline === "number") checkDeadline(message.deadline, moment.chainTime);
  const found = await effectOf(db, { kind, id, message }, moment);
  if (await isEffectWaiting(db, found.effect)) rejected("an intent for the same is under way");
  return found;
}

function checkDeadline(deadline: number, chainTime: number): void {
  if (deadline < chainTime) rejected(`the deadline ${deadline} has passed`);
  if (deadline > chainTime + MOST_DEADLINE_S) rejected(`the deadline ${deadline} lies more than a day ahead`);
}

async function effectOf(
  db: Db,
  { kind, id, message }: { kind: IntentKind; id: Hex; message: IntentMessage },
  moment: ExclusionMoment,
): Promise<IntentEffect> {
  const { chainTime } = moment;
  switch (kind) {
    case "ConsentGrant":
      return checkGrant(db, message, chainTime);
    case "ConsentWithdrawal":
      return checkWithdrawal(db, message);
    case "VehiclePairing":
      return checkPairing(db, message);
    case "VehicleRelease":
      return checkRelease(db, message);
    case "ReleaseContest":
      return checkContest(db, message);
    case "AccountMove":
      return checkMove(db, message);
    case "RecoveryCancellation":
      return checkCancellation(db, message);
    case "StoneMigration":
      return checkMigration(db, message, chainTime);
    case "VoucherOrder":
      return checkVoucherOrder(db, message, id);
    case "BoxRequest":
      return checkBoxes(db, message);
    case "ExclusionAppeal":
      return { account: message.account as Hex, effect: await checkAppeal(db, message, moment) };
    case "OrderIntent":
      return checkOrder(db, message, { id, chainTime });
    case "OrderAcceptance":
      return checkFulfilled(db, message, "accept");
    case "OrderObjection":
      return checkFulfilled(db, message, "object");
  }
}

async function checkGrant(db: Db, message: IntentMessage, chainTime: number): Promise<IntentEffect> {
  const want = nextGrantVersion(await consentVersion(db, message));
  if (message.version !== want) rejected(`version ${message.version} instead of ${want}`);
  const purpose = message.purpose as number;
  if (purpose < 1 || purpose > LAST_PURPOSE) rejected(`no purpose ${purpose}`);
  const categories = BigInt(message.categories as string);
  if (categories === 0n || categories > BigInt(ALL_CATEGORIES_MASK)) rejected(`no categories ${categories}`);
  const expires = message.expires as number;
  if (expires !== 0 && expires <= chainTime) rejected(`it would expire at ${expires}, in the past`);
  return { account: message.account as Hex, effect: consentEffect(message) };
}

async function checkWithdrawal(db: Db, message: IntentMessage): Promise<IntentEffect> {
  const head = await consentVersion(db, message);
  if (head % 2 === 0) rejected("there is no standing consent");
  if (message.version !== head + 1) rejected(`version ${message.version} instead of ${head + 1}`);
  return { account: message.account as Hex, effect: consentEffect(message) };
}

function consentKey({ account, recipient, purpose }: IntentMessage): string {
  return `consent:${account}:${recipient}:${purpose}:`;
}

function consentEffect(message: IntentMessage): string {
  return `${consentKey(message)}${message.version}`;
}

/** The version that a consent has now, intents under way included, as far as each is the next one. */
async function consentVersion(db: Db, message: IntentMessage): Promise<number> {
  const newest = await db
    .selectFrom("chain_consents")
    .select(["version", "revoked"])
    .where("account", "=", message.account as Hex)
    .where("recipient", "=", message.recipient as Hex)
    .where("purpose", "=", message.purpose as number)
    .orderBy("version", "desc")
    .limit(1)
    .executeTakeFirst();
  const onChain = newest === undefined ? 0 : newest.version + (newest.revoked === 0 ? 0 : 1);
  const waiting = (await waitingEffects(db, consentKey(message))).map((effect) =>
    Number(effect.slice(effect.lastIndexOf(":") + 1)),
  );
  const isNext = (head: number, version: number) =>
    version === nextGrantVersion(head) || (head % 2 === 1 && version === head + 1);
  return waiting.toSorted((a, b) => a - b).reduce((head, version) => (isNext(head, version) ? version : head), onChain);
}

async function checkPairing(db: Db, message: IntentMessage): Promise<IntentEffect> {
  const vehicle = await readVehicle(db, message.vehicle as Hex);
  if (vehicle.account !== null) rejected("the vehicle has had its one pairing");
  return { account: message.account as Hex, effect: `pair:${message.vehicle}` };
}

async function checkRelease(db: Db, message: IntentMessage): Promise<IntentEffect> {
  const vehicle = await readVehicle(db, message.vehicle as Hex);
  if (vehicle.account !== message.account || vehicle.until !== 0) rejected("the account does not hold the vehicle");
  return { account: message.account as Hex, effect: `release:${message.vehicle}` };
}

async function checkContest(db: Db, message: IntentMessage): Promise<IntentEffect> {
  const vehicle = await readVehicle(db, message.vehicle as Hex);
  if (vehicle.account !== message.account || vehicle.until !== 0) rejected("the account does not hold the vehicle");
  if (vehicle.release !== "requested") rejected("no release is requested that could be contested");
  return { account: message.account as Hex, effect: `contest:${message.vehicle}` };
}

async function readVehicle(db: Db, vehicle: Hex) {
  const row = await db
    .selectFrom("chain_vehicles")
    .select(["account", "until", "release"])
    .where("vehicle", "=", vehicle)
    .executeTakeFirst();
  return row ?? rejected("the vehicle is not registered");
}

async function checkMove(db: Db, message: IntentMessage): Promise<IntentEffect> {
  const [account, to] = [message.account as Hex, message.to as Hex];
  if (account === to) rejected("an account does not move to itself");
  for (const end of [account, to]) {
    if ((await readForward(db, end)) !== undefined) rejected(`the account ${end} has moved`);
  }
  const used = await db.selectFrom("chain_stones").select("account").where("account", "=", to).executeTakeFirst();
  if (used !== undefined) rejected("the target has, or had, stones");
  return { account, effect: `move:${account}` };
}

async function checkCancellation(db: Db, message: IntentMessage): Promise<IntentEffect> {
  const account = message.account as Hex;
  const row = await db
    .selectFrom("chain_recoveries")
    .select("number")
    .where("account", "=", account)
    .executeTakeFirst();
  if (row === undefined || row.number !== message.recovery) rejected("no such recovery is announced");
  return { account, effect: `cancel-recovery:${account}` };
}

async function checkMigration(db: Db, message: IntentMessage, chainTime: number): Promise<IntentEffect> {
  const [account, successor] = [message.account as Hex, message.successor as Hex];
  const row = await db.selectFrom("chain_successor").selectAll().executeTakeFirst();
  if (row?.successor !== successor) rejected("no such successor is announced");
  if (chainTime < row.migratable_from) rejected(`owners may migrate from ${row.migratable_from} on`);
  const migrated = await readMigrated(db, account, successor);
  if (BigInt(message.migrated as string) !== migrated) rejected(`${migrated} units migrated before`);
  return { account, effect: `migrate:${account}` };
}

async function checkVoucherOrder(db: Db, message: IntentMessage, id: Hex): Promise<IntentEffect> {
  const account = message.account as Hex;
  const row = await db
    .selectFrom("chain_vouchers")
    .select("count")
    .where("account", "=", account)
    .where("item", "=", message.item as number)
    .executeTakeFirst();
  await requireNewOrder(db, id);
  if ((row?.count ?? 0) === 0) rejected(`the account has no voucher for item ${message.item}`);
  if ((await readForward(db, account)) !== undefined) rejected(`the account ${account} has moved`);
  return { account, effect: `order:${id}` };
}

async function checkBoxes(db: Db, message: IntentMessage): Promise<IntentEffect> {
  const account = message.account as Hex;
  const { boxes } = await readPlay(db, account);
  if (message.boxes !== boxes.toString()) rejected(`${boxes} boxes were requested before`);
  return { account, effect: `boxes:${account}` };
}

async function requireNewOrder(db: Db, id: Hex): Promise<void> {
  const known = await db.selectFrom("chain_orders").select("order_id").where("order_id", "=", id).executeTakeFirst();
  if (known !== undefined) rejected("the order was placed before");
}

async function checkOrder(
  db: Db,
  message: IntentMessage,
  { id, chainTime }: { id: Hex; chainTime: number },
): Promise<IntentEffect> {
  const item = await db
    .selectFrom("chain_items")
    .select("terms")
    .where("item", "=", message.item as number)
    .executeTakeFirst();
  if (item === undefined) rejected(`there is no item ${message.item}`);
  const terms = JSON.parse(item.terms) as { price: string; closesAt: number };
  if (BigInt(terms.price) > BigInt(message.maxPrice as string)) rejected(`the price is ${terms.price}`);
  if (terms.closesAt <= chainTime) rejected("the item is no longer open");
  await requireNewOrder(db, id);
  return { account: message.account as Hex, effect: `order:${id}` };
}

async function checkFulfilled(db: Db, message: IntentMessage, verb: "accept" | "object"): Promise<IntentEffect> {
  const order = await findOrder(db, message.order as Hex);
  if (order === undefined) rejected("there is no such order");
  if (order.status !== "fulfilled") rejected(`the order is ${order.status}`);
  return { account: order.owner, effect: `${verb}:${message.order}` };
}
