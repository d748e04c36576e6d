import type { ProgrammeEvent } from "../../../chain/read/events.ts";
import { lowerHex } from "../../../protocol/codec/bytes.ts";
import type { Tx } from "../../store/open.ts";

/** In the place of a voucher's item: crystals, and stones that wait. */
export const PLAY = 0;

/** Keeps who was given crystals, waiting stones or vouchers, until all of it followed a move. */
export async function applyGain(tx: Tx, event: ProgrammeEvent): Promise<void> {
  switch (event.name) {
    case "CrystalsCredited":
    case "BoxesOpened":
    case "PrizeWaits":
      return addGain(tx, event, { account: event.args.account, item: PLAY });
    case "CrystalsFollowed":
      await endGain(tx, { account: event.args.account, item: PLAY });
      return addGain(tx, event, { account: event.args.to, item: PLAY });
    case "VouchersGranted":
      return addGain(tx, event, event.args);
    case "VouchersFollowed":
      await endGain(tx, event.args);
      return addGain(tx, event, { account: event.args.to, item: event.args.item });
  }
}

async function addGain(tx: Tx, { block }: ProgrammeEvent, gain: { account: string; item: number }): Promise<void> {
  await tx
    .insertInto("chain_box_gains")
    .values({ account: lowerHex(gain.account), item: gain.item, block })
    .onConflict((conflict) => conflict.columns(["account", "item"]).doUpdateSet({ block }))
    .execute();
}

async function endGain(tx: Tx, { account, item }: { account: string; item: number }): Promise<void> {
  await tx.deleteFrom("chain_box_gains").where("account", "=", lowerHex(account)).where("item", "=", item).execute();
}
