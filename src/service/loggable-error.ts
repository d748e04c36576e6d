import { CairnError } from "../protocol/errors.ts";

/** What a log may say of an error. */
export interface LoggableError {
  readonly type: string;
  readonly code?: string;
  readonly message?: string;
  /** Places in the code, without the message that a stack begins with. */
  readonly stack: readonly string[];
  readonly cause?: LoggableError;
}

/** Causes that are told, one beneath the other. */
const MAX_DEPTH = 4;

/**
 * What a log may say of an error: our own words, and of other people's errors only what they are called and where they
 * come from. Their messages may hold an RPC's URL, and with it somebody's key.
 */
export function loggableError(error: unknown, depth = 0): LoggableError {
  if (!(error instanceof Error)) return { type: typeof error, stack: [] };
  const code = error instanceof CairnError ? error.code : (error as NodeJS.ErrnoException).code;
  const { cause } = error;
  return {
    type: error.name,
    ...(code === undefined ? {} : { code: String(code) }),
    ...(error instanceof CairnError ? { message: error.message } : {}),
    stack: (error.stack ?? "").split("\n").filter((line) => /^\s+at /.test(line)),
    ...(cause === undefined || depth === MAX_DEPTH ? {} : { cause: loggableError(cause, depth + 1) }),
  };
}
