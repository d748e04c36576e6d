import { expect } from "chai";
import type { BaseContract, ContractTransactionResponse, Signer } from "ethers";
import { type DeviceKey, deviceKeyFromSeed } from "../../src/device/index.ts";
import {
  DOMAIN_OF,
  type Domain,
  type DomainContract,
  domainOf,
  type Hex,
  type SignedType,
  TYPES,
  typedDigest,
} from "../../src/protocol/index.ts";
import { addressOf, type Contracts } from "./contracts.ts";

const CHAIN_ID = 31_337;
/** Order of the secp256k1 group. */
const SECP256K1_N = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;

/** Where an intent is signed for; each part may be wrong on purpose. */
export interface SigningPlace {
  readonly contracts: Contracts;
  readonly chainId?: number;
  readonly contract?: DomainContract;
}

function domainFor(type: SignedType, { contracts, chainId, contract }: SigningPlace): Domain {
  const name = contract ?? DOMAIN_OF[type];
  return domainOf(name, chainId ?? CHAIN_ID, addressOf(contracts[name]) as Hex);
}

/** An owner's signature as the contracts take it: kind byte 0, then r ‖ s ‖ v. Made by ethers, not by our own encoding. */
export async function signIntent(
  by: Pick<Signer, "signTypedData">,
  type: SignedType,
  message: object,
  place: SigningPlace,
): Promise<string> {
  const members = TYPES[type].map(({ name, type: kind }) => ({ name, type: kind }));
  const signature = await by.signTypedData(domainFor(type, place), { [type]: members }, message);
  return `0x00${signature.slice(2)}`;
}

/** The EIP-712 digest of an intent for these contracts. */
export function digestOf(type: SignedType, message: object, place: SigningPlace): Hex {
  return typedDigest(domainFor(type, place), type, message);
}

/** The other signature of the same key over the same message: s in the high half, v flipped. */
export function withHighS(signature: string): string {
  const s = SECP256K1_N - BigInt(`0x${signature.slice(68, 132)}`);
  const v = signature.endsWith("1b") ? "1c" : "1b";
  return `${signature.slice(0, 68)}${s.toString(16).padStart(64, "0")}${v}`;
}

/** The same signature with another kind byte. */
export function withKind(signature: string, kind: number): string {
  return `0x${kind.toString(16).padStart(2, "0")}${signature.slice(4)}`;
}

/** A device's key, the same for the same name. */
export function deviceOf(name: string): DeviceKey {
  return deviceKeyFromSeed(new TextEncoder().encode(`a device of the contract tests: ${name}`));
}

/** The device's half of a pairing. */
export function signAsDevice(device: DeviceKey, message: object, place: SigningPlace): string {
  return device.signDigest(digestOf("VehiclePairing", message, place));
}

/** The same P-256 signature with s in the high half, which is as valid to most verifiers and must not be to ours. */
export function withHighP256S(signature: string): string {
  const n = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;
  const s = n - BigInt(`0x${signature.slice(66)}`);
  return `${signature.slice(0, 66)}${s.toString(16).padStart(64, "0")}`;
}

/** One skipped intent of a batch: where it stood, whose it was, and the error that the direct call would have had. */
export interface Skip {
  readonly index: number;
  readonly account: string;
  readonly error: string;
}

/** Asserts that a batch skipped exactly these intents, in this order, with the selectors of these errors. */
export async function expectSkips(
  transaction: Promise<ContractTransactionResponse>,
  contract: BaseContract,
  skips: readonly Skip[],
): Promise<void> {
  const receipt = await (await transaction).wait();
  const seen = (receipt?.logs ?? [])
    .map((log) => contract.interface.parseLog(log))
    .filter((event) => event?.name === "IntentSkipped")
    .map((event) => ({
      index: Number(event?.args.index),
      account: event?.args.account as string,
      error: contract.interface.getError(event?.args.reason)?.name ?? event?.args.reason,
    }));
  expect(seen).to.deep.equal(skips);
}
