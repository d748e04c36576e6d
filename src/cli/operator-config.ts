import { createHash } from "node:crypto";
import { cpSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { type Hex, toHex } from "../protocol/index.ts";
import type { ProgrammeKeys } from "./keys.ts";
import type { OperatorApiKeys } from "./operator-api.ts";
import type { Workspace } from "./workspace.ts";

/** Highest fee per gas that the operator pays, gwei. */
const MAX_FEE_PER_GAS_GWEI = 200;

/** What differs between the ways in which the CLI runs an operator. */
interface OperatorChoices {
  readonly rpcUrl: string;
  readonly relayerUrl: string;
  readonly pollMs: number;
  readonly finality: { readonly finalFile: string } | { readonly finalityDepth: number };
  readonly deriveKeysFrom?: Hex;
  readonly logLevel?: "info" | "warn";
}

/** The keys of the operator's API, which follow from the programme's secrets. */
export function operatorApiKeys(keys: ProgrammeKeys): OperatorApiKeys {
  return { desk: apiKey("desk", keys.curator), award: apiKey("award", keys.task) };
}

/**
 * The content of an operator's configuration file, but for the port; makes its folder, which has the deployment beside what it
 * keeps and publishes itself.
 */
export function operatorConfig(
  workspace: Workspace,
  keys: ProgrammeKeys,
  { finality, ...choices }: OperatorChoices,
): Record<string, unknown> {
  mkdirSync(workspace.operatorDir, { recursive: true });
  cpSync(workspace.deploymentFile, join(workspace.operatorDir, "deployment.json"));
  const api = operatorApiKeys(keys);
  return {
    ...choices,
    ...finality,
    workDir: workspace.operatorDir,
    relayerFilesDir: workspace.filesDir,
    maxFeePerGasGwei: MAX_FEE_PER_GAS_GWEI,
    receiptKey: keys.deskReceipt,
    deskKeyHash: hashOf(api.desk),
    awardKeyHash: hashOf(api.award),
    keys: {
      box: keys.box,
      tasks: keys.task,
      polls: keys.curator,
      milestones: keys.attester,
      rounds: keys.treasurer,
    },
  };
}

function apiKey(purpose: string, secret: Hex): string {
  return createHash("sha256").update(`cairn api key ${purpose} ${secret}`).digest("hex");
}

function hashOf(key: string): Hex {
  return toHex(createHash("sha256").update(key).digest());
}
