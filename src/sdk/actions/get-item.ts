import { type AnnouncementRecord, type ItemRecord, readAnnouncement, readItem } from "../../chain/read/orders.ts";
import type { SdkContext } from "../context.ts";

/** An item as it can be ordered, and how it will change. */
export interface ItemState extends ItemRecord {
  /** Nothing when no change is announced. */
  readonly announced: AnnouncementRecord | undefined;
}

/**
 * An item's terms; `stock` is what is left. Worse terms come only as announced.
 * @param parameters `item`: its number, from 1.
 * @throws CHAIN_UNREACHABLE, also when there is no such item.
 */
export async function getItem(context: SdkContext, parameters: { item: number }): Promise<ItemState> {
  const { chain, deployment } = context;
  const [terms, announced] = await Promise.all([
    readItem(chain, deployment, parameters.item),
    readAnnouncement(chain, deployment, parameters.item),
  ]);
  return { ...terms, announced };
}
