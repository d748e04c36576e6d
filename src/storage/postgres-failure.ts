import { CairnError } from "../protocol/errors.ts";

// SQLSTATE codes (PostgreSQL, appendix A), and those of Node.js for a connection.
const DISK_FULL = "53100";
const UNAVAILABLE: ReadonlySet<string> = new Set([
  "25006", // read_only_sql_transaction: this server is a standby
  "25P03", // idle_in_transaction_session_timeout
  "40001", // serialization_failure
  "40P01", // deadlock_detected
  "53200", // out_of_memory
  "53300", // too_many_connections
  "55P03", // lock_not_available
  "57014", // query_canceled
  "57P01", // admin_shutdown
  "57P02", // crash_shutdown
  "57P03", // cannot_connect_now
  "57P05", // idle_session_timeout
  "ECONNREFUSED",
  "ECONNRESET",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "ENOENT",
  "ENOTFOUND",
  "EAI_AGAIN",
  "EPIPE",
  "ETIMEDOUT",
]);
const UNAVAILABLE_CLASS = "08";
const DAMAGED: ReadonlySet<string> = new Set(["XX001", "XX002"]);
/** Of the address in the configuration: its user, password, database, or right to make tables. */
const MISCONFIGURED: ReadonlySet<string> = new Set(["28000", "28P01", "3D000", "42501"]);

/** The driver's words for a statement that was not answered in time. */
const UNANSWERED = "Query read timeout";
/** Words by which the driver says that a connection is gone: these errors of its own have no code. */
const LOST_CONNECTION =
  /^(?:Connection terminated|Client has encountered a connection error|Client was closed|timeout e)/;

/**
 * What an error of PostgreSQL or of the connection to it means: STORE_UNAVAILABLE when it may be tried again, STORE_FULL,
 * STORE_DAMAGED, CONFIG_INVALID, or the error as it is. The address is in none of them.
 */
function postgresError(error: unknown): unknown {
  if (!(error instanceof Error) || error instanceof CairnError) return error;
  const code = String((error as { code?: unknown }).code ?? "");
  if (code === DISK_FULL) return new CairnError("STORE_FULL", undefined, { cause: error });
  if (DAMAGED.has(code)) return new CairnError("STORE_DAMAGED", undefined, { cause: error });
  if (MISCONFIGURED.has(code)) {
    const details = { field: "databaseUrl", code };
    return new CairnError("CONFIG_INVALID", "databaseUrl: the database refuses it", { details, cause: error });
  }
  const isLost = LOST_CONNECTION.test(error.message) || error.message === UNANSWERED;
  if (UNAVAILABLE.has(code) || code.startsWith(UNAVAILABLE_CLASS) || isLost) {
    return new CairnError("STORE_UNAVAILABLE", undefined, { details: code === "" ? {} : { code }, cause: error });
  }
  return error;
}

/** Whether an error of {@link guardPostgres} says that a statement was not answered in time. */
export function isUnanswered(error: unknown): error is CairnError {
  return error instanceof CairnError && error.cause instanceof Error && error.cause.message === UNANSWERED;
}

/** Waits for a database; its errors come out as codes of the registry. */
export async function guardPostgres<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    throw postgresError(error);
  }
}
