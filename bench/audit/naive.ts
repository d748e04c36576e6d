import { join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import { p256 } from "@noble/curves/nist.js";
import { createPublicClient, type Hex, hashTypedData, http, parseAbiItem } from "viem";
import { signingDomain, TYPES } from "../../src/protocol/index.ts";
import type { BenchProgramme } from "./programme.ts";

const DROPS_ANCHORED = parseAbiItem(
  "event DropsAnchored(uint256 indexed firstDrop, bytes32[] roots, bytes32 dataDigest)",
);
const VEHICLE_REGISTERED = parseAbiItem(
  "event VehicleRegistered(bytes32 indexed vehicle, uint32 rank, bytes32 keyX, bytes32 keyY)",
);
type Value = Uint8Array | bigint;
const BLOCKS_A_REQUEST = 2_000n;

/** What somebody gets who checks signatures with the usual libraries, without an auditor. */
export interface NaiveFigures {
  readonly readings: number;
  readonly seconds: number;
}

/**
 * Reads keys and anchored drops by getLogs and verifies the readings of these drops one after another, with viem's typed data
 * and noble's P-256. Nothing else is checked.
 * @param most Stops after so many readings: what each takes does not depend on how many there are.
 */
export async function verifyNaively(
  rpcUrl: string,
  { deployment, filesDir }: BenchProgramme,
  most: number,
): Promise<NaiveFigures> {
  const startedAt = performance.now();
  const client = createPublicClient({ transport: http(rpcUrl) });
  const head = await client.getBlockNumber();
  const logsOf = async <Event extends typeof DROPS_ANCHORED | typeof VEHICLE_REGISTERED>(
    address: Hex,
    event: Event,
  ) => {
    const logs = [];
    for (let fromBlock = BigInt(deployment.firstBlock); fromBlock <= head; fromBlock += BLOCKS_A_REQUEST) {
      const last = fromBlock + BLOCKS_A_REQUEST - 1n;
      logs.push(...(await client.getLogs({ address, event, fromBlock, toBlock: last < head ? last : head })));
    }
    return logs;
  };
  const keys = new Map<string, Uint8Array>();
  for (const { args } of await logsOf(deployment.contracts.vehicleRegistry, VEHICLE_REGISTERED)) {
    const { vehicle, keyX, keyY } = args as { vehicle: Hex; keyX: Hex; keyY: Hex };
    keys.set(vehicle, Buffer.from(`04${keyX.slice(2)}${keyY.slice(2)}`, "hex"));
  }
  const anchored = await logsOf(deployment.contracts.dropAnchor, DROPS_ANCHORED);
  const drops = anchored.flatMap(({ args }) => (args.roots ?? []).map((_, at) => Number(args.firstDrop) + at));
  const sql = await (await DuckDBInstance.create(":memory:")).connect();
  const domain = signingDomain(deployment, "Reading");
  let readings = 0;
  for (const drop of drops) {
    const path = join(filesDir, "drops", `${`${drop}`.padStart(8, "0")}.parquet`);
    for (const row of (await sql.runAndReadAll(`SELECT * FROM read_parquet('${path}')`)).getRowObjectsJS()) {
      if (readings === most) break;
      const message = messageOf(row as Record<string, Value>);
      const digest = hashTypedData({ domain, types: { Reading: TYPES.Reading }, primaryType: "Reading", message });
      const signature = Buffer.concat([row.r as Uint8Array, row.s as Uint8Array]);
      const key = keys.get(message.vehicle) as Uint8Array;
      if (!p256.verify(signature, Buffer.from(digest.slice(2), "hex"), key))
        throw new Error(`drop ${drop}: not signed`);
      readings++;
    }
    if (readings === most) break;
  }
  sql.closeSync();
  return { readings, seconds: (performance.now() - startedAt) / 1_000 };
}

function messageOf(row: Record<string, Value>) {
  const hex = (column: string): Hex => `0x${Buffer.from(row[column] as Uint8Array).toString("hex")}`;
  const number = (column: string) => Number(row[column]);
  const big = (column: string): bigint => row[column] as bigint;
  return {
    ...{ vehicle: hex("vehicle"), sequence: big("sequence"), payload: hex("payload") },
    ...{ startedAt: big("started_at"), endedAt: big("ended_at") },
    ...{ odometerStart: number("odometer_start_m"), odometerEnd: number("odometer_end_m") },
    ...{ takeovers: number("takeovers"), categories: big("categories") },
  };
}
