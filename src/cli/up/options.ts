/** What `cairn up` is asked for. */
export interface UpOptions {
  /** Somebody else's chain, instead of the embedded one. */
  readonly rpc?: string;
  readonly work: string;
  /** Port of the API; without it 8420, or any free one. */
  readonly port?: number;
  /** Simulated cars. */
  readonly fleet: number;
}
