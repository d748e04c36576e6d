import { lowerHex } from "../../protocol/codec/bytes.ts";
import type { Mirror } from "../duty.ts";

/** Who moved where; each account once at most. What an account has left behind follows it by what the duties send. */
export const moveMirror: Mirror = {
  async apply(tx, events) {
    for (const { contract, name, args } of events) {
      if (contract !== "accountMoves" || name !== "AccountMoved") continue;
      const row = { account: lowerHex(args.account), to_account: lowerHex(args.to) };
      await tx.insertInto("chain_moves").values(row).execute();
    }
  },
  async clear(tx) {
    await tx.deleteFrom("chain_moves").execute();
  },
};
