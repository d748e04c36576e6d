import type { Interceptor, RpcAnswer, RpcCall } from "../../support/rpc-proxy.ts";

interface Block {
  readonly number: string;
}

/**
 * Two nodes behind one URL, asked in turn, of which the second lags behind: it does not know the newest blocks, nor what is
 * in them. Like go-ethereum it refuses ranges of logs beyond its head.
 * @param lag Blocks by which it lags.
 */
export function laggingReplica(lag: number): Interceptor {
  let asked = 0;
  return async (call, forward) => {
    if (asked++ % 2 === 0 || call.method === "eth_sendRawTransaction") return forward(call);
    const newest = (await forward({ method: "eth_getBlockByNumber", params: ["latest", false] })).result as Block;
    return answerBy(Number(newest.number) - lag, call, forward);
  };
}

async function answerBy(
  head: number,
  { method, params }: RpcCall,
  forward: (call: RpcCall) => Promise<RpcAnswer>,
): Promise<RpcAnswer> {
  const beyond = (block: unknown) => typeof block === "string" && block.startsWith("0x") && Number(block) > head;
  if (method === "eth_getTransactionReceipt") {
    const { result } = await forward({ method, params });
    return { result: beyond((result as { blockNumber: string } | null)?.blockNumber) ? null : result };
  }
  if (method === "eth_getLogs") {
    const { toBlock } = params[0] as { toBlock: string };
    if (beyond(toBlock)) return { error: { code: -32_000, message: "block range extends beyond current head block" } };
    return forward({ method, params });
  }
  if (params.some(beyond)) return method === "eth_getBlockByNumber" ? { result: null } : unknownBlock();
  return forward({ method, params: params.map((param) => (param === "latest" ? `0x${head.toString(16)}` : param)) });
}

function unknownBlock(): RpcAnswer {
  return { error: { code: -32_000, message: "header not found" } };
}
