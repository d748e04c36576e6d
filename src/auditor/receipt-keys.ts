import type { Hex } from "../protocol/codec/bytes.ts";
import type { AuditContext } from "./context.ts";
import { type AuditDatabase, blobHex } from "./store/database.ts";

interface KeyInterval {
  readonly signer: Hex;
  readonly from: number;
  readonly until: number;
}

const intervals = new WeakMap<AuditDatabase, Promise<readonly KeyInterval[]>>();

/**
 * The receipt keys that were valid at some time in [from, until), by the events of Rules.
 * @param from Unix seconds.
 * @param until Unix seconds.
 */
export async function keysOverlapping(
  { database }: Pick<AuditContext, "database">,
  from: number,
  until: number,
): Promise<Hex[]> {
  let known = intervals.get(database);
  if (known === undefined) {
    known = database.rows("SELECT signer, valid_from, valid_until FROM receipt_key").then((rows) =>
      rows.map((row) => ({
        signer: blobHex(row.signer),
        from: Number(row.valid_from),
        until: Number(row.valid_until),
      })),
    );
    intervals.set(database, known);
  }
  return (await known).filter((key) => key.from < until && from < key.until).map(({ signer }) => signer);
}
