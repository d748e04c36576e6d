import { sha256 } from "@noble/hashes/sha2.js";
import { canonicalJson, fromHex, type Hex, type Json, toHex } from "../protocol/index.ts";
import { type Fields, invalid } from "./fields.ts";

/** An entry of a file as it was when it was sealed. */
export interface SealedEntry {
  /** Where it stands: `subject`, `readings[3]`. */
  readonly path: string;
  /** Bytes of its canonical form. */
  readonly bytes: number;
  /** SHA-256 of them. */
  readonly sha256: Hex;
}

/**
 * Says of each entry what it was, so that damage can be named. It is no proof: whoever changes an entry can seal anew, and is
 * then found by what the entries prove of each other.
 */
export interface Seal {
  /** In the order of the file. */
  readonly entries: readonly SealedEntry[];
  /** SHA-256 of the canonical form of `entries`. */
  readonly sha256: Hex;
}

/** Members of a file; those that are lists are sealed item by item. */
export type SealedMembers = Readonly<Record<string, Json | readonly Json[]>>;

const text = new TextEncoder();

/** The seal of a file's members, in the order in which canonical form has them. */
export function sealOf(members: SealedMembers): Seal {
  const entries = Object.keys(members)
    .sort()
    .flatMap((name) => {
      const member = members[name] as Json;
      if (!Array.isArray(member)) return [entryOf(name, member)];
      return member.map((item, at) => entryOf(`${name}[${at}]`, item as Json));
    });
  return { entries, sha256: digestOf(entries) };
}

/** What a path looks like: so a seal cannot put anything else on somebody's screen. */
const PATH = /^[a-z]+(\[\d+\])?$/;

/** A seal in a file. @throws EVIDENCE_INVALID. */
export function parseSeal(seal: Fields): Seal {
  return {
    entries: seal.list("entries", (items, item) => {
      const entry = items.object(item);
      const path = entry.text("path");
      if (!PATH.test(path)) throw invalid(`seal.entries.${item}.path`, "the path of an entry");
      return { path, bytes: entry.whole("bytes"), sha256: entry.hex("sha256", 32) };
    }),
    sha256: seal.hex("sha256", 32),
  };
}

/** A seal in canonical form. */
export function canonicalSeal({ entries, sha256 }: Seal): string {
  return canonicalJson({ entries: entries.map((entry) => ({ ...entry })), sha256 });
}

/** SHA-256 of the canonical form of a seal's entries. */
export function digestOf(entries: readonly SealedEntry[]): Hex {
  return toHex(sha256(text.encode(canonicalJson(entries.map((entry) => ({ ...entry }))))));
}

function entryOf(path: string, value: Json): SealedEntry {
  const bytes = text.encode(canonicalJson(value));
  return { path, bytes: bytes.length, sha256: toHex(sha256(bytes)) };
}

/** Whether bytes are those of a sealed entry. */
export function isIntact(entry: SealedEntry, bytes: Uint8Array): boolean {
  const expected = fromHex(entry.sha256, 32);
  return bytes.length === entry.bytes && sha256(bytes).every((byte, at) => byte === expected[at]);
}
