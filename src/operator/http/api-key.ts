import { createHash, timingSafeEqual } from "node:crypto";
import type { FastifyRequest } from "fastify";
import { fromHex, type Hex } from "../../protocol/codec/bytes.ts";
import { CairnError } from "../../protocol/errors.ts";

/**
 * Requires that a request comes with a key: `authorization: Bearer <key>`. Only the key's hash is known here, and the time that
 * the comparison takes says nothing about it.
 * @param hash SHA-256 of the key.
 * @throws API_KEY_INVALID.
 */
export function requireApiKey(request: Pick<FastifyRequest, "headers">, hash: Hex): void {
  const given = /^Bearer (.+)$/.exec(request.headers.authorization ?? "")?.[1] ?? "";
  const isGiven = timingSafeEqual(createHash("sha256").update(given).digest(), fromHex(hash, 32));
  if (!isGiven) throw new CairnError("API_KEY_INVALID");
}
