import { CairnError, ERROR_CODES, type ErrorCode } from "../protocol/index.ts";

/** The HTTP API of a service of the programme. */
export interface ServiceApi {
  readonly url: string;
  /** @throws The service's own error by its code; the code for its absence when it does not answer. */
  get(path: string): Promise<unknown>;
  /** @throws The service's own error by its code; the code for its absence when it does not answer. */
  post(path: string, body: unknown): Promise<unknown>;
}

/** Which service it is. */
export interface ServiceOptions {
  /** Its base URL, http or https. */
  readonly url: string;
  /** For people: "relayer". */
  readonly name: string;
  /** The code that says that it does not answer. */
  readonly away: ErrorCode;
  /** Goes with every request, as a bearer token (RFC 6750). */
  readonly apiKey: string | undefined;
}

/** Longest wait for one answer, milliseconds. */
const ANSWER_TIMEOUT_MS = 30_000;

/**
 * A client of a service's HTTP API.
 * @throws ARGUMENT_INVALID when its URL is not http or https.
 */
export function createServiceApi({ url, name, away, apiKey }: ServiceOptions): ServiceApi {
  if (!/^https?:\/\//.test(url)) throw new CairnError("ARGUMENT_INVALID", `the ${name}'s URL is not http or https`);
  const base = url.replace(/\/+$/, "");
  const authorization = apiKey === undefined ? {} : { authorization: `Bearer ${apiKey}` };
  return {
    url: base,
    get: (path) => request(`${base}${path}`, { headers: authorization }, away),
    post: (path, body) =>
      request(
        `${base}${path}`,
        {
          method: "POST",
          headers: { "content-type": "application/json", ...authorization },
          body: JSON.stringify(body, (_, value) => (typeof value === "bigint" ? value.toString() : value)),
        },
        away,
      ),
  };
}

async function request(url: string, init: RequestInit, away: ErrorCode): Promise<unknown> {
  let response: Response;
  let body: unknown;
  try {
    response = await fetch(url, { ...init, signal: AbortSignal.timeout(ANSWER_TIMEOUT_MS) });
    body = await response.json();
  } catch (cause) {
    throw new CairnError(away, undefined, { cause });
  }
  if (response.ok) return body;
  const { error } = (body ?? {}) as { error?: ErrorBody };
  throw knownError(error, { away, explanation: `status ${response.status}` });
}

/** An error object of an API. */
interface ErrorBody {
  readonly code?: unknown;
  readonly message?: unknown;
  readonly details?: unknown;
}

/**
 * An error object of an API as an error of ours.
 * @param otherwise What it is when it is not of the agreed form.
 */
export function knownError(
  error: ErrorBody | undefined,
  otherwise: { readonly away: ErrorCode; readonly explanation: string },
): CairnError {
  const code = error?.code;
  if (typeof code !== "string" || !Object.hasOwn(ERROR_CODES, code)) {
    return new CairnError(otherwise.away, otherwise.explanation);
  }
  const { message } = ERROR_CODES[code as ErrorCode];
  const said = typeof error?.message === "string" ? error.message : "";
  const explanation = said.startsWith(message) ? said.slice(message.length).replace(/^: /, "") : said;
  const details = typeof error?.details === "object" && error.details !== null ? { ...error.details } : {};
  return new CairnError(code as ErrorCode, explanation, { details });
}
