import { createHash } from "node:crypto";
import { p256 } from "@noble/curves/nist.js";
import { fromHex, type Hex, toHex } from "../../src/protocol/index.ts";

/** A P-256 key of an owner. */
export interface OwnerKey {
  readonly x: Hex;
  readonly y: Hex;
  /** Signs 32 bytes as they are. @returns `r ‖ s`, s in the low half. */
  signHash(hash: Hex): Hex;
}

/** The key of a name, the same every time. */
export function ownerKeyOf(name: string): OwnerKey {
  const secret = createHash("sha256").update(`an owner's key of the tests: ${name}`).digest();
  const point = p256.getPublicKey(secret, false);
  return {
    x: toHex(point.subarray(1, 33)),
    y: toHex(point.subarray(33)),
    signHash: (hash) => toHex(p256.sign(fromHex(hash, 32), secret, { prehash: false, lowS: true })),
  };
}

/** What a browser hands over when a passkey has signed, with the signature as `r ‖ s`. */
export interface Assertion {
  readonly authenticatorData: Hex;
  readonly clientDataJson: string;
  readonly signature: Hex;
}

/** Bits of the authenticator's flags (Web Authentication Level 2, 6.1). */
export const FLAGS = { userPresent: 0x01, userVerified: 0x04, backupEligible: 0x08, backedUp: 0x10 } as const;

/** What may be out of the ordinary in an assertion. */
export interface AssertionTerms {
  readonly flags?: number;
  readonly type?: string;
  readonly crossOrigin?: boolean;
  /** Members that a browser puts in front of the usual ones, and after them. */
  readonly before?: Readonly<Record<string, unknown>>;
  readonly after?: Readonly<Record<string, unknown>>;
}

/** Chromium adds this member now and then, so that nobody compares the text with a template. */
export const CHROMIUM_MEMBER = {
  other_keys_can_be_added_here: "do not compare clientDataJSON against a template. See https://goo.gl/yabPex",
};

/** Signs a challenge as browser and authenticator do together (Web Authentication Level 2, 6.3.3). */
export function assertBy(key: Pick<OwnerKey, "signHash">, challenge: Hex, terms: AssertionTerms = {}): Assertion {
  const clientDataJson = JSON.stringify({
    ...terms.before,
    type: terms.type ?? "webauthn.get",
    challenge: Buffer.from(fromHex(challenge)).toString("base64url"),
    origin: "https://owners.example",
    crossOrigin: terms.crossOrigin ?? false,
    ...terms.after,
  });
  const authenticatorData = authenticatorDataOf(terms.flags ?? FLAGS.userPresent | FLAGS.userVerified);
  const signed = createHash("sha256").update(authenticatorData).update(sha256(clientDataJson)).digest();
  return { authenticatorData: toHex(authenticatorData), clientDataJson, signature: key.signHash(toHex(signed)) };
}

/** Hash of the relying party's id, flags, and a signature counter. */
function authenticatorDataOf(flags: number): Buffer {
  return Buffer.concat([sha256("owners.example"), Buffer.of(flags, 0, 0, 0, 9)]);
}

function sha256(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}
