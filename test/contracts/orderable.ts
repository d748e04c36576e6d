import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import type { Programme } from "../support/contracts.ts";
import { openingOf } from "../support/contracts-days.ts";
import { digestOf } from "../support/contracts-intents.ts";
import { pair, registerOne } from "../support/contracts-vehicles.ts";
import { settle } from "./creditable.ts";
import { at, DAY_S, ethers, GENESIS, load, moveTo, programmeWithoutNotice } from "./fixture.ts";

export const PAIRED_AT = GENESIS - 1_000;
/** The first second in which the vehicle has been paired for 90 days. */
export const ELIGIBLE_AT = PAIRED_AT + 90 * DAY_S;
/** What the owner has, units. */
export const BALANCE = 100_000_000n;
export const PRICE = 30_000_000n;
export const FULFILMENT_S = 20 * DAY_S;
export const OBJECTION_S = 604_800;

/** An item's terms, as listed in these tests unless a test says otherwise. */
export const TERMS = {
  sku: ethers.id("seat heating"),
  price: PRICE,
  stock: 3,
  opensAt: GENESIS + 50 * DAY_S,
  closesAt: GENESIS + 200 * DAY_S,
  fulfilmentS: FULFILMENT_S,
  minDaysPaired: 90,
  maxRank: 0,
  milestone: 0,
};
export type Terms = typeof TERMS;

/** An owner of a vehicle with stones, one without stones, and item 1. */
export interface Orderable {
  readonly p: Programme;
  readonly owner: HardhatEthersSigner;
  /** Holds a vehicle and has no stones. */
  readonly poor: HardhatEthersSigner;
  readonly vehicle: string;
  readonly poorVehicle: string;
}

async function deployOrderable(): Promise<Orderable> {
  const p = await programmeWithoutNotice();
  const [owner, poor] = p.owners as unknown as [HardhatEthersSigner, HardhatEthersSigner];
  const [first, second] = [await registerOne(p, "first"), await registerOne(p, "second")];
  await pair(p, first, owner, { time: PAIRED_AT, at });
  await pair(p, second, poor, { time: PAIRED_AT, at });
  const { tree, creditableAt } = await settle(p, 0, { stones: { [owner.address]: BALANCE } });
  await moveTo(creditableAt);
  const { leaf, proof } = openingOf(tree, 0);
  await p.stoneLedger.credit(0, leaf, proof);
  await p.catalogue.connect(p.roles.catalogue).listItem(TERMS);
  return { p, owner, poor, vehicle: first.vehicle, poorVehicle: second.vehicle };
}

/** A fresh one of these; the chain stands before the item opens. */
export function orderable(): Promise<Orderable> {
  return load(deployOrderable);
}

export interface Intent {
  readonly account: string;
  readonly item: number;
  readonly vehicle: string;
  readonly maxPrice: bigint;
  readonly nonce: bigint;
  readonly deadline: number;
}

/** The owner's order of item 1. */
export function intentOf({ owner, vehicle }: Orderable, change: Partial<Intent> = {}): Intent {
  return { account: owner.address, item: 1, vehicle, maxPrice: PRICE, nonce: 0n, deadline: 0, ...change };
}

/** The id of an order. */
export function orderIdOf({ p }: Orderable, intent: Intent): string {
  return digestOf("OrderIntent", intent, { contracts: p });
}

/** Places the owner's order in a second, by default the first one in which it can. @returns Its id. */
export async function place(o: Orderable, change: Partial<Intent> = {}, time = ELIGIBLE_AT): Promise<string> {
  const intent = intentOf(o, change);
  await at(time);
  await o.p.redemptionDesk.connect(o.owner).placeOrder(intent);
  return orderIdOf(o, intent);
}

/** The next day's tree, settled and creditable: the owner has earned more. */
export async function earnMore(o: Orderable, stones: bigint) {
  const { tree, creditableAt } = await settle(o.p, 1, { stones: { [o.owner.address]: stones } });
  await moveTo(creditableAt);
  return openingOf(tree, 0);
}
