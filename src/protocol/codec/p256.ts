import { CairnError } from "../errors.ts";
import { fromHex, type Hex, toHex } from "./bytes.ts";

/** Order of the P-256 group (FIPS 186-5, SEC 2 secp256r1). */
const N = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;

/**
 * Brings a P-256 signature into the one form that is hashed and stored: s in the low half of the group's order.
 * Of (r, s) and (r, n - s) both verify; keeping one closes malleability (docs/protocol.md 5.1).
 * @param signature `r ‖ s`, 64 bytes.
 * @throws SIGNATURE_INVALID when r or s is 0 or not below the order.
 */
export function normaliseP256(signature: Hex): Hex {
  const bytes = fromHex(signature, 64);
  const r = toBigInt(bytes.subarray(0, 32));
  const s = toBigInt(bytes.subarray(32));
  if (r === 0n || r >= N || s === 0n || s >= N) {
    throw new CairnError("SIGNATURE_INVALID", "r or s is out of range for P-256");
  }
  return s > N / 2n ? `0x${hex32(r)}${hex32(N - s)}` : (toHex(bytes) as Hex);
}

function toBigInt(bytes: Uint8Array): bigint {
  return BigInt(toHex(bytes));
}

function hex32(value: bigint): string {
  return value.toString(16).padStart(64, "0");
}

/** A P-256 public key: affine coordinates, 32 bytes each. */
export interface P256PublicKey {
  readonly x: Hex;
  readonly y: Hex;
}

// SubjectPublicKeyInfo of an uncompressed P-256 point (RFC 5480): the fixed bytes before x ‖ y.
const SPKI_PREFIX: Hex = "0x3059301306072a8648ce3d020106082a8648ce3d03010703420004";

/** The key as SubjectPublicKeyInfo in DER (RFC 5480), as crypto libraries import it. */
export function p256Spki(key: P256PublicKey): Uint8Array {
  return fromHex(`${SPKI_PREFIX}${key.x.slice(2)}${key.y.slice(2)}`, 91);
}

/** `r ‖ s` as an ASN.1 DER ECDSA-Sig-Value (RFC 3279 2.2.3): the fastest form for OpenSSL. */
export function p256Der(signature: Hex): Uint8Array {
  const bytes = fromHex(signature, 64);
  const r = derInteger(bytes.subarray(0, 32));
  const s = derInteger(bytes.subarray(32));
  return Uint8Array.of(0x30, r.length + s.length, ...r, ...s);
}

function derInteger(bytes: Uint8Array): Uint8Array {
  let from = 0;
  while (from < 31 && bytes[from] === 0) from++;
  const body = bytes.subarray(from);
  const pad = (body[0] as number) >= 0x80 ? [0] : [];
  return Uint8Array.of(0x02, body.length + pad.length, ...pad, ...body);
}

/**
 * An ASN.1 DER ECDSA-Sig-Value (RFC 3279 2.2.3) as `r ‖ s`, 64 bytes.
 * @throws SIGNATURE_INVALID when it is not that, or a number of it has more than 32 bytes.
 */
export function p256FromDer(der: Uint8Array): Hex {
  if (der[0] !== 0x30 || der[1] !== der.length - 2) throw notDer();
  const r = readDerInteger(der, 2);
  const s = readDerInteger(der, r.end);
  if (s.end !== der.length) throw notDer();
  return `0x${hex32(r.value)}${hex32(s.value)}`;
}

function readDerInteger(der: Uint8Array, at: number): { value: bigint; end: number } {
  const end = at + 2 + (der[at + 1] ?? 0);
  const body = der.subarray(at + 2, end);
  // Of 33 bytes the first is 0, which keeps the number from being read as a negative one.
  const fits = body.length > 0 && (body.length <= 32 || (body.length === 33 && body[0] === 0));
  if (der[at] !== 0x02 || end > der.length || !fits) throw notDer();
  return { value: toBigInt(body), end };
}

function notDer(): CairnError {
  return new CairnError("SIGNATURE_INVALID", "it is no ECDSA signature in DER");
}
