import { type Hex, lowerHex, ZERO_HASH } from "../../protocol/codec/bytes.ts";
import type { Deployment } from "../../protocol/codec/deployment.ts";
import { type ChainClient, reach } from "../client.ts";
import { ABIS } from "../contracts.ts";

/** States of an order, in the order of the contract's enum. */
const ORDER_STATES = ["none", "placed", "fulfilled", "objected", "completed", "cancelled", "refunded"] as const;
export type OrderState = (typeof ORDER_STATES)[number];

/** An order (docs/protocol.md 10.2). */
export interface OrderRecord {
  readonly order: Hex;
  readonly account: Hex;
  readonly state: OrderState;
  /** When anybody may end the present state, unix seconds. */
  readonly deadline: number;
  /** Number of the item; 0 when the order is unknown. */
  readonly item: number;
  readonly vehicle: Hex;
  /** Units of 1e-9 stone; 0 when a voucher paid. */
  readonly price: bigint;
}

/** A change of an item that was announced. */
export interface AnnouncementRecord {
  readonly terms: Omit<ItemRecord, "item">;
  /** Unix seconds from which, for 7 days, anybody may put the terms in place. */
  readonly from: number;
}

/** An item of the catalogue (docs/protocol.md 10.1). */
export interface ItemRecord {
  readonly item: number;
  readonly sku: Hex;
  /** Units of 1e-9 stone. */
  readonly price: bigint;
  readonly stock: number;
  readonly opensAt: number;
  readonly closesAt: number;
  readonly fulfilmentS: number;
  readonly minDaysPaired: number;
  readonly maxRank: number;
  /** The milestone that the account must have reached, 0 for none. */
  readonly milestone: number;
}

/**
 * An order: its state from storage, item and vehicle from its event. The state is `none` when it is unknown.
 * @throws CHAIN_UNREACHABLE.
 */
export async function readOrder(client: ChainClient, deployment: Deployment, order: Hex): Promise<OrderRecord> {
  const [found, logs] = await Promise.all([
    reach(client.readContract({ ...desk(deployment), functionName: "orderOf", args: [order] })),
    reach(
      client.getContractEvents({
        ...desk(deployment),
        eventName: "OrderPlaced",
        args: { order },
        fromBlock: BigInt(deployment.block),
        strict: true,
      }),
    ),
  ]);
  const placed = logs.at(-1)?.args;
  return {
    order,
    account: lowerHex(found.account),
    state: ORDER_STATES[found.status] ?? "none",
    deadline: found.deadline,
    item: placed?.item ?? 0,
    vehicle: placed?.vehicle ?? ZERO_HASH,
    price: found.price,
  };
}

/**
 * The evidence hash with which an order was fulfilled.
 * @returns Nothing when it was not.
 * @throws CHAIN_UNREACHABLE.
 */
export async function readEvidenceHash(
  client: ChainClient,
  deployment: Deployment,
  order: Hex,
): Promise<Hex | undefined> {
  const filter = { args: { order }, fromBlock: BigInt(deployment.block), strict: true } as const;
  const logs = await reach(client.getContractEvents({ ...desk(deployment), ...filter, eventName: "OrderFulfilled" }));
  return logs.at(-1)?.args.evidenceHash;
}

/**
 * How many items are listed; their numbers are 1 … count.
 * @throws CHAIN_UNREACHABLE.
 */
export async function readItemCount(client: ChainClient, { contracts }: Deployment): Promise<number> {
  return reach(client.readContract({ abi: ABIS.catalogue, address: contracts.catalogue, functionName: "itemCount" }));
}

/**
 * An item's terms; stock is what is left.
 * @throws CHAIN_UNREACHABLE, also when there is no such item.
 */
export async function readItem(client: ChainClient, deployment: Deployment, item: number): Promise<ItemRecord> {
  const terms = await reach(client.readContract({ ...desk(deployment), functionName: "itemOf", args: [item] }));
  return { ...terms, item };
}

/**
 * The terms of every item that was ever listed, by number.
 * @throws CHAIN_UNREACHABLE.
 */
export async function readItems(client: ChainClient, deployment: Deployment): Promise<ItemRecord[]> {
  const count = await readItemCount(client, deployment);
  return Promise.all(Array.from({ length: count }, (_, at) => readItem(client, deployment, at + 1)));
}

/**
 * The announced change of an item.
 * @returns Nothing when there is none.
 * @throws CHAIN_UNREACHABLE.
 */
export async function readAnnouncement(
  client: ChainClient,
  deployment: Deployment,
  item: number,
): Promise<AnnouncementRecord | undefined> {
  const [terms, from] = await reach(
    client.readContract({
      abi: ABIS.catalogue,
      address: deployment.contracts.catalogue,
      functionName: "announcementOf",
      args: [item],
    }),
  );
  return from === 0 ? undefined : { terms, from };
}

/**
 * How many orders of an item an account may place by voucher.
 * @throws CHAIN_UNREACHABLE.
 */
export async function readVouchers(
  client: ChainClient,
  deployment: Deployment,
  account: Hex,
  item: number,
): Promise<number> {
  return reach(client.readContract({ ...desk(deployment), functionName: "vouchersOf", args: [account, item] }));
}

function desk(deployment: Deployment) {
  return { abi: ABIS.redemptionDesk, address: deployment.contracts.redemptionDesk } as const;
}
