import type { Hex } from "../../protocol/codec/bytes.ts";
import type { Pool } from "../hash/pool.ts";
import type { SignedDigest } from "../hash/signers.ts";
import { type AuditDatabase, blobHex, type Cell } from "../store/database.ts";

/** A pool that finds out only once, over all audits, who signed something. */
export function withKnownSigners(pool: Pool, database: AuditDatabase): Pool {
  return {
    width: pool.width,
    examine: (kind, batch) => pool.examine(kind, batch),
    close: () => pool.close(),
    async recoverSigners(signed) {
      const known = await knownSigners(database, signed);
      const rest = signed.filter((_, at) => !known.has(at));
      const recovered = await pool.recoverSigners(rest);
      await keep(database, rest, recovered);
      let next = 0;
      return signed.map((_, at) => (known.has(at) ? known.get(at) : recovered[next++]));
    },
  };
}

/** Signers by place; a place that is there without one holds no signature. */
async function knownSigners(
  database: AuditDatabase,
  signed: readonly SignedDigest[],
): Promise<Map<number, Hex | undefined>> {
  await database.run("DELETE FROM asked_signer");
  await database.append(
    "asked_signer",
    signed.map(({ digest, signature }, at): Cell[] => [at, digest, signature]),
  );
  const rows = await database.rows(
    "SELECT a.place, any_value(s.signer) AS signer FROM asked_signer a JOIN state.signer s USING (digest, signature) GROUP BY a.place",
  );
  return new Map(rows.map(({ place, signer }) => [Number(place), signer === null ? undefined : blobHex(signer)]));
}

async function keep(
  database: AuditDatabase,
  signed: readonly SignedDigest[],
  signers: readonly (Hex | undefined)[],
): Promise<void> {
  await database.append(
    "found_signer",
    signed.map(({ digest, signature }, at): Cell[] => [digest, signature, signers[at] ?? null]),
  );
  await database.run("INSERT INTO state.signer SELECT DISTINCT * FROM found_signer");
  await database.run("DELETE FROM found_signer");
}
