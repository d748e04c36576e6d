import { CairnError } from "../errors.ts";
import { concatBytes, fromHex, type Hex } from "./bytes.ts";
import { keccak } from "./keccak.ts";
import type { Reading } from "./reading.ts";
import { SIGNAL_LIST, type SignalName } from "./signals.ts";

/** What of a sample may leave the car. */
export interface LetOutSample {
  /** Unix seconds. */
  readonly time: number;
  readonly values: Readonly<Partial<Record<SignalName, number>>>;
}

/**
 * What opens a reading's payload: the owner keeps it and can show it to anybody. Destroying it is erasure; the payload
 * alone then says nothing.
 */
export interface PayloadOpening {
  /** 32 random bytes. */
  readonly salt: Hex;
  /** The let-out samples in the encoding of {@link SampleWriter}. */
  readonly samples: Uint8Array;
}

/** Characters that a reading's sealed samples may have: some 1,100 samples of all signals, or 3,400 of two signals. */
export const MAX_SEALED_SAMPLES_CHARS = 65_536;

const VERSION = 1;
const HEADER_BYTES = 13;
const MAX_SAMPLE_BYTES = 6 + 4 * SIGNAL_LIST.length;

/**
 * Encodes let-out samples one by one. The encoding, all numbers big-endian:
 * `uint8 1 ‖ uint64 startedAt ‖ uint32 count`, then for each sample in order of time
 * `uint32 seconds since startedAt ‖ uint16 bits of the signals it has ‖ int32 value · scale` for each, lowest bit first.
 */
export class SampleWriter {
  readonly #startedAt: number;
  #bytes = new Uint8Array(512);
  #view = new DataView(this.#bytes.buffer);
  #length = HEADER_BYTES;
  #count = 0;

  /** @param startedAt The reading's first second, unix seconds; no sample may lie before it. */
  constructor(startedAt: number) {
    this.#startedAt = startedAt;
    this.#view.setUint8(0, VERSION);
    this.#view.setBigUint64(1, BigInt(startedAt));
  }

  get count(): number {
    return this.#count;
  }

  write(sample: LetOutSample): void {
    if (this.#length + MAX_SAMPLE_BYTES > this.#bytes.length) this.#grow();
    const view = this.#view;
    let at = this.#length + 6;
    let bits = 0;
    for (const signal of SIGNAL_LIST) {
      const value = sample.values[signal.name];
      if (value === undefined) continue;
      bits |= 1 << signal.bit;
      view.setInt32(at, Math.round(value * signal.scale));
      at += 4;
    }
    view.setUint32(this.#length, sample.time - this.#startedAt);
    view.setUint16(this.#length + 4, bits);
    this.#length = at;
    this.#count++;
  }

  /** The encoding of all that was written. */
  finish(): Uint8Array {
    this.#view.setUint32(9, this.#count);
    return this.#bytes.slice(0, this.#length);
  }

  #grow(): void {
    const larger = new Uint8Array(2 * this.#bytes.length);
    larger.set(this.#bytes);
    this.#bytes = larger;
    this.#view = new DataView(larger.buffer);
  }
}

/**
 * A reading's payload: `keccak256(salt ‖ encoded samples)`. It is never zero: finding samples with that hash would be
 * a preimage of keccak256.
 * @throws ARGUMENT_INVALID when the salt is not 32 bytes.
 */
export function payloadOf(opening: PayloadOpening): Hex {
  return keccak(concatBytes(fromHex(opening.salt, 32), opening.samples));
}

/** Whether an opening is the one that a reading's payload commits to. */
export function opensPayload(reading: Reading, opening: PayloadOpening): boolean {
  return payloadOf(opening) === reading.payload;
}

/**
 * Reads encoded samples back.
 * @throws SAMPLES_INVALID when the bytes are not an encoding of {@link SampleWriter}.
 */
export function decodeSamples(bytes: Uint8Array): LetOutSample[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < HEADER_BYTES || view.getUint8(0) !== VERSION) {
    throw new CairnError("SAMPLES_INVALID", "not an encoding of samples");
  }
  const startedAt = Number(view.getBigUint64(1));
  const count = view.getUint32(9);
  const samples: LetOutSample[] = [];
  let at = HEADER_BYTES;
  while (samples.length < count && at < bytes.length) {
    const sample = decodeSample(view, at, startedAt);
    samples.push(sample);
    at += 6 + 4 * Object.keys(sample.values).length;
  }
  if (samples.length !== count || at !== bytes.length) {
    throw new CairnError("SAMPLES_INVALID", `${samples.length} of ${count} samples in ${bytes.length} bytes`);
  }
  return samples;
}

function decodeSample(view: DataView, start: number, startedAt: number): LetOutSample {
  if (start + 6 > view.byteLength) throw new CairnError("SAMPLES_INVALID", "the bytes end inside a sample");
  const bits = view.getUint16(start + 4);
  const signals = SIGNAL_LIST.filter((signal) => (bits >> signal.bit) & 1);
  if (bits >> SIGNAL_LIST.length !== 0 || start + 6 + 4 * signals.length > view.byteLength) {
    throw new CairnError("SAMPLES_INVALID", "an unknown signal, or the bytes end inside a sample");
  }
  const values: Partial<Record<SignalName, number>> = {};
  signals.forEach((signal, i) => {
    values[signal.name] = view.getInt32(start + 6 + 4 * i) / signal.scale;
  });
  return { time: startedAt + view.getUint32(start), values };
}
