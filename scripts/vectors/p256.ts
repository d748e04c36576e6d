import { createPublicKey, verify } from "node:crypto";
import { concat, type Hex, hexToBytes, keccak256, numberToHex } from "viem";

const ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;

/** The key and signatures of RFC 6979, A.2.5 (P-256, SHA-256). */
const KEY = {
  x: "0x60fed4ba255a9d31c961eb74c6356d68c049b8923b61fa6ce669622e60f29fb6",
  y: "0x7903fe1008b8bc99a41ae9e95628bc64f2f1b20c2d7e9f5177a3c294d4462299",
} as const;
const SIGNED = [
  {
    message: "sample",
    r: "0xefd48b2aacb6a8fd1140dd9cd45e81d69d2c877b56aaf991c34d0ea84eaf3716",
    s: "0xf7cb1c942d657c41d436c7a1b6e29f65f3e900dbb9aff4064dc4ab2f843acda8",
  },
  {
    message: "test",
    r: "0xf1abb023518351cd71d881567b1ea663ed3efcf6c5132b354f28d3b0b7d38367",
    s: "0x019f4113742a2b14bd25926b49c649155f267e60d3814b4c0cc84250e46f0083",
  },
] as const;

function verifies(message: string, signature: Hex): boolean {
  const coordinate = (hex: Hex) => Buffer.from(hexToBytes(hex)).toString("base64url");
  const jwk = { kty: "EC", crv: "P-256", x: coordinate(KEY.x), y: coordinate(KEY.y) };
  const key = createPublicKey({ key: jwk, format: "jwk" });
  return verify("sha256", Buffer.from(message), { key, dsaEncoding: "ieee-p1363" }, hexToBytes(signature));
}

/** Signatures as their maker gave them, and with s in the low half. */
export function p256Vectors() {
  const signatures = SIGNED.map(({ message, r, s }) => {
    const low = BigInt(s) > ORDER / 2n ? numberToHex(ORDER - BigInt(s), { size: 32 }) : s;
    const given = concat([r, s]);
    const normalised = concat([r, low]);
    if (!verifies(message, given) || !verifies(message, normalised)) throw new Error(`${message} does not verify`);
    return { message, given, normalised, signatureHash: keccak256(normalised) };
  });
  return { key: KEY, signatures };
}
