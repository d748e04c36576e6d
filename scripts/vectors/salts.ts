import { createHmac } from "node:crypto";
import { type Hex, hexToBytes } from "viem";
import { below, bytes32 } from "./values.ts";

function salt(key: Hex, { kind, n, index }: { kind: number; n: number; index: number }) {
  const message = Buffer.alloc(13);
  message.writeUInt8(kind, 0);
  message.writeBigUInt64BE(BigInt(n), 1);
  message.writeUInt32BE(index, 9);
  return { key, kind, n, index, salt: `0x${createHmac("sha256", hexToBytes(key)).update(message).digest("hex")}` };
}

/** HMAC-SHA256 salts of leaves and rows. */
export function saltVectors() {
  return [1, 4, 5, 17, 21].flatMap((kind) => [
    salt(bytes32(`key ${kind}`), { kind, n: 0, index: 0 }),
    salt(bytes32(`key ${kind}`), { kind, n: below(10_000_000, `n ${kind}`), index: below(2 ** 32, `index ${kind}`) }),
    salt(bytes32(`key ${kind}`), { kind, n: Number.MAX_SAFE_INTEGER, index: 2 ** 32 - 1 }),
  ]);
}
