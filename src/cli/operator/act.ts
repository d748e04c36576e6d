import type { ContractFunctionArgs, ContractFunctionName } from "viem";
import type { ABIS } from "../../chain/contracts.ts";
import type { accessManagerAbi } from "../../chain/generated/accessManager.ts";
import { type CalledContract, type ContractCall, callOf } from "../../chain/write/contract-call.ts";
import type { Hex } from "../../protocol/index.ts";
import { formatTime } from "../output.ts";
import type { Desk } from "./desk.ts";

/** From when an act holds: unix seconds, and why then. */
export interface Holding {
  readonly from?: number;
  readonly why: string;
}

/** One thing that somebody at the desk does: a call, and what it means. */
export interface Act {
  readonly call: ContractCall;
  /** What will happen, in a sentence without its end. */
  readonly title: string;
  /** The numbers, and what else one should know before. */
  readonly facts: readonly (readonly [label: string, value: string])[];
  readonly holds: Holding;
  /** Who signs, where it is not the role to which the function belongs: anybody, or one key. */
  readonly signedBy?: "anybody" | { readonly key: Hex };
  /** It can be tried only when the acts before it are done. */
  readonly afterOthers?: boolean;
}

/** What an act says of itself, besides its call. */
export interface Words {
  readonly title: string;
  readonly facts?: Act["facts"];
  /** From its block on, unless it says otherwise. */
  readonly holds?: Holding;
}

type Called = typeof ABIS & { readonly accessManager: typeof accessManagerAbi };

/** An act by one of the programme's contracts. */
export function actOn<C extends CalledContract, F extends ContractFunctionName<Called[C], "nonpayable">>(
  { deployment }: Pick<Desk, "deployment">,
  contract: C,
  functionName: F,
  args: ContractFunctionArgs<Called[C], "nonpayable", F>,
  { title, facts = [], holds = { why: "from its block on" } }: Words,
): Act {
  return { call: callOf(deployment, contract, functionName as never, args as never), title, facts, holds };
}

/** A holding in words. */
export function holdingText({ from, why }: Holding): string {
  return from === undefined ? why : `from ${formatTime(from)}: ${why}`;
}

/** A number of seconds in words: the largest unit in which it is whole, or nearly. */
export function formatDuration(seconds: number): string {
  const units = [
    ["days", 86_400],
    ["hours", 3_600],
    ["minutes", 60],
  ] as const;
  const [name, size] = units.find(([, length]) => seconds >= 2 * length) ?? ["seconds", 1];
  return `${Number((seconds / size).toFixed(1)).toLocaleString("en-US")} ${name}`;
}
