import { type Hex, lowerHex } from "../../protocol/codec/bytes.ts";
import type { Deployment } from "../../protocol/codec/deployment.ts";
import { type ChainClient, reach } from "../client.ts";
import { ABIS } from "../contracts.ts";
import { type ConsentKey, type ConsentRecord, readConsent } from "./consents.ts";
import { readForward } from "./moves.ts";
import { type OrderRecord, readOrder } from "./orders.ts";
import { readStones, type StoneSums } from "./stones.ts";
import { readPairing, type VehiclePairingRecord } from "./vehicles.ts";

/** Everything that the chain says about one account. */
export interface AccountRecord {
  readonly account: Hex;
  /** Where it moved. */
  readonly movedTo?: Hex;
  readonly stones: StoneSums;
  readonly consents: readonly (ConsentKey & ConsentRecord)[];
  /** Those that it ever held, each with its holder of today. */
  readonly vehicles: readonly ({ vehicle: Hex } & VehiclePairingRecord)[];
  /** Those that it placed; an account that moved here has its own. */
  readonly orders: readonly OrderRecord[];
}

/**
 * An account's stones, consents, vehicles and orders: found by their events, read from storage.
 * @throws CHAIN_UNREACHABLE.
 */
export async function readAccount(client: ChainClient, deployment: Deployment, account: Hex): Promise<AccountRecord> {
  const { contracts } = deployment;
  const filter = { args: { account }, fromBlock: BigInt(deployment.block), strict: true } as const;
  const followedTo = { args: { to: account }, fromBlock: BigInt(deployment.block), strict: true } as const;
  const [stones, forward, granted, paired, followed, placed] = await Promise.all([
    readStones(client, deployment, account),
    readForward(client, deployment, account),
    reach(
      client.getContractEvents({
        ...filter,
        abi: ABIS.consentRegistry,
        address: contracts.consentRegistry,
        eventName: "ConsentGranted",
      }),
    ),
    reach(
      client.getContractEvents({
        ...filter,
        abi: ABIS.vehicleRegistry,
        address: contracts.vehicleRegistry,
        eventName: "VehiclePaired",
      }),
    ),
    reach(
      client.getContractEvents({
        ...followedTo,
        abi: ABIS.vehicleRegistry,
        address: contracts.vehicleRegistry,
        eventName: "VehicleFollowed",
      }),
    ),
    reach(
      client.getContractEvents({
        ...filter,
        abi: ABIS.redemptionDesk,
        address: contracts.redemptionDesk,
        eventName: "OrderPlaced",
      }),
    ),
  ]);
  const keys = new Map<string, ConsentKey>();
  for (const { args } of granted) {
    const recipient = lowerHex(args.recipient);
    keys.set(`${recipient} ${args.purpose}`, { account, recipient, purpose: args.purpose });
  }
  return {
    account,
    ...(forward === undefined ? {} : { movedTo: forward.to }),
    stones,
    consents: await Promise.all(
      [...keys.values()].map(async (key) => ({ ...key, ...(await readConsent(client, deployment, key)) })),
    ),
    vehicles: await Promise.all(
      [...new Set([...paired, ...followed].map(({ args }) => args.vehicle))].map(async (vehicle) => ({
        vehicle,
        ...(await readPairing(client, deployment, vehicle)),
      })),
    ),
    orders: await Promise.all(placed.map(({ args }) => readOrder(client, deployment, args.order))),
  };
}
