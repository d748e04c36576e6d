import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { CairnError } from "../../protocol/errors.ts";
import type { AuditContext } from "../context.ts";
import { FILE_KINDS, KINDS, parseFilePath } from "./file-kinds.ts";
import { loadRows, type NamedFile } from "./load.ts";
import type { ManifestFile } from "./manifest.ts";
import { findWanted, mayWait, type Wanted } from "./wanted.ts";

/** Files that are read into the store at once. */
const FILES_PER_LOAD = 64;

/**
 * Holds the published files against the chain and the manifest, and reads the good ones into the tables of their rows.
 * @returns How many files were looked at.
 * @throws AUDIT_INPUT_INVALID when a folder cannot be listed.
 */
export async function ingestFiles(
  context: AuditContext,
  onProgress: (done: number, total: number) => void,
): Promise<number> {
  for (const folder of context.filesDirs) assertPlain(folder);
  const wanted = await findWanted(context);
  const seen = await findSuperfluous(context, new Set(wanted.map(({ path }) => path)));
  for (let at = 0; at < wanted.length; at += FILES_PER_LOAD) {
    const good: NamedFile[] = [];
    for (const file of wanted.slice(at, at + FILES_PER_LOAD)) {
      const entry = context.manifest.newest.get(file.path);
      if (entry === undefined) missing(context, file, "the manifest does not name it");
      else if (await hasNamedBytes(context, file, entry)) good.push({ ...entry, judged: file.judged });
    }
    await loadRows(context, good);
    onProgress(Math.min(wanted.length, at + FILES_PER_LOAD), wanted.length);
  }
  return Math.max(seen, wanted.length);
}

function assertPlain(folder: string): void {
  // DuckDB would take these in a path for a pattern.
  if (!/[*?[\]{}]/.test(folder)) return;
  throw new CairnError("AUDIT_INPUT_INVALID", "the files folder's path has one of * ? [ ] { }");
}

function missing({ findings }: AuditContext, file: Wanted, actual: string): void {
  if (!file.judged) return;
  const { path, block, transaction } = file;
  findings.add({ code: "FILE_MISSING", subject: path, expected: "a published file", actual, block, transaction });
}

/** Whether the file is there with the bytes that its entry names; says so when not. */
async function hasNamedBytes(context: AuditContext, file: Wanted, entry: ManifestFile): Promise<boolean> {
  const full = join(entry.folder, file.path);
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

/** Files that stand for nothing: an unknown name, or one for which the chain has no rows and never will. */
async function findSuperfluous(context: AuditContext, wanted: ReadonlySet<string>): Promise<number> {
  const waits = await mayWait(context);
  let seen = 0;
  for (const filesDir of context.filesDirs) {
    for (const { folder } of KINDS.map((kind) => FILE_KINDS[kind])) {
      for (const name of await listFolder(join(filesDir, folder))) {
        seen++;
        const path = `${folder}/${name}`;
        const place = parseFilePath(path);
        if (wanted.has(path) || (place !== undefined && waits(place.kind, place.number))) continue;
        const expected = place === undefined ? "a file named after its drop or day" : "no file: it has no rows";
        context.findings.add({ code: "FILE_SUPERFLUOUS", subject: path, expected, actual: "a file" });
      }
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
