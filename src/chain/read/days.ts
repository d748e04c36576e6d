import type { Hex } from "../../protocol/codec/bytes.ts";
import type { Deployment } from "../../protocol/codec/deployment.ts";
import { type ChainClient, reach } from "../client.ts";
import { ABIS } from "../contracts.ts";

/** A settled day: roots and cumulative totals (docs/protocol.md 7.3). */
export interface SettlementRecord {
  readonly day: number;
  readonly stonesRoot: Hex;
  readonly metresRoot: Hex;
  /** Units of 1e-9 stone. */
  readonly totalStones: bigint;
  readonly totalCrystals: bigint;
  readonly totalMetres: number;
  readonly accounts: number;
  /** Unix seconds from which the day can be credited. */
  readonly creditableAt: number;
}

/**
 * How many days are settled: the next day to settle.
 * @throws CHAIN_UNREACHABLE.
 */
export async function readSettledDays(client: ChainClient, deployment: Deployment): Promise<number> {
  return Number(await reach(client.readContract({ ...ledger(deployment), functionName: "settledDays" })));
}

/**
 * A settled day.
 * @throws CHAIN_UNREACHABLE, also when the day is not settled.
 */
export async function readSettlement(
  client: ChainClient,
  deployment: Deployment,
  day: number,
): Promise<SettlementRecord> {
  const found = await reach(
    client.readContract({ ...ledger(deployment), functionName: "settlementOf", args: [BigInt(day)] }),
  );
  return {
    day,
    stonesRoot: found.stonesRoot,
    metresRoot: found.metresRoot,
    totalStones: found.totalStones,
    totalCrystals: found.totalCrystals,
    totalMetres: Number(found.totalMetres),
    accounts: found.accounts,
    creditableAt: found.creditableAt,
  };
}

/**
 * The newest day that can be credited at a moment. Days become creditable in order, so halving finds it.
 * @param time Unix seconds of chain time.
 * @returns Nothing when no day can be credited yet.
 * @throws CHAIN_UNREACHABLE.
 */
export async function readNewestCreditable(
  client: ChainClient,
  deployment: Deployment,
  time: number,
): Promise<SettlementRecord | undefined> {
  let low = 0;
  let high = await readSettledDays(client, deployment);
  let newest: SettlementRecord | undefined;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    const settlement = await readSettlement(client, deployment, middle);
    if (settlement.creditableAt <= time) {
      newest = settlement;
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return newest;
}

/** What happened to a day, in the order of the chain. */
export interface DayHistory {
  readonly settlements: readonly { transaction: Hex; block: number; dataDigest: Hex }[];
  readonly vetoes: readonly { transaction: Hex; block: number }[];
  readonly credits: readonly { transaction: Hex; block: number; leaves: number; units: bigint }[];
}

/**
 * The events of one day: settlements (the last holds), vetoes and withdrawals naming it, credits from it.
 * @throws CHAIN_UNREACHABLE.
 */
export async function readDayHistory(client: ChainClient, deployment: Deployment, day: number): Promise<DayHistory> {
  const filter = {
    ...ledger(deployment),
    args: { day: BigInt(day) },
    fromBlock: BigInt(deployment.block),
    strict: true,
  };
  const [settled, vetoed, withdrawn, credited] = await Promise.all([
    reach(client.getContractEvents({ ...filter, eventName: "DaySettled", strict: true })),
    reach(client.getContractEvents({ ...filter, eventName: "DayVetoed", strict: true })),
    reach(client.getContractEvents({ ...filter, eventName: "DayWithdrawn", strict: true })),
    reach(client.getContractEvents({ ...filter, eventName: "DayCredited", strict: true })),
  ]);
  const place = (log: { transactionHash: Hex; blockNumber: bigint }) => ({
    transaction: log.transactionHash,
    block: Number(log.blockNumber),
  });
  return {
    settlements: settled.map((log) => ({ ...place(log), dataDigest: log.args.dataDigest })),
    vetoes: [...vetoed, ...withdrawn].map(place).sort((a, b) => a.block - b.block),
    credits: credited.map((log) => ({ ...place(log), leaves: Number(log.args.leaves), units: log.args.units })),
  };
}

function ledger(deployment: Deployment) {
  return { abi: ABIS.stoneLedger, address: deployment.contracts.stoneLedger } as const;
}
