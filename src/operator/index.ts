import { type Service, startService } from "../service/start.ts";
import type { OperatorConfig } from "./config.ts";
import { openEngine } from "./engine.ts";

export { type OperatorConfig, parseOperatorConfig } from "./config.ts";
export type { ItemDocument, MilestoneDocument, ProgrammeDocument } from "./documents/schemas.ts";
export { prepareChain } from "./duties/box/prepare-chain.ts";
export { STARTING_TASKS, startingTask } from "./duties/tasks/starting-tasks.ts";
export { STARTING_ITEMS } from "./items/starting-items.ts";
export { OPERATOR_STORE, openStore as openOperatorStore } from "./store/open.ts";

/** A running operator. */
export type Operator = Service;

/**
 * Starts an operator on a work folder that holds a `deployment.json`. Writes `operator.json` {url, pid} there once it listens.
 * @throws DEPLOYMENT_INVALID, FILE_UNREADABLE, CONFIG_INVALID, WORK_DIR_IN_USE, STORE_DAMAGED, STORE_FULL, CHAIN_UNREACHABLE,
 * CHAIN_MISMATCH, PORT_IN_USE, STORE_UNAVAILABLE, STORE_IN_USE.
 */
export function startOperator(config: OperatorConfig): Promise<Operator> {
  return startService("operator", config, openEngine);
}
