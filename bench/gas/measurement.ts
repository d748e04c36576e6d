import type { Sent } from "./chain.ts";

/** A measured transaction of ours. */
export interface Measurement extends Sent {
  readonly operation: string;
  /** What stands in the batch, 1 when it is no batch. */
  readonly items: number;
}

/** A transaction with a peer's contract that does what our operation of this name does, as far as the peer can. */
export interface PeerMeasurement extends Measurement {
  readonly peer: string;
  /** What ours does in this operation and the peer does not. */
  readonly omits?: string;
}
