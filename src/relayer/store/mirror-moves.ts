import type { EventOf } from "../../chain/read/events.ts";
import { type Hex, lowerHex } from "../../protocol/codec/bytes.ts";
import type { Tx } from "./open.ts";

/** Applies moves of accounts and announced recoveries. */
export async function applyMove(tx: Tx, event: EventOf<"accountMoves">): Promise<void> {
  switch (event.name) {
    case "AccountMoved":
      await endRecovery(tx, lowerHex(event.args.account));
      return setForward(tx, lowerHex(event.args.account), lowerHex(event.args.to));
    case "ForwardShortened":
      return setForward(tx, lowerHex(event.args.account), lowerHex(event.args.to));
    case "RecoveryAnnounced": {
      const { account, recovery } = event.args;
      await tx
        .insertInto("chain_recoveries")
        .values({ account: lowerHex(account), number: recovery.toString() })
        .execute();
      return;
    }
    case "RecoveryCancelled":
      return endRecovery(tx, lowerHex(event.args.account));
  }
}

async function setForward(tx: Tx, account: Hex, target: Hex): Promise<void> {
  await tx
    .insertInto("chain_moves")
    .values({ account, target })
    .onConflict((conflict) => conflict.column("account").doUpdateSet({ target }))
    .execute();
}

async function endRecovery(tx: Tx, account: Hex): Promise<void> {
  await tx.deleteFrom("chain_recoveries").where("account", "=", account).execute();
}
