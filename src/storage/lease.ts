import { type Kysely, sql, type Transaction } from "kysely";
import { CairnError } from "../protocol/errors.ts";
import { isPostgres } from "./migration.ts";
import type { Store } from "./open.ts";

/** Who leads, until when, and how often that has changed. */
export interface LeasesTable {
  name: string;
  holder: string;
  /** Grows with every holder: the fencing token. */
  token: number;
  /** By the database's clock, unix milliseconds. */
  expires_ms: number;
  /** {@link LeaseOptions.agreed} of the holder, as JSON. */
  agreed: string;
}

/** The table, with its one row. */
export const LEASES = [
  `create table leases (
    name text primary key, holder text not null, token integer not null, expires_ms integer not null,
    agreed text not null) strict, without rowid`,
  "insert into leases (name, holder, token, expires_ms, agreed) values ('lead', '', 0, 0, '{}')",
] as const;

interface LeaseSchema {
  leases: LeasesTable;
}

/** The only lease there is; its row comes with the table. */
const NAME = "lead";
/** Renewals within the length of a lease. */
const RENEWALS = 3;
/** Of the database: the clocks of the processes do not matter. */
const NOW_MS = sql<number>`(extract(epoch from clock_timestamp()) * 1000)::bigint`;

/** The right to do what only one process at a time may do. */
export interface Leadership {
  /** Whether this process has it, as far as it knows; {@link Leadership.fence} knows better. */
  readonly isHeld: boolean;
  /** Whether another process could have it. */
  readonly isShared: boolean;
  /**
   * Takes it if it is free.
   * @returns Whether this process has it now.
   * @throws CONFIG_INVALID when another process has it that does not agree with this one, naming the field.
   */
  acquire(): Promise<boolean>;
  /** Gives it back, so that another process need not wait for its end. */
  release(): Promise<void>;
  /**
   * A store whose transactions are committed only while this process leads.
   * @returns Its transactions throw LEASE_LOST otherwise, and leave nothing behind.
   */
  fence<Schema>(store: Store<Schema>): Store<Schema>;
}

/** What a lease is taken with. */
export interface LeaseOptions {
  /** Names the process by its place: whoever has the place has ended all that was there before ({@link holderOf}). */
  readonly holder: string;
  readonly lengthMs: number;
  /** What all who take turns must have in common, by the fields of their configurations that say it; no secrets. */
  readonly agreed: Readonly<Record<string, string>>;
}

/** Leadership over a store: an SQLite store has one process anyway. */
export function leadershipOf<Schema extends LeaseSchema>(store: Store<Schema>, options: LeaseOptions): Leadership {
  const { db } = store as unknown as Store<LeaseSchema>;
  return isPostgres(db) ? new Lease(db, options) : SOLE;
}

const SOLE: Leadership = {
  isHeld: true,
  isShared: false,
  acquire: async () => true,
  release: async () => undefined,
  fence: (store) => store,
};

/**
 * A lease in PostgreSQL. It ends by the database's clock unless it is renewed; whoever takes it then gets a higher token, and
 * every transaction of a leader's work looks at the token first. So a process that was halted beyond its lease writes nothing
 * when it wakes, whatever it believes.
 */
class Lease implements Leadership {
  readonly isShared = true;
  readonly #db: Kysely<LeaseSchema>;
  readonly #options: LeaseOptions;
  #token: number | undefined;
  #renewal: NodeJS.Timeout | undefined;

  constructor(db: Kysely<LeaseSchema>, options: LeaseOptions) {
    this.#db = db;
    this.#options = options;
  }

  get isHeld(): boolean {
    return this.#token !== undefined;
  }

  async acquire(): Promise<boolean> {
    if (this.isHeld) return true;
    const { holder, lengthMs } = this.#options;
    const agreed = JSON.stringify(this.#options.agreed);
    const row = await this.#db
      .with("free", (db) =>
        db
          .selectFrom("leases")
          .select("name")
          .where("name", "=", NAME)
          .where((eb) => eb.or([eb("expires_ms", "<=", NOW_MS), eb("holder", "=", holder)]))
          .forUpdate()
          // Whoever holds it in a transaction is alive.
          .skipLocked(),
      )
      .updateTable("leases")
      .from("free")
      .set((eb) => ({ holder, agreed, token: eb("leases.token", "+", 1), expires_ms: sql`${NOW_MS} + ${lengthMs}` }))
      .whereRef("leases.name", "=", "free.name")
      .returning("leases.token")
      .executeTakeFirst();
    if (row === undefined) {
      await this.#requireAgreement();
      return false;
    }
    this.#token = row.token;
    this.#renewal = setInterval(() => void this.#renew(), lengthMs / RENEWALS);
    this.#renewal.unref();
    return true;
  }

  async #requireAgreement(): Promise<void> {
    const row = await this.#db
      .selectFrom("leases")
      .select("agreed")
      .where("name", "=", NAME)
      .where("expires_ms", ">", NOW_MS)
      .executeTakeFirst();
    if (row === undefined) return;
    const [ours, theirs] = [this.#options.agreed, JSON.parse(row.agreed) as Record<string, string>];
    const field = Object.keys({ ...ours, ...theirs }).find((name) => ours[name] !== theirs[name]);
    if (field === undefined) return;
    throw new CairnError("CONFIG_INVALID", `${field} is not that of the process that leads`, { details: { field } });
  }

  async release(): Promise<void> {
    const token = this.#token;
    this.#lose();
    if (token === undefined) return;
    await this.#ownRow(token).set({ expires_ms: 0, holder: "" }).execute();
  }

  fence<Schema>(store: Store<Schema>): Store<Schema> {
    return {
      ...store,
      transaction: (work) =>
        store.transaction(async (tx) => {
          await this.#requireHeld(tx as unknown as Transaction<LeaseSchema>);
          return work(tx);
        }),
    };
  }

  /** Lets renewals pass, and nobody who would take it before this transaction has ended. */
  async #requireHeld(tx: Transaction<LeaseSchema>): Promise<void> {
    const row = await tx.selectFrom("leases").select("token").where("name", "=", NAME).forKeyShare().executeTakeFirst();
    if (this.#token !== undefined && row?.token === this.#token) return;
    this.#lose();
    throw new CairnError("LEASE_LOST");
  }

  /** A database that does not answer ends nothing by itself: then nobody else can take it either. */
  async #renew(): Promise<void> {
    const token = this.#token;
    if (token === undefined) return;
    const expires = sql<number>`${NOW_MS} + ${this.#options.lengthMs}`;
    const renewed = await this.#ownRow(token)
      .set({ expires_ms: expires })
      .executeTakeFirst()
      .catch(() => undefined);
    if (renewed?.numUpdatedRows === 0n && this.#token === token) this.#lose();
  }

  #ownRow(token: number) {
    return this.#db.updateTable("leases").where("name", "=", NAME).where("token", "=", token);
  }

  #lose(): void {
    clearInterval(this.#renewal);
    this.#token = undefined;
  }
}
