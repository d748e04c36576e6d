import { AbiCoder, concat, dataSlice, keccak256, type Signer, type SigningKey } from "ethers";
import type { Hex, SignedType } from "../../src/protocol/index.ts";
import { digestOf, type SigningPlace, signIntent } from "./contracts-intents.ts";
import { type Assertion, type AssertionTerms, assertBy, type OwnerKey } from "./passkeys.ts";

/** Signs an intent: `kind ‖ data`, as the contracts take it. Encoded by ethers, not by our own code. */
export type SignAs = (type: SignedType, message: object, place: SigningPlace) => Promise<string>;

/** An account of any kind. */
export interface Owner {
  readonly address: string;
  readonly sign: SignAs;
  /** Signs in the same form, for the same account, with somebody else's key. */
  readonly forge: SignAs;
}

/** A verifier's address and the public key that it checks with. */
export interface VerifiedKey {
  readonly verifier: string;
  readonly x: string;
  readonly y: string;
}

/** Kind 0. */
export function ecdsa(by: Pick<Signer, "signTypedData">): SignAs {
  return (type, message, place) => signIntent(by, type, message, place);
}

/** Kind 1, for a wallet that takes ECDSA signatures of a key. */
export function erc1271(key: SigningKey): SignAs {
  return async (type, message, place) => concat(["0x01", key.sign(digestOf(type, message, place)).serialized]);
}

/** Kind 2, P-256. */
export function p256(of: VerifiedKey, by: OwnerKey): SignAs {
  return async (type, message, place) => kind2(of, by.signHash(digestOf(type, message, place)));
}

/** Kind 2, WebAuthn. */
export function webAuthn(of: VerifiedKey, by: OwnerKey, terms: AssertionTerms = {}): SignAs {
  return async (type, message, place) =>
    kind2(of, encodeAssertion(assertBy(by, digestOf(type, message, place), terms)));
}

/** Kind 2 with any signature. */
export function kind2({ verifier, x, y }: VerifiedKey, signature: string): string {
  return concat(["0x02", verifier, x, y, signature]);
}

/** The account of a verifier's key. */
export function accountOf({ verifier, x, y }: VerifiedKey): string {
  return dataSlice(keccak256(concat([verifier, x, y])), 12);
}

/** An assertion as OpenZeppelin's verifier takes it: six values, not a tuple. The indices may be wrong on purpose. */
export function encodeAssertion(
  { authenticatorData, clientDataJson, signature }: Assertion,
  indices: { challenge?: number; type?: number } = {},
): Hex {
  const values = [
    dataSlice(signature, 0, 32),
    dataSlice(signature, 32, 64),
    indices.challenge ?? clientDataJson.indexOf('"challenge":"'),
    indices.type ?? clientDataJson.indexOf('"type":"'),
    authenticatorData,
    clientDataJson,
  ];
  const types = ["bytes32", "bytes32", "uint256", "uint256", "bytes", "string"];
  return AbiCoder.defaultAbiCoder().encode(types, values) as Hex;
}
