import type { Bench } from "../chain.ts";
import type { PeerMeasurement } from "../measurement.ts";
import { measureEas } from "./eas.ts";
import { installPeers } from "./package.ts";
import { measureTransfers } from "./transfers.ts";
import { measureUniswap } from "./uniswap.ts";

export interface Peers {
  readonly measurements: readonly PeerMeasurement[];
  /** Peers that are missing, and why; empty when all were measured. */
  readonly notMeasured: readonly { readonly peer: string; readonly reason: string }[];
}

/** Deploys the peers beside the programme and measures them. */
export async function measurePeers(bench: Bench): Promise<Peers> {
  const transfers = await measureTransfers(bench);
  const reason = installPeers();
  if (reason !== undefined) {
    const peers = ["EAS", "Uniswap MerkleDistributor"];
    return { measurements: transfers, notMeasured: peers.map((peer) => ({ peer, reason })) };
  }
  return {
    measurements: [...transfers, ...(await measureEas(bench)), ...(await measureUniswap(bench))],
    notMeasured: [],
  };
}
