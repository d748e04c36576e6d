import { CairnError, ERROR_CODES, type ErrorCode } from "../protocol/index.ts";

/** A relayer's HTTP API (docs/api.md). */
export interface RelayerApi {
  readonly url: string;
  /** @throws The relayer's own error by its code; RELAYER_UNREACHABLE when it does not answer. */
  get(path: string): Promise<unknown>;
  /** @throws The relayer's own error by its code; RELAYER_UNREACHABLE when it does not answer. */
  post(path: string, body: unknown): Promise<unknown>;
}

/** Longest wait for one answer, milliseconds. */
const ANSWER_TIMEOUT_MS = 30_000;

/**
 * A client of a relayer's HTTP API.
 * @param url Its base URL, http or https.
 * @param apiKey Goes with every request, as a bearer token (RFC 6750).
 * @throws ARGUMENT_INVALID when it is not such a URL.
 */
export function createRelayerApi(url: string, apiKey?: string): RelayerApi {
  if (!/^https?:\/\//.test(url)) throw new CairnError("ARGUMENT_INVALID", "the relayer's URL is not http or https");
  const base = url.replace(/\/+$/, "");
  const authorization = apiKey === undefined ? {} : { authorization: `Bearer ${apiKey}` };
  return {
    url: base,
    get: (path) => request(`${base}${path}`, { headers: authorization }),
    post: (path, body) =>
      request(`${base}${path}`, {
        method: "POST",
        headers: { "content-type": "application/json", ...authorization },
        body: JSON.stringify(body, (_, value) => (typeof value === "bigint" ? value.toString() : value)),
      }),
  };
}

async function request(url: string, init: RequestInit): Promise<unknown> {
  let response: Response;
  let body: unknown;
  try {
    response = await fetch(url, { ...init, signal: AbortSignal.timeout(ANSWER_TIMEOUT_MS) });
    body = await response.json();
  } catch (cause) {
    throw new CairnError("RELAYER_UNREACHABLE", undefined, { cause });
  }
  if (!response.ok) throw relayerError(body, response.status);
  return body;
}

/** The error that a relayer answered with, as an error of ours. */
function relayerError(body: unknown, status: number): CairnError {
  const error = (body as { error?: { code?: unknown; message?: unknown; details?: unknown } } | null)?.error;
  return knownError(error, `status ${status}`);
}

/**
 * An error object of the API as an error of ours.
 * @param error `{ code, message, details? }`.
 * @param otherwise What to say when it is not of that form.
 */
export function knownError(
  error: { code?: unknown; message?: unknown; details?: unknown } | undefined,
  otherwise: string,
): CairnError {
  const code = error?.code;
  if (typeof code !== "string" || !(code in ERROR_CODES)) return new CairnError("RELAYER_UNREACHABLE", otherwise);
  const { message } = ERROR_CODES[code as ErrorCode];
  const said = typeof error?.message === "string" ? error.message : "";
  const explanation = said.startsWith(message) ? said.slice(message.length).replace(/^: /, "") : said;
  const details = typeof error?.details === "object" && error.details !== null ? { ...error.details } : {};
  return new CairnError(code as ErrorCode, explanation, { details });
}
