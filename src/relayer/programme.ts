import type { Hex } from "../protocol/codec/bytes.ts";
import { type Deployment, signingDomain } from "../protocol/codec/deployment.ts";
import type { Domain, SignedType } from "../protocol/codec/eip712.ts";
import { TYPES } from "../protocol/codec/eip712.ts";

/** The programme that a relayer serves, with its signing domains made once: hashing is faster with the same object. */
export interface Programme {
  readonly deployment: Deployment;
  readonly genesis: number;
  readonly operator: Hex;
  readonly domains: Readonly<Record<SignedType, Domain>>;
}

/** Prepares a deployment for use. */
export function programmeOf(deployment: Deployment): Programme {
  const types = Object.keys(TYPES) as SignedType[];
  return {
    deployment,
    genesis: deployment.genesis,
    operator: deployment.operator,
    domains: Object.fromEntries(types.map((type) => [type, signingDomain(deployment, type)])) as Record<
      SignedType,
      Domain
    >,
  };
}
