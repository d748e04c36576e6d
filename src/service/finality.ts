import { readFile } from "node:fs/promises";
import { type Hex, lowerHex } from "../protocol/codec/bytes.ts";

/** Which blocks are final: by depth below the head, or as the keeper of an embedded chain writes it into a file. */
export type FinalityRule = { readonly depth: number } | { readonly file: string };

/** A final block; its hash when the rule knows it. */
export interface FinalBlock {
  readonly number: number;
  readonly hash?: Hex;
}

/**
 * The newest final block by a rule, never above the head; -1 when there is none.
 * @param headNumber The newest block.
 */
export async function finalNumber(rule: FinalityRule, headNumber: number): Promise<FinalBlock> {
  if ("depth" in rule) return { number: Math.max(headNumber - rule.depth, -1) };
  const saved = await readSaved(rule.file);
  if (saved === undefined) return { number: -1 };
  return saved.number > headNumber ? { number: -1 } : saved;
}

// The keeper replaces the file by renaming; should it still be unreadable, nothing new is final until the next look.
async function readSaved(path: string): Promise<FinalBlock | undefined> {
  try {
    const value = JSON.parse(await readFile(path, "utf8")) as Partial<FinalBlock> | null;
    if (!Number.isSafeInteger(value?.number) || typeof value?.hash !== "string") return undefined;
    return { number: value.number as number, hash: lowerHex(value.hash) };
  } catch {
    return undefined;
  }
}
