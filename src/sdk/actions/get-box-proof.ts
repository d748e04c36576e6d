import { reach } from "../../chain/client.ts";
import { readBoxRequests, readReveals, readSeasonTip } from "../../chain/read/boxes.ts";
import { drawRulesOf, readSeason } from "../../chain/read/mine-box.ts";
import { type BoxProof, CairnError, dropOf, type Hex, missesAfter, proveBox } from "../../protocol/index.ts";
import { askedAccount, type SdkContext } from "../context.ts";

/** Which box. */
export interface GetBoxProofParameters {
  /** Default: the client's own account. */
  readonly account?: Hex;
  /** Of the account's boxes, counted from 0 over all seasons. */
  readonly number: number;
}

/**
 * Everything that an opened box's tier follows from, taken from the chain alone: `verifyBox` computes it again.
 * @throws NOT_FOUND when there is no such box or it is not opened, ARGUMENT_INVALID without any account, CHAIN_UNREACHABLE.
 */
export async function getBoxProof(context: SdkContext, parameters: GetBoxProofParameters): Promise<BoxProof> {
  const { chain, deployment } = context;
  const { number } = parameters;
  const account = askedAccount(context, parameters.account);
  const requests = await readBoxRequests(chain, deployment, account);
  const at = requests.findIndex(({ firstBox, count }) => number >= firstBox && number < firstBox + count);
  const request = requests[at];
  if (request === undefined) throw new CairnError("NOT_FOUND", `box ${number} of ${account}`);
  const { season, firstBox, block, time, salt, tiers } = request;
  const tier = tiers?.[number - firstBox];
  const terms = await readSeason(chain, deployment, season);
  if (tiers === undefined || tier === undefined || terms === undefined) {
    throw new CairnError("NOT_FOUND", `box ${number} of ${account} is not opened`);
  }
  const drop = dropOf(deployment.genesis, time);
  const earlier = requests.slice(0, at).flatMap((other) => (other.season === season ? (other.tiers ?? []) : []));
  const draw = await drawOf(context, { season, drop, block });
  return proveBox({
    ...{ account, number, season, drop, requestBlock: block, salt: String(salt), rules: drawRulesOf(terms), tier },
    misses: missesAfter([...earlier, ...tiers.slice(0, number - firstBox)], terms.guaranteedTier),
    ...(draw === undefined ? {} : { draw }),
  });
}

/** What the boxes of a block are drawn with; nothing when the drop was never revealed. */
async function drawOf(
  { chain, deployment }: SdkContext,
  { season, drop, block }: { season: number; drop: number; block: number },
) {
  const reveals = await readReveals(chain, deployment, season);
  const at = reveals.findIndex((reveal) => reveal.drop === drop);
  const link = reveals[at]?.link;
  const tip = await readSeasonTip(chain, deployment, season);
  if (link === undefined || tip === undefined) return undefined;
  const next = await reach(chain.getBlock({ blockNumber: BigInt(block + 1) }));
  return { tip, position: at + 1, link, blockHash: next.hash };
}
