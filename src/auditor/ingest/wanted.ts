import type { AuditContext } from "../context.ts";
import type { FileKind } from "../hash/layout.ts";
import { blobHex } from "../store/database.ts";
import { FILE_KINDS } from "./file-kinds.ts";

/** A file that the chain calls for, with the call that does. */
export interface Wanted {
  readonly path: string;
  readonly kind: FileKind;
  readonly number: number;
  readonly block: number;
  readonly transaction: `0x${string}`;
  /** Whether its faults are findings: not for what lies before the first day audited. */
  readonly judged: boolean;
}

/**
 * The files that the chain calls for, also as table `wanted_file`. A drop's root does not tell whether readings or awards
 * stand under it: the manifest does, and the call's dataDigest proves it. Of a drop of which it names neither, readings are
 * missed.
 */
export async function findWanted({ database, deployment, manifest, fromDay }: AuditContext): Promise<Wanted[]> {
  const rows = await database.rows(
    `SELECT 'drop' AS kind, drop_no AS number, day_of_drop(drop_no) AS day, block, tx FROM anchored WHERE NOT empty
     UNION ALL SELECT 'day', day, day, block, tx FROM settled WHERE accounts > 0
     UNION ALL SELECT 'poll', r.poll, day_of(${deployment.genesis}, p.closes_at), r.block, r.tx
     FROM poll_result r JOIN ev_poll p USING (poll) WHERE r.voters > 0
     UNION ALL SELECT 'round', round, day, block, tx FROM ev_round r
     WHERE NOT EXISTS (FROM ev_round_change c WHERE c.round = r.round AND c.kind = 'cancelled') ORDER BY kind, number`,
  );
  const wanted = rows.flatMap((row) => {
    const number = Number(row.number);
    const isNamed = (kind: FileKind) => manifest.newest.has(FILE_KINDS[kind].path(number));
    return kindsOf(row.kind as FileKind, isNamed).map((kind) => ({
      path: FILE_KINDS[kind].path(number),
      kind,
      number,
      block: Number(row.block),
      transaction: blobHex(row.tx),
      judged: Number(row.day) >= fromDay,
    }));
  });
  const cells = wanted.map((file) => [
    ...[file.path, file.kind, file.number, file.block, file.transaction],
    file.judged ? 1 : 0,
  ]);
  await database.append("wanted_file", cells);
  return wanted;
}

function kindsOf(kind: FileKind, isNamed: (kind: FileKind) => boolean): FileKind[] {
  if (kind !== "drop") return [kind];
  if (!isNamed("award")) return ["drop"];
  return isNamed("drop") ? ["drop", "award"] : ["award"];
}

/**
 * Whether a file for which the chain does not call may lie there all the same: what is not anchored or settled yet, a poll
 * without a result that stands, a round that is not opened yet or was cancelled.
 */
export async function mayWait({ database }: AuditContext): Promise<(kind: FileKind, number: number) => boolean> {
  const row = await database.row(
    `SELECT (SELECT count(*) FROM anchored) AS drops, (SELECT count(*) FROM settled) AS days,
       (SELECT count(*) FROM ev_round) AS rounds`,
  );
  const firstPending: Partial<Record<FileKind, number>> = {
    drop: Number(row.drops),
    award: Number(row.drops),
    day: Number(row.days),
    round: Number(row.rounds) + 1,
  };
  const polls = await database.rows(
    "SELECT poll AS number FROM ev_poll WHERE poll NOT IN (SELECT poll FROM poll_result)",
  );
  const rounds = await database.rows("SELECT round AS number FROM ev_round_change WHERE kind = 'cancelled'");
  const open: Partial<Record<FileKind, ReadonlySet<number>>> = {
    poll: new Set(polls.map(({ number }) => Number(number))),
    round: new Set(rounds.map(({ number }) => Number(number))),
  };
  return (kind, number) =>
    number >= (firstPending[kind] ?? Number.POSITIVE_INFINITY) || open[kind]?.has(number) === true;
}
