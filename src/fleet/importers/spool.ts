import { createReadStream } from "node:fs";
import { appendFile, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { RawSample } from "../../device/index.ts";
import { type LogFile, refusal } from "./files.ts";
import { linesOf } from "./lines.ts";

/** A piece of a key's file in order of time. */
interface Run {
  /** Which of its key's pieces it is: the earlier one comes first among equal times. */
  readonly number: number;
  readonly firstTime: number;
  lastTime: number;
  readonly start: number;
  end: number;
}

interface Entry {
  readonly file: LogFile;
  readonly runs: Run[];
  bytes: number;
  pending: RawSample[];
}

/** A run that is being read. */
interface Cursor {
  readonly number: number;
  readonly batches: AsyncIterator<readonly RawSample[]>;
  batch: readonly RawSample[];
  at: number;
}

const SAMPLES_AT_ONCE = 512;

/**
 * Puts samples aside under keys, in temporary files, and gives them back in order of time, equal times in the order in
 * which they came. It holds a bounded number of samples, however many are put in: pieces are sorted in memory, and
 * merged while they are read. Pieces that follow each other in time, forwards or backwards, are read one after another.
 */
export class SampleSpool {
  readonly #entries = new Map<string, Entry>();
  readonly #maxPending: number;
  readonly #maxRuns: number;
  #pending = 0;
  #folder: Promise<string> | undefined;

  /**
   * @param maxPending Samples held in memory over all keys.
   * @param maxRuns Pieces of one key that may be open at once.
   */
  constructor(maxPending = 50_000, maxRuns = 256) {
    this.#maxPending = maxPending;
    this.#maxRuns = maxRuns;
  }

  /** Keys in the order in which they came. */
  get keys(): readonly string[] {
    return [...this.#entries.keys()];
  }

  /**
   * Puts samples aside.
   * @param origin The file that they come from, for errors.
   */
  async add(key: string, samples: readonly RawSample[], origin: LogFile): Promise<void> {
    let entry = this.#entries.get(key);
    if (entry === undefined) {
      this.#folder ??= mkdtemp(join(tmpdir(), `cairn-import-${process.pid}-`));
      const path = join(await this.#folder, String(this.#entries.size));
      entry = { file: { path, name: origin.name }, runs: [], bytes: 0, pending: [] };
      this.#entries.set(key, entry);
    }
    for (const sample of samples) entry.pending.push(sample);
    this.#pending += samples.length;
    if (this.#pending >= this.#maxPending) await this.flush();
  }

  /** Writes what is held in memory. Call it when all is put in: reading needs it. */
  async flush(): Promise<void> {
    for (const entry of this.#entries.values()) {
      const { pending } = entry;
      entry.pending = [];
      const first = pending.sort((a, b) => a.time - b.time)[0];
      if (first === undefined) continue;
      const bytes = Buffer.from(`${pending.map((sample) => JSON.stringify(sample)).join("\n")}\n`);
      await appendFile(entry.file.path, bytes);
      const lastTime = (pending.at(-1) ?? first).time;
      const start = entry.bytes;
      entry.bytes += bytes.length;
      const before = entry.runs.at(-1);
      if (before !== undefined && before.lastTime <= first.time) {
        before.lastTime = lastTime;
        before.end = entry.bytes;
      } else entry.runs.push({ number: entry.runs.length, firstTime: first.time, lastTime, start, end: entry.bytes });
    }
    this.#pending = 0;
  }

  /**
   * The samples of a key in order of time.
   * @throws SAMPLES_INVALID with code LOG_SCATTERED when too many pieces overlap in time.
   */
  async *read(key: string): AsyncGenerator<readonly RawSample[], void, undefined> {
    const entry = this.#entries.get(key);
    if (entry === undefined) return;
    const waiting = [...entry.runs].sort((a, b) => a.firstTime - b.firstTime);
    const open: Cursor[] = [];
    let out: RawSample[] = [];
    try {
      for (;;) {
        const next = earliest(open);
        const run = waiting[0];
        if (run !== undefined && (next === undefined || run.firstTime <= timeOf(next))) {
          if (open.length === this.#maxRuns) throw refusal(entry.file, 0, "LOG_SCATTERED");
          waiting.shift();
          await this.#open(entry.file, run, open);
          continue;
        }
        if (next === undefined) break;
        out.push(next.batch[next.at] as RawSample);
        if (++next.at === next.batch.length && !(await advance(next))) open.splice(open.indexOf(next), 1);
        if (out.length < SAMPLES_AT_ONCE) continue;
        yield out;
        out = [];
      }
      if (out.length > 0) yield out;
    } finally {
      await Promise.all(open.map(({ batches }) => batches.return?.()));
    }
  }

  async #open(file: LogFile, { number, start, end }: Run, open: Cursor[]): Promise<void> {
    const cursor: Cursor = { number, batches: piece(file, start, end), batch: [], at: 0 };
    if (await advance(cursor)) open.push(cursor);
  }

  /** Removes the temporary files. */
  async close(): Promise<void> {
    const folder = await this.#folder;
    this.#folder = undefined;
    this.#entries.clear();
    if (folder !== undefined) await rm(folder, { recursive: true, force: true });
  }
}

function timeOf(cursor: Cursor): number {
  return (cursor.batch[cursor.at] as RawSample).time;
}

/** The open piece with the earliest sample; among equals the one that was written first. */
function earliest(open: readonly Cursor[]): Cursor | undefined {
  return open.reduce<Cursor | undefined>((best, cursor) => {
    if (best === undefined) return cursor;
    const later = timeOf(cursor) - timeOf(best) || cursor.number - best.number;
    return later < 0 ? cursor : best;
  }, undefined);
}

async function advance(cursor: Cursor): Promise<boolean> {
  const { done, value } = await cursor.batches.next();
  cursor.batch = done ? [] : value;
  cursor.at = 0;
  return !done;
}

async function* piece(
  file: LogFile,
  start: number,
  end: number,
): AsyncGenerator<readonly RawSample[], void, undefined> {
  const bytes = createReadStream(file.path, { start, end: end - 1 }) as AsyncIterable<Buffer>;
  for await (const { lines } of linesOf(file, bytes)) yield lines.map((line) => JSON.parse(line) as RawSample);
}
