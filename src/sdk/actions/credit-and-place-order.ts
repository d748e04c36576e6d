import { readNewestCreditable } from "../../chain/read/days.ts";
import { readHead } from "../../chain/read/head.ts";
import { CairnError, signingDomain, typedDigest } from "../../protocol/index.ts";
import { actingAddress, type SdkContext } from "../context.ts";
import type { ActionResult } from "../types.ts";
import { getProof } from "./get-proof.ts";
import { orderMessage, type PlaceOrderParameters } from "./place-order.ts";

/** What is ordered, in a transaction of the client's own account. */
export type CreditAndPlaceOrderParameters = Omit<PlaceOrderParameters, "via" | "until">;

/**
 * Credits the acting account's settled stones by proof and orders with them, in one transaction of its own. An order that a
 * relayer carries out needs none of this: the relayer credits what the order lacks along with it.
 * @returns `id` is the order's id.
 * @throws INTENT_REJECTED when nothing can be credited, or with the desk's or ledger's error; EVIDENCE_INVALID when the
 * relayer's proof is false; ARGUMENT_INVALID without relayer or sending account; CHAIN_UNREACHABLE, RELAYER_UNREACHABLE.
 */
export async function creditAndPlaceOrder(
  context: SdkContext,
  parameters: CreditAndPlaceOrderParameters,
): Promise<ActionResult> {
  const { chain, deployment } = context;
  const writer = context.writer();
  const { time } = await readHead(chain);
  const day = (await readNewestCreditable(chain, deployment, time))?.day;
  if (day === undefined) throw new CairnError("INTENT_REJECTED", "no day can be credited yet");
  const proof = await getProof(context, { account: actingAddress(context), day });
  if (proof === undefined) throw new CairnError("INTENT_REJECTED", "nothing is settled for this account");
  const message = await orderMessage(context, parameters);
  const { transaction, block } = await writer.call("redemptionDesk", "creditAndPlaceOrder", [
    BigInt(day),
    proof.stonesLeaf,
    proof.stonesProof,
    message,
  ]);
  const id = typedDigest(signingDomain(deployment, "OrderIntent"), "OrderIntent", message);
  return { id, state: "done", transaction, block };
}
