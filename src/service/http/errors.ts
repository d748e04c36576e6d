import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { CairnError, type ErrorCode, type ErrorKind } from "../../protocol/errors.ts";
import { storeError } from "../../storage/failure.ts";

const STATUS_OF_KIND: Readonly<Record<ErrorKind, number>> = {
  input: 400,
  conflict: 409,
  unavailable: 503,
  invariant: 500,
};
const STATUS_OF_CODE: Partial<Readonly<Record<ErrorCode, number>>> = {
  API_KEY_INVALID: 401,
  BODY_TOO_LARGE: 413,
  // While a service runs, these are its operator's to mend, as when the database refuses it: the caller tries again.
  CONFIG_INVALID: 503,
  FILE_UNREADABLE: 503,
  NOT_FOUND: 404,
};
const RETRY_AFTER_S = "1";

/** The body of an error. */
function errorBody(error: CairnError): { error: { code: ErrorCode; message: string; details?: object } } {
  const details = Object.keys(error.details).length === 0 ? {} : { details: error.details };
  return { error: { code: error.code, message: error.message, ...details } };
}

/** Maps whatever a handler or Fastify throws to a code of the registry. */
function toCairnError(error: unknown): CairnError {
  const known = storeError(error);
  if (known instanceof CairnError) return known;
  const { code, statusCode, validation, message } = error as FastifyError;
  if (code === "FST_ERR_CTP_BODY_TOO_LARGE") return new CairnError("BODY_TOO_LARGE", undefined, { cause: error });
  if (validation?.some(({ keyword }) => keyword === "maxItems")) {
    return new CairnError("BODY_TOO_LARGE", message, { cause: error });
  }
  const isCallersFault = validation !== undefined || (statusCode !== undefined && statusCode < 500);
  if (isCallersFault) return new CairnError("BODY_INVALID", message, { cause: error });
  return new CairnError("UNEXPECTED", undefined, { cause: error });
}

/** Answers every error in one form, whatever threw it. */
export function installErrorHandling(app: FastifyInstance): void {
  app.setErrorHandler((error: unknown, request: FastifyRequest, reply: FastifyReply) => {
    const cairn = toCairnError(error);
    const status = STATUS_OF_CODE[cairn.code] ?? STATUS_OF_KIND[cairn.kind];
    if (status >= 500) request.log[status === 500 ? "error" : "warn"]({ err: error }, cairn.code);
    if (status === 503) reply.header("retry-after", RETRY_AFTER_S);
    return reply.status(status).send(errorBody(cairn));
  });
  app.setNotFoundHandler((_request, reply) =>
    reply.status(404).send(errorBody(new CairnError("NOT_FOUND", "there is no such path"))),
  );
}
