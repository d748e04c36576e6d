import { createPublicKey } from "node:crypto";
import { secp256k1 } from "@noble/curves/secp256k1.js";
import { serveJson } from "./http.ts";

const JSON_TYPE = "application/x-amz-json-1.1";

/**
 * A mock of the AWS Key Management Service, which cannot be had offline: two operations of its JSON protocol over one
 * secp256k1 key. Its signatures are DER with an s in either half, as the service's are.
 */
export async function startKmsMock(secret: Uint8Array, options: { curve?: "P-256" } = {}) {
  const asked: unknown[] = [];
  const state = { refuses: false };
  const server = await serveJson(async ({ headers, body }) => {
    const operation = String(headers["x-amz-target"]).split(".")[1];
    asked.push([operation, body.KeyId]);
    if (state.refuses) {
      return { status: 400, type: JSON_TYPE, body: { __type: "AccessDeniedException", message: "not allowed" } };
    }
    if (operation === "GetPublicKey") {
      return {
        type: JSON_TYPE,
        body: { KeyId: body.KeyId, PublicKey: spkiOf(secret, options.curve).toString("base64") },
      };
    }
    const { Message, MessageType, SigningAlgorithm } = body;
    if (MessageType !== "DIGEST" || SigningAlgorithm !== "ECDSA_SHA_256") {
      return { status: 400, type: JSON_TYPE, body: { __type: "ValidationException" } };
    }
    const digest = Buffer.from(String(Message), "base64");
    const signature = secp256k1.sign(digest, secret, { prehash: false, lowS: false, format: "der" });
    return { type: JSON_TYPE, body: { KeyId: body.KeyId, Signature: Buffer.from(signature).toString("base64") } };
  });
  return { ...server, asked, state };
}

function spkiOf(secret: Uint8Array, curve?: "P-256"): Buffer {
  const point = Buffer.from(secp256k1.getPublicKey(secret, false));
  const jwk =
    curve === undefined ? { crv: "secp256k1", x: point.subarray(1, 33), y: point.subarray(33) } : P256_GENERATOR;
  const key = { kty: "EC", crv: jwk.crv, x: jwk.x.toString("base64url"), y: jwk.y.toString("base64url") };
  return createPublicKey({ key, format: "jwk" }).export({ format: "der", type: "spki" });
}

/** The base point of P-256 (FIPS 186-5): the public key of the secret 1. */
const P256_GENERATOR = {
  crv: "P-256",
  x: Buffer.from("6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296", "hex"),
  y: Buffer.from("4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5", "hex"),
};
