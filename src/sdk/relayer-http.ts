import { createServiceApi, type ServiceApi } from "./service-http.ts";

/** A relayer's HTTP API (docs/api.md). Whoever does not answer is RELAYER_UNREACHABLE. */
export type RelayerApi = ServiceApi;

/**
 * A client of a relayer's HTTP API.
 * @param url Its base URL, http or https.
 * @throws ARGUMENT_INVALID when it is not such a URL.
 */
export function createRelayerApi(url: string): RelayerApi {
  return createServiceApi({ url, name: "relayer", away: "RELAYER_UNREACHABLE", apiKey: undefined });
}
