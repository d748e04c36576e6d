import { randomBytes } from "node:crypto";
import { x25519 } from "@noble/curves/ed25519.js";
import { CompactEncrypt, compactDecrypt, type JWEHeaderParameters } from "jose";
import {
  CairnError,
  concatBytes,
  fromHex,
  type Hex,
  MAX_SEALED_SAMPLES_CHARS,
  type PayloadOpening,
  toHex,
} from "../protocol/index.ts";

/** An owner's public key for samples, as a JWK (RFC 8037): what the car is given. */
export interface SamplesPublicKey {
  readonly kty: "OKP";
  readonly crv: "X25519";
  /** 32 bytes in base64url. */
  readonly x: string;
}

/** An owner's key for samples, as a JWK; whoever has it can read them. It stays with the owner. */
export interface SamplesKey extends SamplesPublicKey {
  /** The secret, 32 bytes in base64url. */
  readonly d: string;
}

/** What sealed samples hold. */
export interface OpenedSamples {
  /** Digest of the reading for which they were sealed, as the sealer says. Only the reading's payload proves it. */
  readonly digest: Hex;
  readonly opening: PayloadOpening;
}

const HEADER = { alg: "ECDH-ES", enc: "A256GCM" } as const;
const MEMBERS = ["alg", "enc", "epk", "reading"];
const DIGEST = /^0x[0-9a-f]{64}$/;
const SALT_BYTES = 32;

/** A fresh random key: what an owner makes, to be kept like any other private key. */
export function createSamplesKey(): SamplesKey {
  return samplesKeyFromSecret(randomBytes(32));
}

/**
 * The key of a known secret.
 * @param secret 32 bytes.
 * @throws SAMPLES_KEY_INVALID when it has another length. The message does not repeat it.
 */
export function samplesKeyFromSecret(secret: Uint8Array): SamplesKey {
  if (secret.length !== 32) throw new CairnError("SAMPLES_KEY_INVALID", `a secret of ${secret.length} bytes`);
  return { kty: "OKP", crv: "X25519", x: base64url(x25519.getPublicKey(secret)), d: base64url(secret) };
}

/**
 * Seals what opens a reading's payload, so that only its owner can read it (docs/protocol.md 5.5): a compact JWE (RFC 7516)
 * with ECDH-ES over X25519 and A256GCM, of salt ‖ encoded samples. It is another text each time.
 * @param digest EIP-712 digest of the reading. It stands in the protected header, so that the text is for this reading only.
 * @param key The owner's; a private key does as well, and only its public part is used.
 * @returns At most {@link MAX_SEALED_SAMPLES_CHARS} characters.
 * @throws SAMPLES_KEY_INVALID; SAMPLES_INVALID when there are more samples than can be sealed; ARGUMENT_INVALID when the salt
 * is not 32 bytes.
 */
export async function sealSamples(opening: PayloadOpening, digest: Hex, key: SamplesPublicKey): Promise<string> {
  const publicKey = publicKeyOf(key);
  const plaintext = concatBytes(fromHex(opening.salt, SALT_BYTES), opening.samples);
  const sealed = await new CompactEncrypt(plaintext)
    .setProtectedHeader({ ...HEADER, reading: digest })
    .encrypt(publicKey)
    .catch((error: unknown) => {
      // Well-formed, but not a point with which a secret can be shared.
      throw new CairnError("SAMPLES_KEY_INVALID", undefined, { cause: error });
    });
  if (sealed.length <= MAX_SEALED_SAMPLES_CHARS) return sealed;
  throw new CairnError("SAMPLES_INVALID", `${opening.samples.length} bytes are more than can be sealed`);
}

/**
 * Opens sealed samples. Whether they are the reading's own its payload tells: `opensPayload` of the protocol.
 * @param key The owner's private key.
 * @throws SAMPLES_KEY_INVALID; SEALED_SAMPLES_INVALID when the text is not of this form, was altered, or was sealed for
 * another key. No message repeats a key or what was sealed.
 */
export async function openSealedSamples(sealed: string, key: SamplesKey): Promise<OpenedSamples> {
  const privateKey = privateKeyOf(key);
  if (sealed.length > MAX_SEALED_SAMPLES_CHARS) throw unreadable(`${sealed.length} characters`);
  const options = {
    keyManagementAlgorithms: [HEADER.alg],
    contentEncryptionAlgorithms: [HEADER.enc],
    maxDecompressedLength: 0,
  };
  const { plaintext, protectedHeader } = await compactDecrypt(sealed, privateKey, options).catch(() => {
    throw unreadable("another key, or an altered text");
  });
  if (plaintext.length < SALT_BYTES) throw unreadable("there is no salt");
  const opening = {
    salt: toHex(plaintext.subarray(0, SALT_BYTES)),
    samples: Uint8Array.from(plaintext.subarray(SALT_BYTES)),
  };
  return { digest: digestIn(protectedHeader), opening };
}

function digestIn(header: JWEHeaderParameters): Hex {
  const { reading } = header;
  const isOurs = Object.keys(header).every((member) => MEMBERS.includes(member));
  if (!isOurs || typeof reading !== "string" || !DIGEST.test(reading)) throw unreadable("another header");
  return reading as Hex;
}

function publicKeyOf(key: SamplesPublicKey): SamplesPublicKey {
  const { kty, crv, x } = Object(key) as Partial<SamplesPublicKey>;
  if (kty !== "OKP" || crv !== "X25519") throw new CairnError("SAMPLES_KEY_INVALID", "kty and crv are OKP and X25519");
  return { kty, crv, x: member("x", x) };
}

function privateKeyOf(key: SamplesKey): SamplesKey {
  const { x } = publicKeyOf(key);
  const made = samplesKeyFromSecret(Buffer.from(member("d", key.d), "base64url"));
  if (made.x !== x) throw new CairnError("SAMPLES_KEY_INVALID", "d is not the secret of x");
  return made;
}

/** 32 bytes in base64url, in the one way in which they can be written. */
function member(name: string, value: unknown): string {
  if (typeof value === "string" && base64url(Buffer.from(value, "base64url")) === value && value.length === 43)
    return value;
  throw new CairnError("SAMPLES_KEY_INVALID", `${name} is not 32 bytes in base64url`);
}

function base64url(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("base64url");
}

function unreadable(problem: string): CairnError {
  return new CairnError("SEALED_SAMPLES_INVALID", problem);
}
