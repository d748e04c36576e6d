import { zeroHash } from "viem";
import { type PrivateKeyAccount, privateKeyToAccount } from "viem/accounts";
import { type Hex, lowerHex } from "../../src/protocol/codec/bytes.ts";
import { signingDomain, TYPES } from "../../src/protocol/codec/index.ts";
import { HOUR_S } from "./dishonest-cast.ts";
import type { DishonestProducer } from "./dishonest-producer.ts";

/** The owner to whom others move. */
export const NEXT_OWNER = privateKeyToAccount(`0x${"44".repeat(32)}`);
/** Where an owner moves who moves by signatures. */
export const NEXT = lowerHex(NEXT_OWNER.address);

/** Moves an account to {@link NEXT}, and gives that the means to send. */
export async function moveToNext(producer: DishonestProducer, account: Hex): Promise<void> {
  await producer.fund(NEXT);
  await producer.send(account, "accountMoves", "moveAccount", [...(await agreedMove(producer, account, NEXT_OWNER))]);
}

/** The recovery role announces that an account moves to one that agrees. @param reason 1 to 4 (docs/protocol.md 2.5). */
export async function announceRecovery(
  producer: DishonestProducer,
  { account, to, reason }: { account: Hex; to: PrivateKeyAccount; reason: number },
): Promise<void> {
  const agreed = await agreedMove(producer, account, to);
  await producer.send("recovery", "accountMoves", "announceRecovery", [...agreed, reason, zeroHash]);
}

/** A move, and the target's signature of it. */
async function agreedMove(producer: DishonestProducer, account: Hex, to: PrivateKeyAccount) {
  const move = { account, to: to.address, deadline: (await producer.now()).time + HOUR_S };
  const signature = await to.signTypedData({
    domain: signingDomain(producer.deployment, "AccountMove"),
    types: { AccountMove: TYPES.AccountMove },
    primaryType: "AccountMove",
    message: move,
  });
  return [move, `0x00${signature.slice(2)}`] as const;
}
