import { type Hex, lowerHex } from "../../protocol/codec/bytes.ts";
import type { Deployment } from "../../protocol/codec/deployment.ts";
import { type ChainClient, reach } from "../client.ts";
import { ABIS } from "../contracts.ts";

/** A vehicle's one pairing (docs/protocol.md 4.2). Times in unix seconds; all zero when it has none. */
export interface VehiclePairingRecord {
  readonly account: Hex;
  readonly since: number;
  /** 0 = still paired. */
  readonly until: number;
}

/** A device key (P-256) and when it held: `from` inclusive, `until` exclusive, 0 = still. */
export interface DeviceKeyRecord {
  readonly x: Hex;
  readonly y: Hex;
  readonly from: number;
  readonly until: number;
}

/**
 * A vehicle's pairing.
 * @throws CHAIN_UNREACHABLE.
 */
export async function readPairing(
  client: ChainClient,
  deployment: Deployment,
  vehicle: Hex,
): Promise<VehiclePairingRecord> {
  const { account, since, until } = await reach(
    client.readContract({
      abi: ABIS.vehicleRegistry,
      address: deployment.contracts.vehicleRegistry,
      functionName: "pairingOf",
      args: [vehicle],
    }),
  );
  return { account: lowerHex(account), since, until };
}

/**
 * The device key that held at a moment; all zero when none did.
 * @param time Unix seconds, before the newest block's time.
 * @throws CHAIN_UNREACHABLE, also for a time that is not past.
 */
export async function readDeviceKey(
  client: ChainClient,
  deployment: Deployment,
  vehicle: Hex,
  time: number,
): Promise<DeviceKeyRecord> {
  return reach(
    client.readContract({
      abi: ABIS.vehicleRegistry,
      address: deployment.contracts.vehicleRegistry,
      functionName: "deviceKeyAt",
      args: [vehicle, BigInt(time)],
    }),
  );
}

/**
 * Whether an account held a vehicle in every second of [from, to).
 * @param to Unix seconds, at most the newest block's time.
 * @throws CHAIN_UNREACHABLE, also for a time that is not past.
 */
export async function readOwnerThroughout(
  client: ChainClient,
  deployment: Deployment,
  { vehicle, account }: { readonly vehicle: Hex; readonly account: Hex },
  from: number,
  to: number,
): Promise<boolean> {
  return reach(
    client.readContract({
      abi: ABIS.vehicleRegistry,
      address: deployment.contracts.vehicleRegistry,
      functionName: "ownerThroughout",
      args: [vehicle, account, BigInt(from), BigInt(to)],
    }),
  );
}

/**
 * A vehicle's rank by order of registration, counted from 1; 0 when it is not registered.
 * @throws CHAIN_UNREACHABLE.
 */
export async function readRank(client: ChainClient, deployment: Deployment, vehicle: Hex): Promise<number> {
  return reach(
    client.readContract({
      abi: ABIS.vehicleRegistry,
      address: deployment.contracts.vehicleRegistry,
      functionName: "rankOf",
      args: [vehicle],
    }),
  );
}

/**
 * Whether an account holds a vehicle now.
 * @throws CHAIN_UNREACHABLE.
 */
export async function readHolds(
  client: ChainClient,
  deployment: Deployment,
  account: Hex,
  vehicle: Hex,
): Promise<boolean> {
  const pairing = await readPairing(client, deployment, vehicle);
  return pairing.account === account && pairing.until === 0;
}

/**
 * A vehicle that an account holds now: paired with it, or followed to it.
 * @returns Nothing when it holds none.
 * @throws CHAIN_UNREACHABLE.
 */
export async function readHeldVehicle(
  client: ChainClient,
  deployment: Deployment,
  account: Hex,
): Promise<Hex | undefined> {
  const registry = {
    abi: ABIS.vehicleRegistry,
    address: deployment.contracts.vehicleRegistry,
    fromBlock: BigInt(deployment.block),
    strict: true,
  } as const;
  const [paired, followed] = await Promise.all([
    reach(client.getContractEvents({ ...registry, eventName: "VehiclePaired", args: { account } })),
    reach(client.getContractEvents({ ...registry, eventName: "VehicleFollowed", args: { to: account } })),
  ]);
  for (const vehicle of new Set([...paired, ...followed].map(({ args }) => args.vehicle))) {
    if (await readHolds(client, deployment, account, vehicle)) return vehicle;
  }
  return undefined;
}

/** Where a release that the manufacturer asked for stands, in the order of the contract's enum. */
const RELEASE_STATES = ["none", "requested", "contested"] as const;

/**
 * A vehicle's pairing, and where its release stands.
 * @throws CHAIN_UNREACHABLE.
 */
export async function readRegistryState(
  client: ChainClient,
  deployment: Deployment,
  vehicle: Hex,
): Promise<VehiclePairingRecord & { readonly release: (typeof RELEASE_STATES)[number] }> {
  const { vehicleRegistry } = deployment.contracts;
  const call = { abi: ABIS.vehicleRegistry, address: vehicleRegistry, args: [vehicle] } as const;
  const { account, since, until, release } = await reach(client.readContract({ ...call, functionName: "pairingOf" }));
  return { account: lowerHex(account), since, until, release: RELEASE_STATES[release] ?? "none" };
}
