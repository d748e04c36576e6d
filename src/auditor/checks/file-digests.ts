import { concatBytes, fromHex, type Hex, ZERO_HASH } from "../../protocol/codec/bytes.ts";
import { keccak } from "../../protocol/codec/keccak.ts";
import { awardFilePath, dropFilePath } from "../../protocol/codec/rows.ts";
import type { AuditContext, Check } from "../context.ts";
import { groupRoots } from "../hash/group-roots.ts";
import { FILE_KINDS, KINDS } from "../ingest/file-kinds.ts";
import { readPlaces } from "../ingest/places.ts";
import { blobHex, type Value } from "../store/database.ts";

/** Superseded drops leave only digests in the manifest; more combinations than these are not tried. */
const MAX_COMBINATIONS = 1_024;

/**
 * Each file's digest follows from its rows' hashes, and the dataDigest of each anchoring, settlement and poll's result from
 * its files' digests (docs/protocol.md 12.1). That a row's hash follows from its columns was seen when the files were read.
 */
export const fileDigests: Check = {
  name: "file digests",
  async run(context) {
    const digests = await findWrongDigests(context);
    const { calls, open } = await findWrongCalls(context, digests);
    const { fromDay, deployment } = context;
    const days = await findWrongSingles(context, digests, {
      code: "DAY_DIGEST_WRONG",
      kind: "day",
      calls: `SELECT day AS number, accounts AS rows, data_digest, block, tx FROM settled WHERE day >= ${fromDay} ORDER BY day`,
    });
    const polls = await findWrongSingles(context, digests, {
      code: "POLL_DIGEST_WRONG",
      kind: "poll",
      calls: `SELECT r.poll AS number, r.voters AS rows, r.data_digest, r.block, r.tx FROM poll_result r JOIN ev_poll p USING (poll)
        WHERE day_of(${deployment.genesis}, p.closes_at) >= ${fromDay} ORDER BY poll`,
    });
    const note =
      open > 0
        ? { note: `${open} anchoring calls not judged: files of theirs are missing, or superseded and not named` }
        : {};
    return { subjects: digests.size + calls + days + polls, ...note };
  },
};

/** The digests by path: of loaded files recomputed, of others as the manifest's newest entry says. */
async function findWrongDigests(context: AuditContext): Promise<Map<string, Hex>> {
  const { database, findings, manifest, fromDay } = context;
  const digests = new Map([...manifest.newest].map(([path, { digest }]) => [path, digest]));
  const places = await readPlaces(context);
  for (const kind of KINDS) {
    const { rows: table, number, path } = FILE_KINDS[kind];
    const roots = await groupRoots(database, `SELECT ${number}, row_hash FROM ${table} ORDER BY ${number}, row_hash`);
    for (const [at, root] of roots) {
      const entry = manifest.newest.get(path(at));
      digests.set(path(at), root);
      if (entry === undefined || places.dayOf(kind, at) < fromDay) continue;
      if (entry.digest === root) continue;
      findings.add({ code: "FILE_DIGEST_WRONG", subject: entry.path, expected: root, actual: entry.digest });
    }
  }
  return digests;
}

async function findWrongCalls(
  context: AuditContext,
  digests: ReadonlyMap<string, Hex>,
): Promise<{ calls: number; open: number }> {
  const { database, findings, manifest, fromDay } = context;
  const named = new Map<string, Set<Hex>>();
  for (const { path, digest } of manifest.all) named.set(path, (named.get(path) ?? new Set()).add(digest));
  const calls = await database.rows(
    `SELECT a.first_drop, a.drops, a.data_digest, a.block, a.tx,
       list(coalesce(f.seq = a.seq, false) ORDER BY r.drop_no) AS last, list(hx(r.root) ORDER BY r.drop_no) AS roots
     FROM ev_anchor a JOIN ev_anchor_root r USING (seq) LEFT JOIN anchored f USING (drop_no)
     WHERE day_of_drop(a.first_drop + a.drops - 1) >= ${fromDay} GROUP BY ALL ORDER BY a.first_drop`,
  );
  let open = 0;
  for (const call of calls) {
    const first = Number(call.first_drop);
    const choices = (call.roots as Value[]).map((root, i): readonly Hex[] => {
      if (root === ZERO_HASH) return [ZERO_HASH];
      const paths = [dropFilePath(first + i), awardFilePath(first + i)] as const;
      const isLast = (call.last as boolean[])[i] === true;
      const [readings, awards] = paths.map((path) =>
        isLast ? known(digests.get(path)) : [...(named.get(path) ?? [])],
      );
      return dropDigests(readings as Hex[], awards as Hex[], isLast);
    });
    const combinations = choices.reduce((product, list) => product * list.length, 1);
    const actual = blobHex(call.data_digest);
    const judged = combinations > 0 && combinations <= MAX_COMBINATIONS;
    if (judged && combine(choices).some((list) => dataDigestOf(list) === actual)) continue;
    // Files of a superseded drop need not have been published: the digests that are named for it may all be those of others.
    if (!judged || (call.last as boolean[]).includes(false)) open++;
    else {
      findings.add({
        code: "ANCHOR_DIGEST_WRONG",
        subject: `drops ${first} to ${first + Number(call.drops) - 1}`,
        expected: dataDigestOf(choices.map((list) => list[0] as Hex)),
        actual,
        block: Number(call.block),
        transaction: blobHex(call.tx),
      });
    }
  }
  return { calls: calls.length, open };
}

function known(digest: Hex | undefined): Hex[] {
  return digest === undefined ? [] : [digest];
}

/**
 * What a drop's digest may be (docs/protocol.md 12.1): that of its readings, or with awards the hash of both. Of a superseded
 * drop nobody knows whether the files that were named later belonged to it.
 */
function dropDigests(readings: readonly Hex[], awards: readonly Hex[], isLast: boolean): Hex[] {
  if (awards.length === 0) return [...readings];
  const beside = isLast && readings.length > 0 ? readings : [...readings, ZERO_HASH];
  const both = combine([beside, awards]).map(dataDigestOf);
  return isLast ? both : [...readings, ...both];
}

/** Calls that name one file each: settlements and polls' results. The query's columns: number, rows, data_digest, block, tx. */
async function findWrongSingles(
  { database, findings }: AuditContext,
  digests: ReadonlyMap<string, Hex>,
  of: { code: "DAY_DIGEST_WRONG" | "POLL_DIGEST_WRONG"; kind: "day" | "poll"; calls: string },
): Promise<number> {
  const calls = await database.rows(of.calls);
  for (const row of calls) {
    const number = Number(row.number);
    const digest = Number(row.rows) === 0 ? ZERO_HASH : digests.get(FILE_KINDS[of.kind].path(number));
    const actual = blobHex(row.data_digest);
    if (digest === undefined || dataDigestOf([digest]) === actual) continue;
    findings.add({
      code: of.code,
      subject: `${of.kind} ${number}`,
      expected: dataDigestOf([digest]),
      actual,
      block: Number(row.block),
      transaction: blobHex(row.tx),
    });
  }
  return calls.length;
}

/** `keccak256(abi.encodePacked(digests))`. */
function dataDigestOf(digests: readonly Hex[]): Hex {
  return keccak(concatBytes(...digests.map((digest) => fromHex(digest, 32))));
}

/** Every way to take one of each list. */
function combine(choices: readonly (readonly Hex[])[]): Hex[][] {
  return choices.reduce<Hex[][]>((heads, list) => heads.flatMap((head) => list.map((next) => [...head, next])), [[]]);
}
