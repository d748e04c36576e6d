import { parseEventLogs } from "viem";
import { type Hex, lowerHex } from "../../protocol/codec/bytes.ts";
import type { Deployment } from "../../protocol/codec/deployment.ts";
import { type ChainClient, reach } from "../client.ts";
import { accessManagerAbi } from "../generated/accessManager.ts";
import type { BlockRef } from "./head.ts";
import { readLogs } from "./logs.ts";

/** Seconds after which an operation that could have been executed lapses: the AccessManager's own. */
const LAPSES_AFTER_S = 7 * 86_400;

/** A call that a key with a delay has announced, and that is neither executed nor cancelled. */
export interface ScheduledOperation {
  readonly id: Hex;
  /** Who announced it: the only one who can execute it. */
  readonly caller: Hex;
  readonly target: Hex;
  readonly data: Hex;
  /** Unix seconds from which it can be executed. */
  readonly readyAt: number;
  /** Unix seconds from which it can no longer be. */
  readonly lapsesAt: number;
  readonly state: "waiting" | "ready" | "lapsed";
}

/**
 * The announced calls that were neither executed nor cancelled, in the order of their announcement: an AccessManager keeps no
 * list, so its events say.
 * @param head The block up to which events count, and whose time decides.
 * @throws CHAIN_UNREACHABLE.
 */
export async function readScheduledOperations(
  client: ChainClient,
  deployment: Deployment,
  head: BlockRef,
): Promise<ScheduledOperation[]> {
  const { accessManager } = deployment.contracts;
  const logs = await readLogs(client, accessManager, { fromBlock: deployment.firstBlock, toBlock: head.number });
  const open = new Map<Hex, Omit<ScheduledOperation, "state">>();
  for (const { eventName, args } of parseEventLogs({ abi: accessManagerAbi, logs })) {
    if (eventName === "OperationScheduled") {
      const { operationId: id, caller, target, data, schedule: readyAt } = args;
      const lapsesAt = readyAt + LAPSES_AFTER_S;
      // The same call can be announced again, and then stands behind those that came between.
      open.delete(id);
      open.set(id, { id, caller: lowerHex(caller), target: lowerHex(target), data, readyAt, lapsesAt });
    } else if (eventName === "OperationExecuted" || eventName === "OperationCanceled") {
      open.delete(args.operationId);
    }
  }
  return [...open.values()].map((operation) => ({ ...operation, state: stateOf(operation, head.time) }));
}

/**
 * The id of a call that a key announces.
 * @throws CHAIN_UNREACHABLE.
 */
export async function readOperationId(
  client: ChainClient,
  accessManager: Hex,
  { caller, target, data }: { caller: Hex; target: Hex; data: Hex },
): Promise<Hex> {
  const call = { abi: accessManagerAbi, address: accessManager, args: [caller, target, data] } as const;
  return reach(client.readContract({ ...call, functionName: "hashOperation" }));
}

function stateOf({ readyAt, lapsesAt }: { readyAt: number; lapsesAt: number }, time: number) {
  if (time < readyAt) return "waiting";
  return time < lapsesAt ? "ready" : "lapsed";
}
