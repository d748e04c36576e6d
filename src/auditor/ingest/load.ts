import { join } from "node:path";
import { CairnError } from "../../protocol/errors.ts";
import type { AuditContext } from "../context.ts";
import { FILE_COLUMNS, type FileKind } from "../hash/layout.ts";
import { sqlText } from "../store/database.ts";
import { FILE_KINDS, KINDS } from "./file-kinds.ts";
import type { ManifestFile } from "./manifest.ts";

/** A file that the manifest names, with whether its faults are findings. */
export interface NamedFile extends ManifestFile {
  readonly judged: boolean;
}

/** Largest values of columns that may pass 2^53: a mask, and sums of units below the pool of 2.1e17. */
const LIMIT: Readonly<Record<string, string>> = {
  categories: "9223372036854775807",
  stones: "1152921504606846975",
  prefix_stones: "1152921504606846975",
  weight: "1152921504606846975",
};
const USUAL_LIMIT = "9007199254740991";
/** A file with more rows is not read: it takes a few bytes to say that a row comes again. */
const MAX_ROWS = 10_000_000;

/** Reads files whose bytes are good into the store; a file that is no such table is a finding and stays out. */
export async function loadRows(context: AuditContext, files: readonly NamedFile[]): Promise<void> {
  for (const kind of KINDS) {
    const ofKind = files.filter((file) => file.kind === kind);
    const tables = await withNamedRows(context, await withRightSchema(context, kind, ofKind));
    const sound = tables.length === 0 ? [] : await insertRows(context, kind, tables);
    const loaded = new Set(sound);
    const rows = ofKind.map((file) => {
      const name = fullPath(file);
      return [file.path, kind, file.number, file.rows, file.digest, file.sha256, name, loaded.has(file) ? 1 : 0];
    });
    await context.database.append("published", rows);
  }
}

function fullPath({ folder, path }: NamedFile): string {
  return join(folder, path);
}

function listOf(files: readonly NamedFile[]): string {
  return `[${files.map((file) => sqlText(fullPath(file))).join(", ")}]`;
}

function report(
  context: AuditContext,
  file: NamedFile,
  fault: {
    code: "FILE_SCHEMA_WRONG" | "FILE_ROW_COUNT_WRONG" | "FILE_ROW_MALFORMED";
    expected: string;
    actual: string;
  },
): void {
  if (file.judged) context.findings.add({ subject: file.path, ...fault });
}

/** The columns with their types, in order of names: the order within a file does not matter. */
const EXPECTED_SCHEMA = Object.fromEntries(
  Object.entries(FILE_COLUMNS).map(([kind, columns]) => [
    kind,
    columns
      .map(({ column, type }) => `${column} ${type === "uint" ? "UBIGINT" : "BLOB"}`)
      .sort()
      .join(", "),
  ]),
) as Record<FileKind, string>;

async function withRightSchema(
  context: AuditContext,
  kind: FileKind,
  files: readonly NamedFile[],
): Promise<NamedFile[]> {
  const schemas = await schemasOf(context, files);
  return files.filter((file) => {
    const actual = schemas.get(fullPath(file)) ?? "not a Parquet file";
    if (actual === EXPECTED_SCHEMA[kind]) return true;
    report(context, file, { code: "FILE_SCHEMA_WRONG", expected: EXPECTED_SCHEMA[kind], actual });
    return false;
  });
}

/** The schemas of files by their full path. One bad file fails a whole query, so after that each is asked alone. */
async function schemasOf(context: AuditContext, files: readonly NamedFile[]): Promise<Map<string, string>> {
  if (files.length === 0) return new Map();
  try {
    const rows = await context.database.rows(
      `SELECT file_name, string_agg(name || ' ' || CASE
           WHEN type = 'INT64' AND converted_type = 'UINT_64' THEN 'UBIGINT'
           WHEN type = 'BYTE_ARRAY' AND converted_type IS NULL THEN 'BLOB'
           ELSE concat_ws(' ', type, converted_type) END, ', ' ORDER BY name) AS schema
       FROM parquet_schema(${listOf(files)}) WHERE type IS NOT NULL GROUP BY file_name`,
    );
    return new Map(rows.map((row) => [row.file_name as string, row.schema as string]));
  } catch (error) {
    if (files.length === 1) {
      assertOfFile(error, files[0] as NamedFile);
      return new Map();
    }
    const each = await Promise.all(files.map((file) => schemasOf(context, [file])));
    return new Map(each.flatMap((schemas) => [...schemas]));
  }
}

