import type { ProgrammeKeys } from "./keys.ts";
import type { Workspace } from "./workspace.ts";

/** Highest fee per gas that the relayer pays, gwei: local chains are nearly free, and others should alert before they cost. */
const MAX_FEE_PER_GAS_GWEI = 200;

/** What differs between the ways in which the CLI runs a relayer. */
export interface RelayerChoices {
  readonly rpcUrl: string;
  /** How often it looks at the chain, milliseconds. */
  readonly pollMs: number;
  /** Which blocks are final: those that the embedded chain has saved, or those so many below the head. */
  readonly finality: { readonly finalFile: string } | { readonly finalityDepth: number };
  readonly anchorEveryDrops: number;
  /** Hex seed of account keys and day keys; in simulations only. */
  readonly deriveKeysFrom?: string;
  readonly logLevel?: "info" | "warn";
}

/** The content of a relayer's configuration file, but for the port. */
export function relayerConfig(
  workspace: Workspace,
  keys: ProgrammeKeys,
  { finality, ...choices }: RelayerChoices,
): Record<string, unknown> {
  return {
    workDir: workspace.root,
    ...choices,
    ...finality,
    maxFeePerGasGwei: MAX_FEE_PER_GAS_GWEI,
    relayerKey: keys.relayer,
    receiptKey: keys.receipt,
  };
}
