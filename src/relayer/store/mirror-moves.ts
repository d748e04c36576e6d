import type { EventOf } from "../../chain/read/events.ts";
import type { Hex } from "../../protocol/codec/bytes.ts";
import type { Tx } from "./open.ts";

const lower = (hex: string): Hex => hex.toLowerCase() as Hex;

/** Applies moves of accounts and announced recoveries. */
export async function applyMove(tx: Tx, event: EventOf<"accountMoves">): Promise<void> {
  switch (event.name) {
    case "AccountMoved":
      await endRecovery(tx, lower(event.args.account));
      return setForward(tx, lower(event.args.account), lower(event.args.to));
    case "ForwardShortened":
      return setForward(tx, lower(event.args.account), lower(event.args.to));
    case "RecoveryAnnounced": {
      const { account, recovery } = event.args;
      await tx
        .insertInto("chain_recoveries")
        .values({ account: lower(account), number: recovery.toString() })
        .execute();
      return;
    }
    case "RecoveryCancelled":
      return endRecovery(tx, lower(event.args.account));
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
