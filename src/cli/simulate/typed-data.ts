import { encodeEcdsaSignature, type Hex, type SignedType, signingDomain, TYPES } from "../../protocol/index.ts";
import { accountOf } from "../programme.ts";
import type { PlannedOwner } from "./plan.ts";
import type { World } from "./world.ts";

/** An owner's signature of typed data, as contracts and services take it: `kind ‖ data`. */
export async function signAs(
  { deployment }: World,
  owner: PlannedOwner,
  type: SignedType,
  message: Record<string, unknown>,
): Promise<Hex> {
  const types = { [type]: TYPES[type].map((member) => ({ ...member })) };
  const domain = { ...signingDomain(deployment, type) };
  return encodeEcdsaSignature(await accountOf(owner.key).signTypedData({ domain, types, primaryType: type, message }));
}
