import { createHmac, randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { privateKeyToAddress } from "viem/accounts";
import { CairnError, fromHex, type Hex, lowerHex, toHex } from "../protocol/index.ts";
import { readJsonFile, toJsonFile } from "./files.ts";

/** One duty, one key (docs/protocol.md, section 11). `operator` is named in consents and signs nothing here. */
export const KEY_NAMES = [
  "deployer",
  "admin",
  "rules",
  "guardian",
  "relayer",
  "receipt",
  "manufacturer",
  "fulfilment",
  "catalogue",
  "arbiter",
  "overseer",
  "standby",
  "attester",
  "recovery",
  "excluder",
  "treasurer",
  "curator",
  "task",
  "box",
  "deskReceipt",
  "operator",
  "anyone",
] as const;
export type KeyName = (typeof KEY_NAMES)[number];

/** The secrets of a programme that runs on one machine. */
export interface ProgrammeKeys extends Readonly<Record<KeyName, Hex>> {
  /** Where the identities of simulated cars and owners come from. */
  readonly fleet: string;
  /** Where the relayer's salts come from, in a simulation; without it they are random. */
  readonly seed?: Hex;
}

/** Order of the secp256k1 group (SEC 2). */
const SECP256K1_N = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;

/** Keys that the same seed gives again: for simulations only. */
export function keysFromSeed(seed: string): ProgrammeKeys {
  const derive = (what: string) => createHmac("sha256", seed).update(`cairn ${what}`).digest();
  return {
    ...makeKeys((name, attempt) => derive(`key ${name} ${attempt}`)),
    fleet: seed,
    seed: toHex(derive("salts")),
  };
}

/** Fresh random keys. */
export function randomKeys(): ProgrammeKeys {
  return { ...makeKeys(() => randomBytes(32)), fleet: toHex(randomBytes(32)) };
}

function makeKeys(draw: (name: KeyName, attempt: number) => Uint8Array): Record<KeyName, Hex> {
  return Object.fromEntries(
    KEY_NAMES.map((name) => {
      for (let attempt = 0; ; attempt++) {
        const key = toHex(draw(name, attempt));
        if (BigInt(key) > 0n && BigInt(key) < SECP256K1_N) return [name, key];
      }
    }),
  ) as Record<KeyName, Hex>;
}

/** The address of a key, in lower case. */
export function addressOf(key: Hex): Hex {
  return lowerHex(privateKeyToAddress(key));
}

/** Writes keys so that only their owner can read them. */
export function writeKeys(path: string, keys: ProgrammeKeys): void {
  toJsonFile(path, keys, 0o600);
}

/**
 * The keys of a work folder; makes and writes random ones when there are none.
 * @throws CONFIG_INVALID when the file is not of its form. No message repeats a key.
 */
export function loadOrMakeKeys(path: string): ProgrammeKeys {
  if (!existsSync(path)) writeKeys(path, randomKeys());
  return loadKeys(path);
}

/**
 * The keys of a work folder.
 * @throws FILE_UNREADABLE, CONFIG_INVALID when the file is not of its form. No message repeats a key.
 */
export function loadKeys(path: string): ProgrammeKeys {
  const found = readJsonFile(path, "CONFIG_INVALID") as Record<string, unknown>;
  for (const name of KEY_NAMES) {
    try {
      fromHex(String(found[name]), 32);
    } catch {
      throw new CairnError("CONFIG_INVALID", `${path}: ${name} is not a private key`);
    }
  }
  if (typeof found.fleet !== "string") throw new CairnError("CONFIG_INVALID", `${path}: fleet is missing`);
  return found as unknown as ProgrammeKeys;
}
