import type { Hex } from "../../protocol/codec/bytes.ts";
import { CairnError } from "../../protocol/errors.ts";
import { nextSettled } from "./anchors.ts";
import type { Db } from "./open.ts";

const OPEN_ORDERS: ReadonlySet<string> = new Set(["placed", "fulfilled", "objected"]);

/** An account as the API shows it. Units as decimal text, times in unix seconds. */
export interface AccountReport {
  account: Hex;
  index?: number;
  stones: { credited: string; available: string; reserved: string; pending: string };
  metres: { counted: number };
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
}

/** Reads all that is known of an account. @throws NOT_FOUND when it appears nowhere. */
export async function readAccount(db: Db, address: Hex): Promise<AccountReport> {
  const account = await db.selectFrom("accounts").selectAll().where("address", "=", address).executeTakeFirst();
  const stones = await db.selectFrom("chain_stones").selectAll().where("account", "=", address).executeTakeFirst();
  const consents = await readConsents(db, address);
  const vehicles = await db
    .selectFrom("chain_vehicles")
    .select(["vehicle", "rank", "since", "until", "release"])
    .where("account", "=", address)
    .orderBy("rank")
    .execute();
  const orders = await db
    .selectFrom("chain_orders")
    .select(["order_id as order", "item", "vehicle", "price", "status", "deadline"])
    .where("account", "=", address)
    .orderBy("block")
    .orderBy("order_id")
    .execute();
  const known = account ?? stones ?? consents[0] ?? vehicles[0] ?? orders[0];
  if (known === undefined) throw new CairnError("NOT_FOUND", "the account is not known");
  const mined = BigInt(stones?.mined ?? 0);
  const reserved = orders.reduce((sum, { price, status }) => (OPEN_ORDERS.has(status) ? sum + BigInt(price) : sum), 0n);
  const pending = BigInt((await isSettledOnce(db)) ? (account?.stones ?? 0) : 0) - mined;
  return {
    account: address,
    ...(typeof account?.idx === "number" ? { index: account.idx } : {}),
    stones: {
      credited: mined.toString(),
      available: (mined - BigInt(stones?.spent ?? 0) - reserved).toString(),
      reserved: reserved.toString(),
      pending: (pending > 0n ? pending : 0n).toString(),
    },
    metres: { counted: account?.metres ?? 0 },
    consents,
    vehicles,
    orders,
  };
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
