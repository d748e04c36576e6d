import { type Postgres, startPostgres } from "../../support/postgres.ts";

const SCHEMA = "cairn_relayer";

/** A PostgreSQL server with the database of one stage. */
export interface StageDatabase {
  readonly server: Postgres;
  readonly url: string;
  /** Rows of the relayers' tables. */
  rows<R extends object>(sql: string): Promise<R[]>;
}

export async function openStageDatabase(): Promise<StageDatabase> {
  const server = await startPostgres();
  const url = await server.createDatabase();
  const tables = new URL(url);
  tables.searchParams.set("options", `-c search_path=${SCHEMA}`);
  return { server, url, rows: (sql) => server.query(tables.href, sql) };
}
