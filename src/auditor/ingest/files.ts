import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { dayFilePath, dropFilePath } from "../../protocol/codec/rows.ts";
import { CairnError } from "../../protocol/errors.ts";
import type { AuditContext } from "../context.ts";
import type { FileKind } from "../hash/layout.ts";
import { blobHex } from "../store/database.ts";
import { loadRows } from "./load.ts";
import { type ManifestFile, parseFilePath } from "./manifest.ts";

/** A file that the chain calls for, with the call that does. */
interface Wanted {
  readonly path: string;
  readonly kind: FileKind;
  readonly number: number;
  readonly block: number;
  readonly transaction: `0x${string}`;
  /** Whether its faults are findings: not for what lies before the first day audited. */
  readonly judged: boolean;
}

/** Files that are read into the store at once. */
const FILES_PER_LOAD = 64;

/**
 * Holds the published files against the chain and the manifest, and reads the good ones into `reading` and `day_row`.
 * @returns How many files were looked at.
 * @throws AUDIT_INPUT_INVALID when the folder cannot be listed.
 */
export async function ingestFiles(
  context: AuditContext,
  onProgress: (done: number, total: number) => void,
): Promise<number> {
  // DuckDB would take these in a path for a pattern.
  if (/[*?[\]{}]/.test(context.filesDir)) {
    throw new CairnError("AUDIT_INPUT_INVALID", "the files folder's path has one of * ? [ ] { }");
  }
  const wanted = await wantedFiles(context);
  const seen = await findSuperfluous(context, new Set(wanted.map(({ path }) => path)));
  const entries = context.manifest.all.map(({ path, line, digest }) => [path, line, digest]);
  await context.database.append("manifest_digest", entries);
  for (let at = 0; at < wanted.length; at += FILES_PER_LOAD) {
    const good: ManifestFile[] = [];
    for (const file of wanted.slice(at, at + FILES_PER_LOAD)) {
      const entry = context.manifest.newest.get(file.path);
      if (entry !== undefined && (await hasNamedBytes(context, file, entry))) good.push(entry);
      if (entry === undefined) missing(context, file, "the manifest does not name it");
    }
    await loadRows(context, good);
    onProgress(Math.min(wanted.length, at + FILES_PER_LOAD), wanted.length);
  }
  return Math.max(seen, wanted.length);
}

async function wantedFiles({ database, fromDay }: AuditContext): Promise<Wanted[]> {
  const rows = await database.rows(
    `SELECT 'drop' AS kind, drop_no AS number, day_of_drop(drop_no) AS day, block, tx FROM anchored WHERE NOT empty
     UNION ALL SELECT 'day', day, day, block, tx FROM settled WHERE accounts > 0 ORDER BY kind, number`,
  );
  return rows.map((row) => {
    const kind = row.kind as FileKind;
    const number = Number(row.number);
    return {
      path: kind === "drop" ? dropFilePath(number) : dayFilePath(number),
      kind,
      number,
      block: Number(row.block),
      transaction: blobHex(row.tx),
      judged: Number(row.day) >= fromDay,
    };
  });
}

function missing({ findings }: AuditContext, file: Wanted, actual: string): void {
  if (!file.judged) return;
  const { path, block, transaction } = file;
  findings.add({ code: "FILE_MISSING", subject: path, expected: "a published file", actual, block, transaction });
}

/** Whether the file is there with the bytes that its entry names; says so when not. */
async function hasNamedBytes(context: AuditContext, file: Wanted, entry: ManifestFile): Promise<boolean> {
  const full = join(context.filesDir, file.path);
  const size = await stat(full).then(
    (stats) => stats.size,
    () => undefined,
  );
  if (size === undefined) {
    missing(context, file, "there is no such file");
    return false;
  }
  const actual = size === entry.bytes ? await sha256Of(full) : `${size} bytes`;
  if (actual === entry.sha256) return true;
  if (file.judged) {
    context.findings.add({
      code: "FILE_BYTES_WRONG",
      subject: file.path,
      expected: size === entry.bytes ? entry.sha256 : `${entry.bytes} bytes`,
      actual,
      block: file.block,
      transaction: file.transaction,
    });
  }
  return false;
}

async function sha256Of(path: string): Promise<string> {
  const hash = createHash("sha256");
  for await (const part of createReadStream(path)) hash.update(part as Buffer);
  return `0x${hash.digest("hex")}`;
}

/** Files that stand for nothing: an unknown name, an empty drop, a day without accounts. What is not anchored yet may wait. */
async function findSuperfluous(context: AuditContext, wanted: ReadonlySet<string>): Promise<number> {
  const { database, findings, filesDir } = context;
  const row = await database.row(
    `SELECT (SELECT count(*) FROM anchored) AS next_drop, (SELECT count(*) FROM settled) AS settled_days`,
  );
  const firstPending = { drop: Number(row.next_drop), day: Number(row.settled_days) };
  let seen = 0;
  for (const folder of ["drops", "days"]) {
    for (const name of await listFolder(join(filesDir, folder))) {
      seen++;
      const path = `${folder}/${name}`;
      const place = parseFilePath(path);
      if (wanted.has(path)) continue;
      if (place !== undefined && place.number >= firstPending[place.kind]) continue;
      const expected = place === undefined ? "a file named after its drop or day" : "no file: it has no rows";
      findings.add({ code: "FILE_SUPERFLUOUS", subject: path, expected, actual: "a file" });
    }
  }
  return seen;
}

/**
 * Names in a folder but hidden ones and those of files that are still being written; none when it does not exist, since
 * nothing may be published yet.
 */
async function listFolder(folder: string): Promise<string[]> {
  try {
    return (await readdir(folder)).filter((name) => !name.startsWith(".") && !name.endsWith(".tmp"));
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw new CairnError("AUDIT_INPUT_INVALID", "a folder of published files cannot be listed", { cause });
  }
}
