import { createPublicKey } from "node:crypto";
import type { KMSClient } from "@aws-sdk/client-kms";
import { secp256k1 } from "@noble/curves/secp256k1.js";
import { keccak256, type LocalAccount, type Signature, serializeTransaction } from "viem";
import { fromHex, type Hex, toHex } from "../../protocol/codec/bytes.ts";
import { keccakBytes } from "../../protocol/codec/keccak.ts";
import { CairnError } from "../../protocol/errors.ts";
import { accountOf } from "./checked.ts";
import type { AwsKmsSource } from "./source.ts";

/** Longest wait for one answer. */
const TIMEOUT_MS = 10_000;

/**
 * An account whose key lies in the AWS Key Management Service: an asymmetric key of spec ECC_SECG_P256K1 and usage
 * SIGN_VERIFY. Credentials are those that the AWS SDK finds. Each call throws SIGNER_UNAVAILABLE when AWS does not sign.
 * @throws SIGNER_UNAVAILABLE when AWS does not tell the key; CONFIG_INVALID when it is of another spec.
 */
export async function openAwsKms(source: AwsKmsSource): Promise<LocalAccount> {
  // Large, and needed by few.
  const { GetPublicKeyCommand, KMSClient, SignCommand } = await import("@aws-sdk/client-kms");
  const { keyId: KeyId, region, endpoint } = source;
  const client: KMSClient = new KMSClient({
    ...(region === undefined ? {} : { region }),
    ...(endpoint === undefined ? {} : { endpoint }),
    requestHandler: { requestTimeout: TIMEOUT_MS, connectionTimeout: TIMEOUT_MS },
  });
  const { PublicKey } = await asked(KeyId, client.send(new GetPublicKeyCommand({ KeyId })));
  const publicKey = pointOf(PublicKey, KeyId);
  const address = toHex(keccakBytes(publicKey).subarray(12));
  const signDigest = async (digest: Hex): Promise<Signature> => {
    const command = new SignCommand({
      ...{ KeyId, Message: fromHex(digest, 32) },
      ...{ MessageType: "DIGEST", SigningAlgorithm: "ECDSA_SHA_256" },
    });
    const { Signature } = await asked(KeyId, client.send(command));
    if (Signature === undefined) throw new CairnError("SIGNER_INVALID", "no signature", { details: { address } });
    return recoverable(Signature, digest, address, publicKey);
  };
  return accountOf({
    address,
    signDigest,
    signTransaction: (transaction) => signDigest(keccak256(serializeTransaction(transaction))),
  });
}

/** The point of a SubjectPublicKeyInfo (RFC 5280): 64 bytes x ‖ y. */
function pointOf(spki: Uint8Array | undefined, keyId: string): Uint8Array {
  try {
    const key = createPublicKey({ key: Buffer.from(spki ?? []), format: "der", type: "spki" });
    const { crv, x = "", y = "" } = key.export({ format: "jwk" });
    if (crv === "secp256k1") return Buffer.concat([Buffer.from(x, "base64url"), Buffer.from(y, "base64url")]);
  } catch {
    // Said below: it is no such key.
  }
  throw new CairnError("CONFIG_INVALID", `${keyId} is no key of spec ECC_SECG_P256K1`);
}

/** AWS returns DER (X9.62) with any s and no recovery bit: s goes into the low half (EIP-2), the bit is found by trying. */
function recoverable(der: Uint8Array, digest: Hex, address: Hex, publicKey: Uint8Array): Signature {
  try {
    const parsed = secp256k1.Signature.fromBytes(der, "der");
    const { r, s } = parsed.hasHighS() ? new secp256k1.Signature(parsed.r, -parsed.s + ORDER) : parsed;
    for (const yParity of [0, 1]) {
      const point = new secp256k1.Signature(r, s, yParity).recoverPublicKey(fromHex(digest, 32)).toBytes(false);
      if (Buffer.compare(point.subarray(1), publicKey) === 0) return { r: word(r), s: word(s), yParity };
    }
  } catch {
    // Said below: it is not this key's.
  }
  throw new CairnError("SIGNER_INVALID", undefined, { details: { address } });
}

const ORDER = secp256k1.Point.CURVE().n;

function word(value: bigint): Hex {
  return `0x${value.toString(16).padStart(64, "0")}`;
}

/** An answer of AWS. @throws SIGNER_UNAVAILABLE with the name of its error. */
async function asked<T>(keyId: string, answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (cause) {
    throw new CairnError("SIGNER_UNAVAILABLE", `AWS KMS: ${(cause as Error).name}`, { details: { keyId }, cause });
  }
}
