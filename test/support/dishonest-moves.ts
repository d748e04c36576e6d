import { privateKeyToAccount } from "viem/accounts";
import { type Hex, lowerHex } from "../../src/protocol/codec/bytes.ts";
import { signingDomain, TYPES } from "../../src/protocol/codec/index.ts";
import { HOUR_S } from "./dishonest-cast.ts";
import type { DishonestProducer } from "./dishonest-producer.ts";

const NEXT_OWNER = privateKeyToAccount(`0x${"44".repeat(32)}`);
/** Where an owner moves who moves by signatures. */
export const NEXT = lowerHex(NEXT_OWNER.address);

/** Moves an account to {@link NEXT}, and gives that the means to send. */
export async function moveToNext(producer: DishonestProducer, account: Hex): Promise<void> {
  await producer.fund(NEXT);
  const intent = { account, to: NEXT_OWNER.address, deadline: (await producer.now()).time + HOUR_S };
  const signature = await NEXT_OWNER.signTypedData({
    domain: signingDomain(producer.deployment, "AccountMove"),
    types: { AccountMove: TYPES.AccountMove },
    primaryType: "AccountMove",
    message: intent,
  });
  await producer.send(account, "accountMoves", "moveAccount", [intent, `0x00${signature.slice(2)}`]);
}
