import type { Hex } from "../../protocol/codec/bytes.ts";
import { CairnError } from "../../protocol/errors.ts";
import { type Exclusion, type ExclusionMoment, endOfExclusion } from "../../protocol/exclusions.ts";
import { nextSettled } from "./anchors.ts";
import { readAwards } from "./awards.ts";
import { loadExclusions } from "./exclusions.ts";
import { accountsLeadingTo, readForward } from "./moves.ts";
import type { Db } from "./open.ts";
import { findPlay, type Play } from "./plays.ts";

/** An account as the API shows it. Units as decimal text, times in unix seconds. */
export interface AccountReport {
  account: Hex;
  index?: number;
  /** Where it moved. */
  movedTo?: Hex;
  stones: { credited: string; received: string; available: string; reserved: string; pending: string };
  /** Whole crystals as decimal text. */
  crystals: { awarded: string; credited: string; available: string; pending: string };
  metres: { counted: number };
  exclusions: {
    exclusion: number;
    reason: number;
    state: Exclusion["state"] | "lapsed";
    fromDay: number;
    untilDay: number;
    decideBy: number;
  }[];
  consents: {
    recipient: Hex;
    purpose: number;
    categories: number;
    version: number;
    granted: number;
    expires: number;
    revoked: number;
    notice: number;
  }[];
  vehicles: { vehicle: Hex; rank: number; since: number; until: number; release: string }[];
  orders: { order: Hex; item: number; vehicle: Hex; price: string; status: string; deadline: number }[];
  vouchers: { item: number; count: number }[];
}

/** Reads all that is known of an account at a moment. @throws NOT_FOUND when it appears nowhere. */
export async function readAccount(db: Db, address: Hex, moment: ExclusionMoment): Promise<AccountReport> {
  const account = await db.selectFrom("accounts").selectAll().where("address", "=", address).executeTakeFirst();
  const stones = await db.selectFrom("chain_stones").selectAll().where("account", "=", address).executeTakeFirst();
  const consents = await readConsents(db, address);
  const vehicles = await readVehicles(db, address);
  const orders = await readOrders(db, address);
  const vouchers = await readVouchers(db, address);
  const exclusions = await readExclusions(db, address, moment);
  const movedTo = await readForward(db, address);
  const play = await findPlay(db, address);
  const [award] = await readAwards(db, address, { limit: 1 });
  const known =
    account ??
    stones ??
    play ??
    award ??
    movedTo ??
    consents[0] ??
    vehicles[0] ??
    orders[0] ??
    vouchers[0] ??
    exclusions[0];
  if (known === undefined) throw new CairnError("NOT_FOUND", "the account is not known");
  const [mined, received, out, reserved] = [stones?.mined, stones?.received, stones?.out, stones?.reserved].map((sum) =>
    BigInt(sum ?? 0),
  ) as [bigint, bigint, bigint, bigint];
  const pending = BigInt((await isSettledOnce(db)) ? (account?.stones ?? 0) : 0) - mined;
  return {
    account: address,
    ...(typeof account?.idx === "number" ? { index: account.idx } : {}),
    ...(movedTo === undefined ? {} : { movedTo }),
    stones: {
      credited: mined.toString(),
      received: received.toString(),
      // A moved account orders nothing, even if stones still wait to be sent on.
      available: (movedTo === undefined ? mined + received - out - reserved : 0n).toString(),
      reserved: reserved.toString(),
      pending: (pending > 0n ? pending : 0n).toString(),
    },
    crystals: crystalsOf(play, BigInt(account?.crystals ?? 0)),
    metres: { counted: account?.metres ?? 0 },
    exclusions,
    consents,
    vehicles,
    orders,
    vouchers,
  };
}

/** @param awarded Crystals of awards in closed drops. */
function crystalsOf(play: Play | undefined, awarded: bigint): AccountReport["crystals"] {
  const credited = play?.credited ?? 0n;
  const available = (play?.crystals ?? 0n).toString();
  return {
    ...{ awarded: awarded.toString(), credited: credited.toString(), available },
    pending: (awarded > credited ? awarded - credited : 0n).toString(),
  };
}

async function readExclusions(db: Db, account: Hex, moment: ExclusionMoment): Promise<AccountReport["exclusions"]> {
  const exclusions = (await loadExclusions(db, [account])).get(account) ?? [];
  return exclusions.map((exclusion) => {
    const { number, reason, state, fromDay, decideBy } = exclusion;
    const hasLapsed = state === "appealed" && moment.chainTime > decideBy;
    return {
      ...{ exclusion: number, reason, state: hasLapsed ? "lapsed" : state },
      ...{ fromDay, untilDay: endOfExclusion(exclusion, moment), decideBy },
    };
  });
}

/** The vehicles that the account holds or held last, then those that followed its move. */
async function readVehicles(db: Db, account: Hex): Promise<AccountReport["vehicles"]> {
  const own = await db
    .selectFrom("chain_vehicles")
    .select(["vehicle", "rank", "since", "until", "release"])
    .where("account", "=", account)
    .orderBy("rank")
    .execute();
  const gone = await db
    .selectFrom("chain_tenures")
    .innerJoin("chain_vehicles", "chain_vehicles.vehicle", "chain_tenures.vehicle")
    .select(["chain_tenures.vehicle", "rank", "since", "chain_tenures.until"])
    .where("chain_tenures.account", "=", account)
    .orderBy("rank")
    .execute();
  return [...own, ...gone.map((row) => ({ ...row, release: "none" }))];
}

/** The orders that the account placed, or an account that moved to it. */
async function readOrders(db: Db, account: Hex): Promise<AccountReport["orders"]> {
  return db
    .selectFrom("chain_orders")
    .select(["order_id as order", "item", "vehicle", "price", "status", "deadline"])
    .where("account", "in", await accountsLeadingTo(db, account))
    .orderBy("block")
    .orderBy("order_id")
    .execute();
}

async function readVouchers(db: Db, account: Hex): Promise<AccountReport["vouchers"]> {
  return db
    .selectFrom("chain_vouchers")
    .select(["item", "count"])
    .where("account", "=", account)
    .where("count", ">", 0)
    .orderBy("item")
    .execute();
}

async function isSettledOnce(db: Db): Promise<boolean> {
  return (await nextSettled(db)) > 0;
}

/** The newest record of each of the account's consents. */
async function readConsents(db: Db, account: Hex): Promise<AccountReport["consents"]> {
  const rows = await db
    .selectFrom("chain_consents")
    .selectAll()
    .where("account", "=", account)
    .where("replaced", "=", 0)
    .orderBy("recipient")
    .orderBy("purpose")
    .execute();
  return rows.map(({ recipient, purpose, categories, version, granted, expires, revoked, notice }) => ({
    ...{ recipient, purpose, categories, granted, expires, revoked, notice },
    version: revoked === 0 ? version : version + 1,
  }));
}