/** Files with as many rows as the manifest names. They are counted before they are read, by what their row groups say. */
async function withNamedRows(context: AuditContext, files: readonly NamedFile[]): Promise<NamedFile[]> {
  if (files.length === 0) return [];
  const rows = await context.database.rows(
    `SELECT file_name, sum(row_group_num_rows)::BIGINT AS rows FROM parquet_metadata(${listOf(files)})
     WHERE column_id = 0 GROUP BY file_name`,
  );
  const counts = new Map(rows.map((row) => [row.file_name as string, Number(row.rows)]));
  return files.filter((file) => {
    const actual = counts.get(fullPath(file)) ?? 0;
    if (actual === file.rows && actual <= MAX_ROWS) return true;
    const expected = file.rows > MAX_ROWS ? `at most ${MAX_ROWS} rows` : `${file.rows} rows`;
    report(context, file, { code: "FILE_ROW_COUNT_WRONG", expected, actual: `${actual} rows` });
    return false;
  });
}

/**
 * Tells a failure of the machine that audits from one of the file: only the latter says something of who published it.
 * @throws AUDIT_INPUT_INVALID for the former.
 */
function assertOfFile(cause: unknown, { path }: NamedFile): void {
  const { message } = cause as Error;
  const isOwn = /^(Out of Memory|IO) Error/.test(message) && !message.includes("Could not read enough bytes");
  if (!isOwn) return;
  throw new CairnError("AUDIT_INPUT_INVALID", "memory or disk do not suffice for a published file", {
    cause,
    details: { path },
  });
}

/** SQL: every value is there and fits its column, or all but the row's hash are erased. */
function soundRow(kind: FileKind): string {
  const rest = FILE_COLUMNS[kind].filter(({ field }) => field !== "rowHash");
  const erased = rest.map(({ column }) => `"${column}" IS NULL`).join(" AND ");
  const whole = rest
    .map(({ column, type }) =>
      type === "uint"
        ? `"${column}" <= ${LIMIT[column] ?? USUAL_LIMIT}`
        : `octet_length("${column}") = ${type === "bytes20" ? 20 : 32}`,
    )
    .join(" AND ");
  return `coalesce(octet_length(row_hash) = 32 AND ((${erased}) OR (${whole})), false)`;
}

/** Reads files into a table of their own, once: pages of Parquet are dear. One bad file fails all, so after that each is read alone. */
async function stageRows(context: AuditContext, kind: FileKind, files: readonly NamedFile[]): Promise<NamedFile[]> {
  const [only] = files;
  if (only === undefined) return [];
  const columns = FILE_COLUMNS[kind].map(({ column }) => `"${column}"`).join(", ");
  try {
    await context.database.run(
      `INSERT INTO staged SELECT filename, file_row_number, ${columns}
       FROM read_parquet(${listOf(files)}, filename = true, file_row_number = true)`,
    );
    return [...files];
  } catch (error) {
    if (files.length === 1) {
      assertOfFile(error, only);
      reportRows(context, only, "pages that cannot be read");
      return [];
    }
    const readable: NamedFile[] = [];
    for (const file of files) readable.push(...(await stageRows(context, kind, [file])));
    return readable;
  }
}

function reportRows(context: AuditContext, file: NamedFile, actual: string): void {
  report(context, file, { code: "FILE_ROW_MALFORMED", expected: "values that fit the documented columns", actual });
}

/** Puts the rows of files into their table, but for files with a row that cannot be right. @returns The others. */
async function insertRows(context: AuditContext, kind: FileKind, files: readonly NamedFile[]): Promise<NamedFile[]> {
  const { database } = context;
  const columns = FILE_COLUMNS[kind].map(({ column, type }) => `"${column}" ${type === "uint" ? "UBIGINT" : "BLOB"}`);
  await database.run(`CREATE OR REPLACE TEMP TABLE staged (filename VARCHAR, position BIGINT, ${columns.join(", ")})`);
  const readable = await stageRows(context, kind, files);
  const rows = await database.rows(
    `SELECT filename, min(position) AS first, count(*) AS many FROM staged WHERE NOT ${soundRow(kind)} GROUP BY filename`,
  );
  const faults = new Map(rows.map((row) => [row.filename as string, `row ${row.first}, one of ${row.many}`]));
  const sound = readable.filter((file) => {
    const fault = faults.get(fullPath(file));
    if (fault !== undefined) reportRows(context, file, fault);
    return fault === undefined;
  });
  if (sound.length > 0) await unstage(context, kind, sound);
  await database.run("DROP TABLE staged");
  return sound;
}

async function unstage({ database }: AuditContext, kind: FileKind, files: readonly NamedFile[]): Promise<void> {
  const numbers = files.map((file) => `(${sqlText(fullPath(file))}, ${file.number})`).join(", ");
  const columns = FILE_COLUMNS[kind].map(({ column, type }) =>
    type === "uint" ? `p."${column}"::BIGINT` : `p."${column}"`,
  );
  await database.run(
    `INSERT INTO ${FILE_KINDS[kind].rows} SELECT f.number, p.position, ${columns.join(", ")}
     FROM staged p JOIN (VALUES ${numbers}) f(name, number) ON f.name = p.filename`,
  );
}
