import {
  BaseError,
  ContractFunctionRevertedError,
  decodeErrorResult,
  type Hex,
  hexToString,
  isHex,
  toFunctionSelector,
  trim,
} from "viem";
import { CairnError } from "../protocol/errors.ts";
import { ABIS } from "./contracts.ts";
import { accessManagerAbi } from "./generated/accessManager.ts";

/** An error of one of the programme's contracts, by name, with its values by the names of its parameters. */
export interface ContractError {
  readonly name: string;
  readonly args: Readonly<Record<string, unknown>>;
}

interface AbiError {
  readonly type: string;
  readonly name?: string;
  readonly inputs?: readonly { readonly name?: string; readonly type: string }[];
}

/** Every error that the programme's contracts can revert with, by selector. */
const ERRORS: ReadonlyMap<string, AbiError> = new Map(
  ([...Object.values(ABIS).flat(), ...accessManagerAbi] as readonly AbiError[])
    .filter((entry) => entry.type === "error")
    .map((entry) => [toFunctionSelector(entry as Parameters<typeof toFunctionSelector>[0]), entry]),
);

/**
 * The name of an error of the programme's contracts.
 * @param selector Four bytes, as in an `IntentSkipped` event.
 * @returns The selector itself when it is none of ours.
 */
export function contractErrorName(selector: Hex): string {
  return ERRORS.get(selector.toLowerCase().slice(0, 10))?.name ?? selector;
}

/**
 * Decodes what a contract reverted with.
 * @param data Revert data: a selector, then the encoded values.
 * @returns Nothing when the selector is none of ours.
 */
export function decodeContractError(data: Hex): ContractError | undefined {
  const entry = ERRORS.get(data.toLowerCase().slice(0, 10));
  if (entry?.name === undefined) return undefined;
  const inputs = entry.inputs ?? [];
  let values: readonly unknown[] = [];
  try {
    values = decodeErrorResult({ abi: [entry] as unknown as readonly [], data }).args ?? [];
  } catch {
    // The values are cut off, as in an event that carries the selector alone: the name is still worth having.
  }
  const args = Object.fromEntries(
    values.map((value, i) => [inputs[i]?.name || String(i), inputs[i]?.name === "name" ? nameOf(value) : value]),
  );
  return { name: entry.name, args };
}

/** Our errors carry the names of fields as text in a bytes32. */
function nameOf(value: unknown): unknown {
  return typeof value === "string" && isHex(value) ? hexToString(trim(value, { dir: "right" })) : value;
}

/**
 * What a failed call to a contract means to its caller.
 * @returns INTENT_REJECTED with the contract's error and its values when the contract refused, else CHAIN_UNREACHABLE.
 */
export function contractFailure(cause: unknown): CairnError {
  const data = revertDataOf(cause);
  if (data === undefined) return new CairnError("CHAIN_UNREACHABLE", undefined, { cause });
  const error = decodeContractError(data);
  const name = error?.name ?? (data === "0x" ? "the contract gave no reason" : data.slice(0, 10));
  return new CairnError("INTENT_REJECTED", describe(name, error?.args ?? {}), {
    details: { error: name, args: error?.args ?? {} },
    cause,
  });
}

function describe(name: string, args: Readonly<Record<string, unknown>>): string {
  const values = Object.entries(args).map(([key, value]) => `${key} ${String(value)}`);
  return values.length === 0 ? name : `${name} (${values.join(", ")})`;
}

/** The revert data inside whatever viem threw; nothing when it is not a revert. */
function revertDataOf(cause: unknown): Hex | undefined {
  if (!(cause instanceof BaseError)) return undefined;
  const reverted = cause.walk((error) => error instanceof ContractFunctionRevertedError);
  if (reverted instanceof ContractFunctionRevertedError) return reverted.raw ?? reverted.signature ?? "0x";
  return undefined;
}
