import { type CrystalRecord, type PlayRecord, readCrystals, readPlay } from "../../chain/read/mine-box.ts";
import type { Hex } from "../../protocol/index.ts";
import { actingAddress, type SdkContext } from "../context.ts";

/** An account's crystals and its course through its last season. */
export interface Crystals extends CrystalRecord {
  readonly account: Hex;
  /** Crystals that it can spend. */
  readonly available: bigint;
  readonly play: PlayRecord;
}

/**
 * An account's crystals, won stones that wait, and its open request of boxes.
 * @param parameters `account`: whose; default the client's own.
 * @throws ARGUMENT_INVALID without any account, CHAIN_UNREACHABLE.
 */
export async function getCrystals(context: SdkContext, parameters: { account?: Hex } = {}): Promise<Crystals> {
  const { chain, deployment } = context;
  const account = (parameters.account ?? actingAddress(context)).toLowerCase() as Hex;
  const [crystals, play] = await Promise.all([
    readCrystals(chain, deployment, account),
    readPlay(chain, deployment, account),
  ]);
  return { account, ...crystals, available: crystals.credited + crystals.won - crystals.spent, play };
}
