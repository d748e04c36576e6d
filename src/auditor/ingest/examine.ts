import type { DuckDBBigIntVector, DuckDBBlobVector, DuckDBDataChunk } from "@duckdb/node-api";
import { DROPS_PER_DAY } from "../../protocol/codec/codes.ts";
import type { AuditContext } from "../context.ts";
import { type FileKind, LAYOUTS, type Layout } from "../hash/layout.ts";
import type { Batch } from "../hash/preimage.ts";
import type { Examined } from "../hash/row-hash.ts";
import type { Cell } from "../store/database.ts";
import { ZERO_HASH_SQL } from "../store/zero.ts";
import { FILE_KINDS, KINDS } from "./file-kinds.ts";

/** Examined rows that are held before they are written. */
const ROWS_PER_WRITE = 50_000;

/** Recomputes every published row: hashes, leaves, and each reading's device signature, into the `*_hash` tables. */
export async function examineRows(
  context: AuditContext,
  onProgress: (done: number, total: number) => void,
): Promise<void> {
  const counts = KINDS.map((kind) => `(SELECT count(*) FROM ${FILE_KINDS[kind].rows} WHERE ${notReused(kind)})`).join(
    " + ",
  );
  const total = Number((await context.database.row(`SELECT ${counts} AS total`)).total);
  let before = 0;
  for (const kind of KINDS) {
    before += await examineKind(context, kind, (done) => onProgress(before + done, total));
  }
}

async function examineKind(
  { database, pool, fromDay }: AuditContext,
  kind: FileKind,
  onProgress: (done: number) => void,
): Promise<number> {
  const table = FILE_KINDS[kind].hashes;
  const underWay = new Set<Promise<void>>();
  let examined: ExaminedBatch[] = [];
  let waiting = 0;
  let done = 0;
  for await (const chunk of database.stream(queryOf(kind, fromDay))) {
    const { batch, keys } = pack(chunk, LAYOUTS[kind]);
    const count = batch.count;
    const work = pool.examine(kind, batch).then((found) => {
      examined.push({ keys, ...found });
      waiting += count;
      done += count;
      onProgress(done);
    });
    const entry = work.finally(() => underWay.delete(entry));
    // A failure is met by the race or the all below; until then it must not count as unhandled.
    entry.catch(() => {});
    underWay.add(entry);
    if (underWay.size >= pool.width) await Promise.race(underWay);
    if (waiting >= ROWS_PER_WRITE) {
      const batches = examined;
      examined = [];
      waiting = 0;
      await database.append(table, cellsOf(batches));
    }
  }
  await Promise.all(underWay);
  await database.append(table, cellsOf(examined));
  return done;
}

/** What was found in a batch, and which rows it was of. */
interface ExaminedBatch extends Examined {
  /** File numbers of the rows, then their positions. */
  readonly keys: BigInt64Array;
}

/** Row after row as the table takes it; made when it is written, since a million of them would weigh. */
function* cellsOf(batches: readonly ExaminedBatch[]): Generator<readonly Cell[]> {
  for (const { keys, hashes, flags } of batches) {
    const count = flags.length;
    const each = hashes.length / count;
    for (let row = 0; row < count; row++) {
      const cells: Cell[] = [keys[row] as bigint, keys[count + row] as bigint];
      for (let at = each * row; at < each * (row + 1); at += 32) cells.push(hashes.subarray(at, at + 32));
      cells.push(flags[row] as number);
      yield cells;
    }
  }
}

/** Rows that are not erased, with the key that held at a reading's end, in order of vehicles: so few keys are enough. */
function queryOf(kind: FileKind, fromDay: number): string {
  if (kind !== "drop") {
    const { rows, number } = FILE_KINDS[kind];
    const { numbers, strings } = LAYOUTS[kind];
    return `SELECT ${number}, position, ${numbers.join(", ")}, ${strings.join(" || ")} AS bytes
      FROM ${rows} WHERE account IS NOT NULL AND ${notReused(kind)}`;
  }
  const numbers = LAYOUTS.drop.numbers.map((column) => {
    if (column === "key_found") return "(k.vehicle IS NOT NULL)::BIGINT";
    return column === "judged" ? `(drop_no >= ${fromDay * DROPS_PER_DAY})::BIGINT` : `r.${column}`;
  });
  const strings = LAYOUTS.drop.strings.map((column) => {
    if (column === "key_x") return `coalesce(k.x, ${ZERO_HASH_SQL})`;
    return column === "key_y" ? `coalesce(k.y, ${ZERO_HASH_SQL})` : `r.${column}`;
  });
  return `SELECT drop_no, position, ${numbers.join(", ")}, ${strings.join(" || ")} AS bytes
    FROM reading r LEFT JOIN device_key k
      ON k.vehicle = r.vehicle AND k.valid_from <= r.ended_at AND r.ended_at < k.valid_until
    WHERE r.vehicle IS NOT NULL AND ${notReused(kind)} ORDER BY r.vehicle`;
}

/** SQL: the row is of a file that no earlier audit has examined. */
function notReused(kind: FileKind): string {
  return `${FILE_KINDS[kind].number} NOT IN (SELECT number FROM reused WHERE kind = '${kind}')`;
}

/** A chunk as a batch, and the two columns before it that say which rows they are. */
function pack(chunk: DuckDBDataChunk, { numbers, strings }: Layout): { batch: Batch; keys: BigInt64Array } {
  const count = chunk.rowCount;
  const integers = (from: number, columns: number): BigInt64Array => {
    const packed = new BigInt64Array(columns * count);
    for (let column = 0; column < columns; column++) {
      const vector = chunk.getColumnVector(from + column) as DuckDBBigIntVector;
      for (let row = 0; row < count; row++) packed[column * count + row] = vector.getItem(row) ?? 0n;
    }
    return packed;
  };
  const blobs = chunk.getColumnVector(2 + numbers.length) as DuckDBBlobVector;
  const width = strings.reduce((sum, column) => sum + (column === "account" ? 20 : 32), 0);
  const bytes = new Uint8Array(width * count);
  for (let row = 0; row < count; row++) bytes.set(blobs.getItem(row)?.bytes ?? new Uint8Array(width), width * row);
  return { batch: { count, numbers: integers(2, numbers.length), bytes }, keys: integers(0, 2) };
}
