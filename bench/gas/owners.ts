import { encodeFunctionData, type Hex } from "viem";
import { consentRegistryAbi } from "../../src/chain/generated/consentRegistry.ts";
import { vehicleRegistryAbi } from "../../src/chain/generated/vehicleRegistry.ts";
import { deviceKeyFromSeed, signPairing } from "../../src/device/index.ts";
import { DOMAIN_OF, fromHex, type SignedType, signingDomain, TYPES } from "../../src/protocol/index.ts";
import { type Actor, actor, type Bench, type Sent, seeded } from "./chain.ts";
import type { Measurement } from "./measurement.ts";

const BATCH = 50;
const DEADLINE_AHEAD_S = 3_600;
const FOUR_CATEGORIES = 0x0f;

/** An owner with a vehicle: the first of them order upgrades later. */
export interface Owner {
  readonly account: Actor;
  readonly vehicle: Hex;
}

export function ownersOf(count: number): Owner[] {
  return Array.from({ length: count }, (_, i) => ({
    account: actor(`owner ${i}`),
    vehicle: seeded(`vehicle ${i}`),
  }));
}

/** An owner's signature as the contracts take it: the kind byte 0, then r ‖ s ‖ v. */
export async function signIntent(bench: Bench, by: Actor, type: SignedType, message: object): Promise<Hex> {
  const data = {
    domain: signingDomain(bench.deployment, type),
    types: { [type]: TYPES[type] },
    primaryType: type,
    message,
  };
  return `0x00${(await by.signTypedData(data as never)).slice(2)}`;
}

async function sendBatch(bench: Bench, type: SignedType, data: Hex): Promise<Sent> {
  return bench.send(bench.roles.relayer, bench.deployment.contracts[DOMAIN_OF[type]], data);
}

/** Consents given, given anew and withdrawn, fifty in a transaction. */
export async function measureConsents(bench: Bench): Promise<Measurement[]> {
  const owners = ownersOf(BATCH).map(({ account }) => account);
  const first = await grant(bench, owners, 1);
  const again = await grant(bench, owners, 7);
  const withdrawn = await withdraw(bench, owners, 8);
  return [
    { operation: "consent grant, first", items: BATCH, ...first },
    { operation: "consent grant, again", items: BATCH, ...again },
    { operation: "consent withdrawal", items: BATCH, ...withdrawn },
  ];
}

async function grant(bench: Bench, owners: readonly Actor[], version: number): Promise<Sent> {
  const deadline = bench.now() + DEADLINE_AHEAD_S;
  const grants = owners.map((owner, i) => ({
    account: owner.address,
    recipient: bench.deployment.operator,
    purpose: 1,
    categories: BigInt(FOUR_CATEGORIES),
    expires: 0,
    notice: 1,
    version,
    deadline,
    recordHash: seeded(`record ${i} ${version}`),
  }));
  const signatures = await Promise.all(grants.map((message, i) => sign(bench, owners, i, "ConsentGrant", message)));
  return sendBatch(
    bench,
    "ConsentGrant",
    encodeFunctionData({ abi: consentRegistryAbi, functionName: "grantConsents", args: [grants, signatures] }),
  );
}

async function withdraw(bench: Bench, owners: readonly Actor[], version: number): Promise<Sent> {
  const withdrawals = owners.map((owner) => ({
    account: owner.address,
    recipient: bench.deployment.operator,
    purpose: 1,
    version,
  }));
  const signatures = await Promise.all(
    withdrawals.map((message, i) => sign(bench, owners, i, "ConsentWithdrawal", message)),
  );
  return sendBatch(
    bench,
    "ConsentWithdrawal",
    encodeFunctionData({ abi: consentRegistryAbi, functionName: "withdrawConsents", args: [withdrawals, signatures] }),
  );
}

function sign(bench: Bench, owners: readonly Actor[], i: number, type: SignedType, message: object): Promise<Hex> {
  return signIntent(bench, owners[i] as Actor, type, message);
}

/** Vehicles registered and paired, fifty in a transaction. */
export async function measureVehicles(bench: Bench): Promise<Measurement[]> {
  const owners = ownersOf(BATCH);
  const keys = owners.map(({ vehicle }) => deviceKeyFromSeed(fromHex(vehicle)));
  const registrations = owners.map(({ vehicle }, i) => {
    const { x, y } = (keys[i] as (typeof keys)[number]).publicKey;
    return { vehicle, keyX: x, keyY: y };
  });
  const registered = await bench.send(
    bench.roles.manufacturer,
    bench.deployment.contracts.vehicleRegistry,
    encodeFunctionData({ abi: vehicleRegistryAbi, functionName: "registerVehicles", args: [registrations] }),
  );
  const deadline = bench.now() + DEADLINE_AHEAD_S;
  const pairings = owners.map(({ vehicle, account }) => ({ vehicle, account: account.address, deadline }));
  const domain = signingDomain(bench.deployment, "VehiclePairing");
  const bySignature = await Promise.all(
    pairings.map((message, i) => signIntent(bench, (owners[i] as Owner).account, "VehiclePairing", message)),
  );
  const byDevice = pairings.map((message, i) => signPairing(keys[i] as (typeof keys)[number], domain, message));
  const paired = await sendBatch(
    bench,
    "VehiclePairing",
    encodeFunctionData({
      abi: vehicleRegistryAbi,
      functionName: "pairVehicles",
      args: [pairings, bySignature, byDevice],
    }),
  );
  return [
    { operation: "vehicle registration", items: BATCH, ...registered },
    { operation: "vehicle pairing", items: BATCH, ...paired },
  ];
}
