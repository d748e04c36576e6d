import { createServiceApi, type ServiceApi } from "./service-http.ts";

/** An operator's HTTP API (docs/operator.md). Whoever does not answer is OPERATOR_UNREACHABLE. */
export type OperatorApi = ServiceApi;

/**
 * A client of an operator's HTTP API.
 * @param url Its base URL, http or https.
 * @param apiKey Goes with every request, as a bearer token (RFC 6750); what owners ask needs none.
 * @throws ARGUMENT_INVALID when it is not such a URL.
 */
export function createOperatorApi(url: string, apiKey?: string): OperatorApi {
  return createServiceApi({ url, name: "operator", away: "OPERATOR_UNREACHABLE", apiKey });
}
