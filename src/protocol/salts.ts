import { hmac } from "@noble/hashes/hmac.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { fromHex, type Hex, toHex } from "./codec/bytes.ts";

/** `HMAC(key, kind, n, i)`: HMAC-SHA256 over uint8 kind ‖ uint64 n ‖ uint32 i, big-endian (docs/protocol.md 1.4; RFC 2104). */
export function deriveSalt(key: Hex, kind: number, n: number, index: number): Hex {
  const message = new DataView(new ArrayBuffer(13));
  message.setUint8(0, kind);
  message.setBigUint64(1, BigInt(n));
  message.setUint32(9, index);
  return toHex(hmac(sha256, fromHex(key, 32), new Uint8Array(message.buffer)));
}
