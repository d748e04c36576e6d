/** Fees of an EIP-1559 transaction, wei per gas. */
export interface Fees {
  readonly maxFee: bigint;
  readonly priorityFee: bigint;
}

const LEAST_TIP = 10_000_000n;
const MOST_TIP = 1_000_000_000n;

/**
 * Fees for a transaction that is signed now: a tip of a tenth of the base fee, and room for the base fee to double.
 * @param baseFee Of the newest block, wei.
 * @param cap Most that may be paid per gas, wei.
 * @returns Undefined when the base fee is above the cap: then nothing is sent.
 */
export function feesFor(baseFee: bigint, cap: bigint): Fees | undefined {
  if (baseFee > cap) return undefined;
  const tenth = baseFee / 10n;
  const tip = tenth < LEAST_TIP ? LEAST_TIP : tenth > MOST_TIP ? MOST_TIP : tenth;
  const wanted = 2n * baseFee + tip;
  const maxFee = wanted < cap ? wanted : cap;
  return { maxFee, priorityFee: tip < maxFee ? tip : maxFee };
}

/**
 * Fees that replace an earlier transaction at its nonce: both at least 12.5 % higher, since nodes ask for 10 %.
 * @returns Undefined when the cap leaves no room.
 */
export function bumpedFees(last: Fees, baseFee: bigint, cap: bigint): Fees | undefined {
  const fresh = feesFor(baseFee, cap);
  if (fresh === undefined) return undefined;
  const maxFee = larger(raised(last.maxFee), fresh.maxFee);
  const priorityFee = larger(raised(last.priorityFee), fresh.priorityFee);
  return maxFee > cap || priorityFee > maxFee ? undefined : { maxFee, priorityFee };
}

function raised(fee: bigint): bigint {
  return (fee * 9n + 7n) / 8n;
}

function larger(a: bigint, b: bigint): bigint {
  return a > b ? a : b;
}
