import { createPublicKey, type KeyObject, verify } from "node:crypto";
import { fromHex, toHex } from "../../protocol/codec/bytes.ts";
import { LEAF_KIND } from "../../protocol/codec/codes.ts";
import { keccakBytes } from "../../protocol/codec/keccak.ts";
import { p256Spki } from "../../protocol/codec/p256.ts";
import { LAYOUTS } from "./layout.ts";
import { type Batch, byte, bytesAt, numberAt, Preimage } from "./preimage.ts";
import { type Examined, FLAG, RowHash } from "./row-hash.ts";
import { type SigningDomain, TypedRows } from "./typed-rows.ts";

/** Half of P-256's group order, big-endian (SEC 2): the largest s that is accepted. */
const HALF_ORDER = fromHex("0x7fffffff800000007fffffffffffffffde737d56d38bcf4279dce5617e3192a8");
/** Keys kept as parsed objects; rows come in order of vehicles, so a few are enough. */
const MAX_KEYS = 4_096;

const { slot } = LAYOUTS.drop;

/** Examines rows of drops: row hash, reading digest, device signature, leaf. */
export class DropExaminer {
  readonly #keys = new Map<string, KeyObject | undefined>();
  readonly #row = new RowHash(LEAF_KIND.mileage, LAYOUTS.drop);
  readonly #readings: TypedRows;
  readonly #leaf = new Preimage([
    byte(LEAF_KIND.mileage),
    slot("drop"),
    slot("index"),
    "set",
    "set",
    ...["account", "countedM", "vehicleDayAfterM", "accountAfterM", "prevVehicleLeaf", "prevAccountLeaf", "salt"].map(
      slot,
    ),
  ]);

  constructor(domain: SigningDomain) {
    this.#readings = new TypedRows(domain, "Reading", LAYOUTS.drop);
  }

  /** Examines every row of a batch packed as readings. */
  examine(batch: Batch): Examined {
    const hashes = new Uint8Array(64 * batch.count);
    const flags = new Uint8Array(batch.count);
    for (let row = 0; row < batch.count; row++) {
      const digest = this.#readings.digest(batch, row);
      hashes.set(this.#leafHash(batch, row, digest), 64 * row);
      hashes.set(digest, 64 * row + 32);
      flags[row] = this.#row.flag(batch, row) | this.#signatureFlags(batch, row, digest);
    }
    return { hashes, flags };
  }

  #leafHash(batch: Batch, row: number, digest: Uint8Array): Uint8Array {
    const signature = signatureOf(batch, row);
    return this.#leaf.fill(batch, row).set(3, digest).set(4, keccakBytes(signature)).hashTwice();
  }

  #signatureFlags(batch: Batch, row: number, digest: Uint8Array): number {
    if (numberAt(batch, row, slot("judged")) === 0n) return 0;
    const signature = signatureOf(batch, row);
    const high = Buffer.compare(signature.subarray(32), HALF_ORDER) > 0 ? FLAG.highS : 0;
    if (numberAt(batch, row, slot("keyFound")) === 0n) return high | FLAG.noKey;
    const key = this.#key(batch, row);
    // The device signs SHA-256 of the digest, which is what verify hashes with.
    const right = key !== undefined && verify("sha256", digest, key, derOf(signature));
    return high | (right ? 0 : FLAG.signature);
  }

  #key(batch: Batch, row: number): KeyObject | undefined {
    const x = toHex(bytesAt(batch, row, slot("keyX")));
    const y = toHex(bytesAt(batch, row, slot("keyY")));
    if (this.#keys.has(x + y)) return this.#keys.get(x + y);
    if (this.#keys.size >= MAX_KEYS) this.#keys.clear();
    const key = parseKey(p256Spki({ x, y }));
    this.#keys.set(x + y, key);
    return key;
  }
}

function parseKey(spki: Uint8Array): KeyObject | undefined {
  try {
    return createPublicKey({ key: Buffer.from(spki), format: "der", type: "spki" });
  } catch {
    // Not a point of the curve: no signature can be right under it.
    return undefined;
  }
}

/** r ‖ s: s stands right after r in the layout, as it does in the columns. */
function signatureOf(batch: Batch, row: number): Uint8Array {
  const { offset } = slot("r") as { offset: number };
  const from = (batch.bytes.length / batch.count) * row + offset;
  return batch.bytes.subarray(from, from + 64);
}

/** r ‖ s as an ASN.1 ECDSA-Sig-Value (RFC 3279 2.2.3), which OpenSSL verifies fastest. */
function derOf(signature: Uint8Array): Uint8Array {
  const der = new Uint8Array(72);
  let at = 2;
  for (const from of [0, 32]) {
    let first = from;
    while (first < from + 31 && signature[first] === 0) first++;
    const pad = (signature[first] as number) >= 0x80 ? 1 : 0;
    const length = from + 32 - first + pad;
    der[at] = 0x02;
    der[at + 1] = length;
    der.set(signature.subarray(first, from + 32), at + 2 + pad);
    at += 2 + length;
  }
  der[0] = 0x30;
  der[1] = at - 2;
  return der.subarray(0, at);
}
