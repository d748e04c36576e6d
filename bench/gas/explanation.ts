import { hexToBytes } from "viem";
import type { Bench, Step } from "./chain.ts";
import type { Measurement } from "./measurement.ts";
import { operationsOf, TARGETS, type Target } from "./targets.ts";

const BASE = 21_000;
/** Gas per token of calldata (EIP-7623): a zero byte is one token, another byte four; the floor holds when little is executed. */
const TOKEN = 4;
const TOKEN_FLOOR = 10;

/** Where the gas of an operation's transactions goes; the parts add up to it. */
export interface Explanation extends Parts {
  readonly operation: string;
  readonly items: number;
  readonly gas: number;
}

interface Parts {
  readonly base: number;
  readonly calldata: number;
  /** SLOAD and SSTORE, before refunds. */
  readonly storage: number;
  readonly events: number;
  /** All other execution: signatures, hashing, calls, decoding; less what is refunded. */
  readonly execution: number;
}

/** Executes our measured transactions once more, step by step; last come the operations that are made of several or of a share. */
export async function explain(bench: Bench, measurements: readonly Measurement[]): Promise<Explanation[]> {
  const explanations: Explanation[] = [];
  for (const { operation, items, gas, calldata, hash } of measurements) {
    explanations.push({ operation, items, gas, ...partsOf(gas, calldata, await bench.trace(hash)) });
  }
  const composed = TARGETS.filter(({ partOf, sumOf }) => partOf !== undefined || sumOf !== undefined);
  return [...explanations, ...composed.flatMap((target) => explainComposed(target, explanations))];
}

/** @returns Nothing when a transaction that it is made of was not measured. */
function explainComposed(target: Target, all: readonly Explanation[]): Explanation[] {
  const parts = operationsOf(target).flatMap((name) => all.find(({ operation }) => operation === name) ?? []);
  if (parts.length < operationsOf(target).length) return [];
  const sum = (name: keyof Parts | "gas") => parts.reduce((total, part) => total + part[name], 0);
  const items = target.partOf?.items ?? (parts[0] as Explanation).items;
  const shares = { base: sum("base"), calldata: sum("calldata"), storage: sum("storage"), events: sum("events") };
  return [{ operation: target.operation, items, gas: sum("gas"), ...shares, execution: sum("execution") }];
}

function partsOf(gas: number, calldata: Measurement["calldata"], steps: readonly Step[]): Parts {
  const tokens = hexToBytes(calldata).reduce((sum, byte) => sum + (byte === 0 ? 1 : 4), 0);
  if (gas === BASE + TOKEN_FLOOR * tokens) {
    return { base: BASE, calldata: gas - BASE, storage: 0, events: 0, execution: 0 };
  }
  const costOf = (operation: RegExp) =>
    steps.reduce((sum, { op, gasCost }) => sum + (operation.test(op) ? gasCost : 0), 0);
  const known = { base: BASE, calldata: TOKEN * tokens, storage: costOf(/^S(LOAD|STORE)$/), events: costOf(/^LOG/) };
  return { ...known, execution: gas - known.base - known.calldata - known.storage - known.events };
}
