import { createHash } from "node:crypto";
import { type Hex, toHex } from "../../protocol/index.ts";

/** SHA-256 of a text: what stands in a simulation for the hash of papers that nobody wrote. */
export function hashOf(text: string): Hex {
  return toHex(createHash("sha256").update(text).digest());
}
