import { CairnError } from "../protocol/index.ts";

/** Plain JSON-RPC, for the methods of development nodes that viem has no types for. */
export interface Rpc {
  readonly url: string;
  /**
   * @returns The result, of whatever form the method has.
   * @throws CHAIN_UNREACHABLE when the node does not answer, or answers with an error.
   */
  call(method: string, ...params: readonly unknown[]): Promise<unknown>;
}

/** Longest wait for an answer, milliseconds: a large chain takes some time to dump. */
const ANSWER_TIMEOUT_MS = 60_000;

/** Makes a JSON-RPC client. */
export function createRpc(url: string): Rpc {
  let id = 0;
  return {
    url,
    async call(method, ...params) {
      let answer: { result?: unknown; error?: { message?: string } };
      try {
        const response = await fetch(url, {
          method: "POST",
          headers: { "content-type": "application/json" },
          body: JSON.stringify({ jsonrpc: "2.0", id: ++id, method, params }),
          signal: AbortSignal.timeout(ANSWER_TIMEOUT_MS),
        });
        answer = (await response.json()) as typeof answer;
      } catch (cause) {
        throw new CairnError("CHAIN_UNREACHABLE", method, { cause });
      }
      if (answer.error !== undefined) {
        throw new CairnError("CHAIN_UNREACHABLE", `${method}: ${answer.error.message ?? "an error"}`);
      }
      return answer.result;
    },
  };
}
