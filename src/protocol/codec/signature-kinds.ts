import { CairnError } from "../errors.ts";
import { concatBytes, encodeWords, fromHex, type Hex, toHex } from "./bytes.ts";
import { keccakBytes } from "./keccak.ts";
import { normaliseP256, type P256PublicKey, p256FromDer } from "./p256.ts";

/** First byte of an owner's signature: how the rest is to be read (docs/protocol.md 2.3). */
export const SIGNATURE_KIND = { ecdsa: 0, contract: 1, verifiedKey: 2 } as const;

/** A P-256 key under one of the programme's two verifiers: an account that needs no secp256k1 key. */
export interface VerifiedKey extends P256PublicKey {
  /** Address of the programme's `p256Verifier` or `webAuthnVerifier`. */
  readonly verifier: Hex;
}

/** What an authenticator hands over when it has signed: `AuthenticatorAssertionResponse` of Web Authentication, as bytes. */
export interface WebAuthnAssertion {
  readonly authenticatorData: Uint8Array;
  readonly clientDataJSON: Uint8Array;
  /** ASN.1 DER. */
  readonly signature: Uint8Array;
}

/**
 * The account of a P-256 key: the last 20 bytes of `keccak256(verifier ‖ x ‖ y)` (docs/protocol.md 2.3).
 * @throws ARGUMENT_INVALID when a part is not of its length.
 */
export function accountOfKey(key: VerifiedKey): Hex {
  return toHex(keccakBytes(encodeKey(key)).subarray(12));
}

/**
 * Kind 0: ECDSA over secp256k1, by the account's own key. Also right for an account that delegated its code.
 * @param signature `r ‖ s ‖ v`, 65 bytes, as wallets give it.
 * @throws ARGUMENT_INVALID when it is not 65 bytes.
 */
export function encodeEcdsaSignature(signature: Hex): Hex {
  return encode(SIGNATURE_KIND.ecdsa, fromHex(signature, 65));
}

/**
 * Kind 1: for the account's contract to judge (ERC-1271).
 * @param data Whatever the contract's `isValidSignature` takes.
 * @throws ARGUMENT_INVALID when it is not hex.
 */
export function encodeContractSignature(data: Hex): Hex {
  return encode(SIGNATURE_KIND.contract, fromHex(data));
}

/**
 * Kind 2 under the P-256 verifier: ECDSA over the 32 bytes of the EIP-712 digest, not hashed again.
 * @param signature `r ‖ s`, 64 bytes; s is brought into the low half, which is the one that contracts take.
 * @throws SIGNATURE_INVALID when r or s is out of range, ARGUMENT_INVALID when a part is not of its length.
 */
export function encodeP256Signature(key: VerifiedKey, signature: Hex): Hex {
  return encode(SIGNATURE_KIND.verifiedKey, encodeKey(key), fromHex(normaliseP256(signature)));
}

/**
 * Kind 2 under the WebAuthn verifier: a passkey's assertion whose challenge was the 32 bytes of the EIP-712 digest. The user
 * must have been verified, or contracts refuse it.
 * @throws SIGNATURE_INVALID when the assertion has no type or challenge, or its signature is no P-256 signature;
 * ARGUMENT_INVALID when a part of the key is not of its length.
 */
export function encodeWebAuthnSignature(key: VerifiedKey, assertion: WebAuthnAssertion): Hex {
  return encode(SIGNATURE_KIND.verifiedKey, encodeKey(key), encodeAssertion(assertion));
}

function encode(kind: number, ...parts: readonly Uint8Array[]): Hex {
  return toHex(concatBytes(Uint8Array.of(kind), ...parts));
}

function encodeKey({ verifier, x, y }: VerifiedKey): Uint8Array {
  return concatBytes(fromHex(verifier, 20), fromHex(x, 32), fromHex(y, 32));
}

/** `abi.encode(r, s, challengeIndex, typeIndex, authenticatorData, clientDataJSON)`: six values, as the verifier decodes it. */
function encodeAssertion({ authenticatorData, clientDataJSON, signature }: WebAuthnAssertion): Uint8Array {
  const normalised = fromHex(normaliseP256(p256FromDer(signature)));
  const [r, s] = [toHex(normalised.subarray(0, 32)), toHex(normalised.subarray(32))];
  // The place of each in the text as it is: browsers may add members before and after.
  const indices = [placeOf('"challenge":"', clientDataJSON), placeOf('"type":"', clientDataJSON)];
  const first = encodeBytes(authenticatorData);
  const firstAt = 6 * 32;
  const head = encodeWords([r, s, ...indices, firstAt, firstAt + first.length]);
  return concatBytes(head, first, encodeBytes(clientDataJSON));
}

/** Index of the byte at which a member begins. */
function placeOf(member: string, json: Uint8Array): number {
  // A character for each byte, so that an index of characters is one of bytes.
  const at = new TextDecoder("latin1").decode(json).indexOf(member);
  if (at < 0) throw new CairnError("SIGNATURE_INVALID", `the client data has no ${member}`);
  return at;
}

/** A value of type bytes in `abi.encode`: its length, then itself up to whole words. */
function encodeBytes(bytes: Uint8Array): Uint8Array {
  const padding = new Uint8Array((32 - (bytes.length % 32)) % 32);
  return concatBytes(encodeWords([bytes.length]), bytes, padding);
}
