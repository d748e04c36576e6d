import { Fields } from "./fields.ts";
import { canonicalSeal, digestOf, isIntact, parseSeal, type Seal, type SealedEntry } from "./seal.ts";

/** A part of a file that is not as it was sealed. */
export interface Damage {
  /** `readings[3]`, `subject`, `seal`; the name of a list when what stands between its items was changed. */
  readonly path: string;
  readonly expected: string;
  readonly actual: string;
}

const text = new TextEncoder();
const SEAL_NAME = text.encode('"seal":');
/** How a seal begins and how its list ends. No text in a file holds quotes, so neither stands anywhere else. */
const SEAL_BEGINS = text.encode('"seal":{"entries":[');
const SEAL_LIST_ENDS = text.encode('],"sha256":"');
const BRACE = "}".charCodeAt(0);
/** Members that are lists; one without items has no entry that could tell so. */
const LISTS: readonly string[] = ["blocks", "readings", "transactions"];

/**
 * Compares the bytes of a file with its seal, entry by entry, without reading them as JSON: so a byte that makes the whole file
 * unreadable is named as surely as a digit.
 * @returns What differs, in the order of the file; `seal` alone when the seal itself was changed, since it then says nothing.
 */
export function findDamage(bytes: Uint8Array): Damage[] {
  const found = readSeal(bytes);
  if (found === undefined) return [{ path: "seal", expected: "a seal", actual: "none that can be read" }];
  const { seal, from, to } = found;
  const sealed = digestOf(seal.entries);
  if (sealed !== seal.sha256) return [{ path: "seal", expected: seal.sha256, actual: sealed }];
  return compare(bytes, layOut(seal.entries, to - from), from);
}

/** The seal in the bytes of a file, and where it stands with its name. Nothing when it is not in its one form. */
function readSeal(bytes: Uint8Array): { seal: Seal; from: number; to: number } | undefined {
  const from = find(bytes, SEAL_BEGINS, 0);
  const listEnds = find(bytes, SEAL_LIST_ENDS, Math.max(0, from));
  const to = bytes.indexOf(BRACE, Math.max(0, listEnds)) + 1;
  if (from < 0 || listEnds < 0 || to === 0) return undefined;
  try {
    const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
    const written = decoder.decode(bytes.subarray(from + SEAL_NAME.length, to));
    const seal = parseSeal(new Fields(JSON.parse(written), "seal"));
    return canonicalSeal(seal) === written ? { seal, from, to } : undefined;
  } catch {
    return undefined;
  }
}

/** Where some bytes stand, or -1. */
function find(bytes: Uint8Array, wanted: Uint8Array, from: number): number {
  const [first] = wanted as unknown as [number];
  for (let at = bytes.indexOf(first, from); at >= 0; at = bytes.indexOf(first, at + 1)) {
    if (startsWith(bytes, wanted, at)) return at;
  }
  return -1;
}

/** A stretch of a file: an entry, or what stands between entries. */
interface Stretch {
  readonly path: string;
  readonly entry?: SealedEntry;
  readonly frame?: Uint8Array;
  /** Bytes that were judged already: the seal's. */
  readonly judged?: number;
}

/** What a file with these entries looks like from its first byte to its last. */
function layOut(entries: readonly SealedEntry[], sealBytes: number): Stretch[] {
  const members = new Map<string, SealedEntry[]>([
    ...LISTS.map((list): [string, SealedEntry[]] => [list, []]),
    ...Map.groupBy(entries, ({ path }) => nameOf(path)),
    ["seal", []],
  ]);
  const names = [...members.keys()].sort();
  const stretches = names.flatMap((name, at): Stretch[] => {
    const lead = at === 0 ? "{" : ",";
    if (name === "seal") return [frame(name, lead), { path: name, judged: sealBytes }];
    const own = members.get(name) as SealedEntry[];
    if (!LISTS.includes(name)) return [frame(name, `${lead}"${name}":`), ...own.map(stretchOf)];
    const items = own.flatMap((entry, i) => [...(i === 0 ? [] : [frame(name, ",")]), stretchOf(entry)]);
    return [frame(name, `${lead}"${name}":[`), ...items, frame(name, "]")];
  });
  return [...stretches, frame(names.at(-1) as string, "}")];
}

function nameOf(path: string): string {
  return path.replace(/\[\d+\]$/, "");
}

function frame(path: string, between: string): Stretch {
  return { path, frame: text.encode(between) };
}

function stretchOf(entry: SealedEntry): Stretch {
  return { path: entry.path, entry };
}

function compare(bytes: Uint8Array, stretches: readonly Stretch[], sealAt: number): Damage[] {
  const damages = new Map<string, Damage>();
  const note = (path: string, expected: string, actual: string) => {
    if (!damages.has(path)) damages.set(path, { path, expected, actual });
  };
  let at = 0;
  for (const { path, entry, frame: between, judged } of stretches) {
    if (judged !== undefined && at !== sealAt) {
      note("the file", `the seal at byte ${at}`, `at byte ${sealAt}`);
      at = sealAt;
    }
    const length = judged ?? between?.length ?? (entry as SealedEntry).bytes;
    const part = bytes.subarray(at, at + length);
    if (between !== undefined && !(part.length === length && startsWith(part, between, 0))) {
      note(path, inQuotes(between), inQuotes(part));
    }
    if (entry !== undefined && !isIntact(entry, part)) note(path, "as it was sealed", "changed");
    at += length;
  }
  if (at !== bytes.length) note("the file", `${at} bytes`, `${bytes.length} bytes`);
  return [...damages.values()];
}

/** Bytes as text that can be shown, whatever they are: a terminal obeys some characters, and others turn the order of a line. */
function inQuotes(bytes: Uint8Array): string {
  const unprintable = /[^\x20-\x7e]/g;
  const escaped = (letter: string) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, "0")}`;
  return JSON.stringify(new TextDecoder().decode(bytes)).replaceAll(unprintable, escaped);
}

function startsWith(bytes: Uint8Array, wanted: Uint8Array, at: number): boolean {
  return wanted.every((byte, i) => bytes[at + i] === byte);
}
