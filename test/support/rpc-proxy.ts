import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** What a fault does to one JSON-RPC call. */
export type Fault =
  /** The node never hears of it, and the connection breaks. */
  | "lose-request"
  /** The node carries it out, and its answer is lost. */
  | "lose-answer"
  /** The node carries it out, and an error comes back all the same. */
  | "say-error"
  /** The server in front of the node fails, or has had enough. */
  | "status-429"
  | "status-500"
  | "status-502"
  /** The node never hears of it, and the caller waits for ever. */
  | "hold-request"
  /** The node carries it out, and the caller waits for the answer for ever. */
  | "hold-answer";

/** One JSON-RPC call. */
export interface RpcCall {
  readonly method: string;
  readonly params: readonly unknown[];
}

/** What comes back for it. */
export interface RpcAnswer {
  readonly result?: unknown;
  readonly error?: { readonly code: number; readonly message: string; readonly data?: unknown };
}

/** Stands between caller and node: may change the call, not pass it on, or change the answer. */
export type Interceptor = (call: RpcCall, forward: (call: RpcCall) => Promise<RpcAnswer>) => Promise<RpcAnswer>;

/** A proxy before a node that can be told to spoil calls. */
export interface FaultyProxy {
  readonly url: string;
  /** Methods that were passed on or spoilt, in order. */
  readonly calls: readonly string[];
  /**
   * Spoils the next `times` calls of a method, or every call of any method with `*`.
   * @param skip Calls of the method that are left alone before.
   * @returns When the first call is spoilt.
   */
  spoil(method: string, fault: Fault, times: number, skip?: number): Promise<void>;
  /** Puts an interceptor before every call that is not spoilt. */
  intercept(interceptor: Interceptor): void;
  /** Spoils nothing more, and ends the waiting of callers that are held. */
  heal(): void;
  stop(): Promise<void>;
}

const JSON_HEADERS = { "content-type": "application/json" };

/** What `say-error` answers: one of the wordings in which nodes refuse what they have done. */
const SAID_ERROR = { code: -32_603, message: "nonce too low: transaction already imported" };

/** Starts a proxy on a free port of loopback. @param target URL of the node. */
export async function startProxy(target: string): Promise<FaultyProxy> {
  const calls: string[] = [];
  const faults = new Map<string, { fault: Fault; times: number; skip: number; spoilt: () => void }>();
  const held = new Set<IncomingMessage>();
  let interceptor: Interceptor | undefined;
  const take = (method: string) => {
    const entry = faults.get(method) ?? faults.get("*");
    if (entry === undefined || entry.times === 0) return undefined;
    if (entry.skip-- > 0) return undefined;
    entry.times--;
    return entry;
  };
  const forward = async ({ method, params }: RpcCall): Promise<RpcAnswer> => {
    const body = JSON.stringify({ jsonrpc: "2.0", id: 1, method, params });
    const answer = await fetch(target, { method: "POST", headers: JSON_HEADERS, body });
    const { result, error } = (await answer.json()) as RpcAnswer;
    return error === undefined ? { result } : { error };
  };
  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<unknown> => {
    const { id, method, params } = JSON.parse(await bodyOf(request)) as RpcCall & { id: number };
    calls.push(method);
    const { fault, spoilt } = take(method) ?? {};
    if (fault !== undefined && fault !== "hold-answer") spoilt?.();
    if (fault === "hold-request") return held.add(request);
    if (fault === "lose-request") return request.socket.destroy();
    if (fault?.startsWith("status-")) return response.writeHead(Number(fault.slice(7))).end("not now");
    const call = { method, params };
    const answer = await (fault === undefined && interceptor ? interceptor(call, forward) : forward(call));
    if (fault === "hold-answer") {
      held.add(request);
      return spoilt?.();
    }
    if (fault === "lose-answer") return request.socket.destroy();
    const said = fault === "say-error" ? { error: SAID_ERROR } : answer;
    return response.writeHead(200, JSON_HEADERS).end(JSON.stringify({ jsonrpc: "2.0", id, ...said }));
  };
  const server = createServer((request, response) => {
    // A node that is away looks through the proxy as it would without one.
    void serve(request, response).catch(() => request.socket.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    calls,
    spoil(method, fault, times, skip = 0) {
      return new Promise((spoilt) => {
        faults.set(method, { fault, times, skip, spoilt });
      });
    },
    intercept(next) {
      interceptor = next;
    },
    heal() {
      faults.clear();
      interceptor = undefined;
      for (const request of held) request.socket.destroy();
      held.clear();
    },
    stop() {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}
