import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

/** What a fault does to one JSON-RPC call. */
type Fault =
  /** The node never hears of it, and the connection breaks. */
  | "lose-request"
  /** The node carries it out, and its answer is lost. */
  | "lose-answer"
  /** The node carries it out, and an error comes back all the same. */
  | "say-error"
  /** The server in front of the node fails. */
  | "status-502"
  /** The node never hears of it, and the caller waits for ever. */
  | "hold-request"
  /** The node carries it out, and the caller waits for the answer for ever. */
  | "hold-answer";

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
  stop(): Promise<void>;
}

export async function startProxy(target: string): Promise<FaultyProxy> {
  const calls: string[] = [];
  const faults = new Map<string, { fault: Fault; times: number; skip: number; spoilt: () => void }>();
  const take = (method: string) => {
    const entry = faults.get(method) ?? faults.get("*");
    if (entry === undefined || entry.times === 0) return undefined;
    if (entry.skip-- > 0) return undefined;
    entry.times--;
    return entry;
  };
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", async () => {
      const body = Buffer.concat(chunks).toString();
      const { method, id } = JSON.parse(body) as { method: string; id: number };
      calls.push(method);
      const { fault, spoilt } = take(method) ?? {};
      if (fault !== undefined && fault !== "hold-answer") spoilt?.();
      if (fault === "hold-request") return;
      if (fault === "lose-request") return request.socket.destroy();
      if (fault === "status-502") return response.writeHead(502).end("bad gateway");
      const headers = { "content-type": "application/json" };
      const answer = await fetch(target, { method: "POST", headers, body });
      const text = await answer.text();
      if (fault === "hold-answer") return spoilt?.();
      if (fault === "lose-answer") return request.socket.destroy();
      response.writeHead(200, headers);
      if (fault === "say-error") {
        const error = { code: -32_603, message: "nonce too low: transaction already imported" };
        return response.end(JSON.stringify({ jsonrpc: "2.0", id, error }));
      }
      return response.end(text);
    });
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
    stop() {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}
