import { readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import type { BlockRef } from "../../chain/read/head.ts";
import { CairnError, type Hex } from "../../protocol/index.ts";
import { writeFileSafely } from "../../storage/write-file.ts";
import { toJsonFile } from "../files.ts";

/** Saved states that are kept: the newest, and one more in case it cannot be read. */
const KEPT_COPIES = 2;
const STATE_NAME = /^state-(\d+)-(\d+)-(0x[0-9a-f]{64})\.json\.gz$/;

/** A saved state: the chain up to and including a block. */
export interface SavedState {
  readonly path: string;
  readonly head: BlockRef;
}

/** The saved states of a folder, newest first. */
export function savedStates(directory: string): SavedState[] {
  return readdirSync(directory)
    .flatMap((name) => {
      const [, number, time, hash] = STATE_NAME.exec(name) ?? [];
      if (number === undefined) return [];
      return [{ path: join(directory, name), head: { number: Number(number), time: Number(time), hash: hash as Hex } }];
    })
    .sort((a, b) => b.head.number - a.head.number);
}

/**
 * Saves a state durably and says that its head is final: a chain that is started again has every block up to it.
 * @param state gzip of the JSON that anvil loads.
 */
export function saveState(directory: string, head: BlockRef, state: Uint8Array): void {
  const number = String(head.number).padStart(10, "0");
  writeFileSafely(join(directory, `state-${number}-${head.time}-${head.hash}.json.gz`), state);
  writeFinal(directory, head);
  for (const old of savedStates(directory).slice(KEPT_COPIES)) rmSync(old.path, { force: true });
}

/** Path of the file that names the last saved block, for the relayer. */
export function finalFile(directory: string): string {
  return join(directory, "final.json");
}

function writeFinal(directory: string, { number, hash }: BlockRef): void {
  toJsonFile(finalFile(directory), { number, hash });
}

/**
 * Unpacks the newest state that can be read, to where anvil loads it from. Newer ones that cannot be read are set aside.
 * @returns Nothing when there is none: a new chain.
 * @throws STORE_DAMAGED when there are some and none can be read.
 */
export function unpackState(directory: string): SavedState | undefined {
  const states = savedStates(directory);
  for (const state of states) {
    const json = readState(state.path);
    if (json === undefined) continue;
    const path = join(directory, "loading.json");
    writeFileSafely(path, json);
    writeFinal(directory, state.head);
    return { path, head: state.head };
  }
  if (states.length > 0) throw new CairnError("STORE_DAMAGED", `no saved state in ${directory} can be read`);
  return undefined;
}

function readState(path: string): Uint8Array | undefined {
  try {
    return gunzipSync(readFileSync(path));
  } catch {
    // Torn or damaged: gzip carries a checksum. The copy before it is tried.
    return undefined;
  }
}
