import { readRoot } from "../../chain/read/drops.ts";
import { rootOfProof } from "../../evidence/proofs.ts";
import {
  type AwardLeaf,
  awardDigest,
  CairnError,
  type Hex,
  hashAwardLeaf,
  signingDomain,
  type TaskAward,
} from "../../protocol/index.ts";
import { parseAwardPage, type ShownAward } from "../award-page.ts";
import { askedAccount, relayerOf, type SdkContext } from "../context.ts";
import { patiently } from "../patience.ts";

/** Whose awards, and which of them. */
export interface GetAwardsParameters {
  /** Default: the client's own account. */
  readonly account?: Hex;
  /** Default 20, at most 100. */
  readonly limit?: number;
  /** `cursor` of the last one of the page before. */
  readonly before?: number;
}

/** A task award of an account. */
export interface Award extends TaskAward {
  /** EIP-712 digest of the award. */
  readonly digest: Hex;
  /** The drop that took it. */
  readonly drop: number;
  /** Its leaf, which was found under the drop's root on the chain; nothing while the drop is not anchored. */
  readonly leaf: AwardLeaf | undefined;
  /** For the next page. */
  readonly cursor: number;
}

/**
 * An account's task awards, newest first: asked of the relayer; a leaf is believed only under its drop's root on the chain.
 * A page may be shorter than asked for; after the last award comes an empty one.
 * @throws EVIDENCE_INVALID when an award is not what its leaf says, or the leaf is not under the root; ARGUMENT_INVALID
 * without any account or relayer, CHAIN_UNREACHABLE, RELAYER_UNREACHABLE.
 */
export async function getAwards(context: SdkContext, parameters: GetAwardsParameters = {}): Promise<Award[]> {
  const account = askedAccount(context, parameters.account);
  const { limit = 20, before } = parameters;
  const query = `limit=${limit}${before === undefined ? "" : `&before=${before}`}`;
  const relayer = relayerOf(context);
  const page = parseAwardPage(await patiently(context, () => relayer.get(`/v1/accounts/${account}/awards?${query}`)));
  return Promise.all(page.map((shown) => checkedAward(context, account, shown)));
}

async function checkedAward(context: SdkContext, account: Hex, shown: ShownAward): Promise<Award> {
  const { chain, deployment } = context;
  const { digest, award, drop, anchored, cursor } = shown;
  if (awardDigest(signingDomain(deployment, "TaskAward"), award) !== digest || award.account !== account) {
    throw falseAward(digest, "its digest is another");
  }
  if (anchored === undefined) return { ...award, digest, drop, leaf: undefined, cursor };
  const { leaf, proof } = anchored;
  const isOfAward = leaf.awardDigest === digest && leaf.account === account && leaf.crystals === award.crystals;
  if (!isOfAward || leaf.drop !== drop) throw falseAward(digest, "its leaf is another's");
  const root = await readRoot(chain, deployment, drop);
  if (root !== rootOfProof(hashAwardLeaf(leaf), proof))
    throw falseAward(digest, "its leaf is not under the drop's root");
  return { ...award, digest, drop, leaf, cursor };
}

function falseAward(digest: Hex, what: string): CairnError {
  return new CairnError("EVIDENCE_INVALID", `the relayer's award ${digest} is false: ${what}`, { details: { digest } });
}
