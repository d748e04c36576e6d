import { readIsReceiptKey } from "../chain/read/rules.ts";
import { momentsOfDrop } from "../evidence/check-readings.ts";
import type { Hex } from "../protocol/index.ts";
import type { SdkContext } from "./context.ts";

/**
 * Whether a key could sign a receipt for a drop: it was a receipt key in the drop's first or last second.
 * @param key Nothing when the signature is of nobody.
 * @throws CHAIN_UNREACHABLE.
 */
export async function wasReceiptKey(
  { chain, deployment }: Pick<SdkContext, "chain" | "deployment">,
  key: Hex | undefined,
  drop: number,
): Promise<boolean> {
  if (key === undefined) return false;
  const moments = momentsOfDrop(deployment.genesis, drop);
  const held = await Promise.all(moments.map((time) => readIsReceiptKey(chain, deployment, key, time)));
  return held.includes(true);
}
