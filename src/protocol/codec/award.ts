import { fromHex, type Hex, toHex } from "./bytes.ts";
import { type Domain, typedDigest } from "./eip712.ts";

/** That an account did a task, as a task key signs it: EIP-712 `TaskAward` in TaskBook's domain (docs/protocol.md 13.1). */
export interface TaskAward {
  readonly task: number;
  readonly account: Hex;
  /** What it was done for or when; a task is awarded to an account once for each. */
  readonly occurrence: Hex;
  readonly crystals: number;
  /** Unix seconds of chain time. */
  readonly awardedAt: number;
}

/** An award with the task key's ECDSA signature, 65 bytes r ‖ s ‖ v. */
export interface SignedAward extends TaskAward {
  readonly signature: Hex;
}

/** The EIP-712 digest of an award in TaskBook's domain. */
export function awardDigest(domain: Domain, award: TaskAward): Hex {
  return typedDigest(domain, "TaskAward", award);
}

/** r, s and v of an award's signature, as they stand in a published row. */
export function splitAwardSignature(signature: Hex): { r: Hex; s: Hex; v: number } {
  const bytes = fromHex(signature, 65);
  return { r: toHex(bytes.subarray(0, 32)), s: toHex(bytes.subarray(32, 64)), v: bytes[64] as number };
}
