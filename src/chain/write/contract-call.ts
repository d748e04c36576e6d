import type { Abi, ContractFunctionArgs, ContractFunctionName } from "viem";
import { decodeFunctionData, encodeFunctionData, toFunctionSelector } from "viem";
import type { Hex } from "../../protocol/codec/bytes.ts";
import type { Deployment } from "../../protocol/codec/deployment.ts";
import { ABIS } from "../contracts.ts";
import { accessManagerAbi } from "../generated/accessManager.ts";

/** The contracts that a duty's key calls: the programme's own, and the one that keeps the roles. */
const CALLED = { ...ABIS, accessManager: accessManagerAbi } as const;
type Called = typeof CALLED;
export type CalledContract = keyof Called;

/** A call of a contract's function, as it can be shown, tried and sent. */
export interface ContractCall {
  /** What the contract is called, for people. */
  readonly contract: string;
  readonly to: Hex;
  readonly abi: Abi;
  readonly functionName: string;
  readonly args: readonly unknown[];
}

/** A call of one of the programme's contracts. */
export function callOf<C extends CalledContract, F extends ContractFunctionName<Called[C], "nonpayable">>(
  deployment: Deployment,
  contract: C,
  functionName: F,
  args: ContractFunctionArgs<Called[C], "nonpayable", F>,
): ContractCall {
  const abi = CALLED[contract] as Abi;
  return { contract, to: deployment.contracts[contract], abi, functionName, args: args as readonly unknown[] };
}

/**
 * The call that bytes are.
 * @param to Address of one of the programme's contracts.
 * @returns Nothing when it is none of ours, or the contract has no such function.
 */
export function decodeCall(deployment: Deployment, to: Hex, data: Hex): ContractCall | undefined {
  const contract = (Object.keys(CALLED) as CalledContract[]).find(
    (name) => deployment.contracts[name] === to.toLowerCase(),
  );
  if (contract === undefined) return undefined;
  const abi = CALLED[contract] as Abi;
  try {
    const { functionName, args } = decodeFunctionData({ abi, data });
    return { contract, to: deployment.contracts[contract], abi, functionName, args: args ?? [] };
  } catch {
    return undefined;
  }
}

/** The bytes of a call. */
export function dataOf({ abi, functionName, args }: ContractCall): Hex {
  return encodeFunctionData({ abi, functionName, args });
}

/** The selector of a call's function. */
export function selectorOf({ abi, functionName, args }: ContractCall): Hex {
  const functions = abi.filter((entry) => entry.type === "function");
  const found = functions.find(({ name, inputs }) => name === functionName && inputs.length === args.length);
  return found === undefined ? "0x" : toFunctionSelector(found);
}
