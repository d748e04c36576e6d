import {
  type PostgresClient,
  PostgresDialect,
  PostgresDriver,
  type PostgresPool,
  type PostgresPoolClient,
} from "kysely";
import pg from "pg";
import { CairnError } from "../protocol/errors.ts";
import { guardPostgres, isUnanswered } from "./postgres-failure.ts";

/** A store in a PostgreSQL database. */
export interface PostgresPlace {
  /** Where the database is; it may hold a password. */
  readonly databaseUrl: string;
  /** Where the store's tables are; each kind of process has a schema of its own. */
  readonly schema: string;
}

/** Connections that one process holds at most. */
const MAX_CONNECTIONS = 10;
const CONNECT_TIMEOUT_MS = 5_000;
/** After how long without traffic a connection is tried: a host that is gone says nothing. */
const KEEP_ALIVE_MS = 10_000;
/** How long a statement may take: longer than the server lets one wait for a lock, which it says by itself. */
const ANSWER_TIMEOUT_MS = 60_000;
/** OID of int8 (pg_type): it comes as text, since not every value of it fits a number. */
const INT8 = 20;

/**
 * What holds for every connection. A commit is durable when it is answered; whoever waits for a lock is told so after a
 * while; and a process that halts in the middle of a transaction does not hold up the others for ever.
 */
const SESSION = {
  synchronous_commit: "on",
  lock_timeout: "30s",
  idle_in_transaction_session_timeout: "30s",
} as const;

/**
 * Whether a text is the address of a PostgreSQL database.
 * @returns False for anything else; a text that is no URL may hold a password, so it is never repeated.
 */
export function isDatabaseUrl(text: string): boolean {
  return /^postgres(?:ql)?:\/\//.test(text) && URL.canParse(text);
}

/** The Kysely dialect over a pool of connections; it connects when it is first asked something. */
export function postgresDialect({ databaseUrl, schema }: PostgresPlace): PostgresDialect {
  const pool = new pg.Pool({
    connectionString: withSettings(databaseUrl, { ...SESSION, search_path: schema }),
    max: MAX_CONNECTIONS,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    query_timeout: ANSWER_TIMEOUT_MS,
    keepAlive: true,
    keepAliveInitialDelayMillis: KEEP_ALIVE_MS,
    types: { getTypeParser: (oid, format) => (oid === INT8 ? parseInt8 : pg.types.getTypeParser(oid, format)) },
  });
  // A connection may be lost at any moment; whoever uses it next, or uses it now, gets the error.
  pool.on("error", () => undefined);
  pool.on("connect", (client) => client.on("error", () => undefined));
  return new GuardedDialect(pool);
}

/** Settings go into the address, after those that it has already: the driver takes them from nowhere else then. */
function withSettings(databaseUrl: string, settings: Readonly<Record<string, string>>): string {
  const url = new URL(databaseUrl);
  const own = Object.entries(settings).map(([name, value]) => `-c ${name}=${value}`);
  url.searchParams.set("options", [url.searchParams.get("options") ?? "", ...own].join(" ").trim());
  return url.href;
}

function parseInt8(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value)) throw new CairnError("STORE_DAMAGED", "a number in it is above 2^53");
  return value;
}

/** A connection whose errors come out as codes of the registry. */
class GuardedClient {
  readonly #client: pg.PoolClient;
  /** What was lost with it; from then on nothing is asked over it any more. */
  #lost: CairnError | undefined;

  constructor(client: pg.PoolClient) {
    this.#client = client;
  }

  async query(sql: string, parameters: readonly unknown[]): Promise<pg.QueryResult> {
    if (this.#lost !== undefined) throw this.#lost;
    try {
      return await guardPostgres(this.#client.query(sql, [...parameters]));
    } catch (error) {
      // The driver would let all that follows wait behind a statement that is never answered.
      if (isUnanswered(error)) this.#lost = error;
      throw error;
    }
  }

  release(destroy = false): void {
    this.#client.release(destroy || this.#lost !== undefined);
  }
}

/** A pool in the form in which Kysely takes it. */
class GuardedPool implements PostgresPool {
  readonly options = {};
  readonly #pool: pg.Pool;
  readonly #clients = new WeakMap<pg.PoolClient, GuardedClient>();

  constructor(pool: pg.Pool) {
    this.#pool = pool;
  }

  async connect(): Promise<PostgresPoolClient> {
    const client = await guardPostgres(this.#pool.connect());
    const guarded = this.#clients.get(client) ?? new GuardedClient(client);
    this.#clients.set(client, guarded);
    return guarded as unknown as PostgresPoolClient & PostgresClient;
  }

  end(): Promise<void> {
    return this.#pool.end();
  }
}

type Connection = Parameters<PostgresDriver["rollbackTransaction"]>[0];

// When the connection is lost, there is nothing to roll back; the failure of that would hide why.
class ForgivingPostgresDriver extends PostgresDriver {
  override async rollbackTransaction(connection: Connection): Promise<void> {
    await super.rollbackTransaction(connection).catch((error: unknown) => {
      if (!(error instanceof CairnError && error.code === "STORE_UNAVAILABLE")) throw error;
    });
  }
}

class GuardedDialect extends PostgresDialect {
  readonly #pool: GuardedPool;

  constructor(pool: pg.Pool) {
    const guarded = new GuardedPool(pool);
    super({ pool: guarded });
    this.#pool = guarded;
  }

  override createDriver(): PostgresDriver {
    return new ForgivingPostgresDriver({ pool: this.#pool });
  }
}
