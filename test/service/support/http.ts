import { once } from "node:events";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";

/** What a server under a test's control answers; undefined keeps the caller waiting. */
export interface Answer {
  readonly status?: number;
  readonly type?: string;
  readonly body: unknown;
}

/** A request with its body, parsed from JSON. */
export interface Asked {
  readonly headers: IncomingMessage["headers"];
  readonly body: Record<string, unknown>;
}

/** Serves JSON on a free port of this machine. */
export async function serveJson(answer: (asked: Asked) => Promise<Answer | undefined>) {
  const server = createServer(async (request, response) => {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part as Buffer);
    const body = JSON.parse(Buffer.concat(parts).toString()) as Record<string, unknown>;
    const given = await answer({ headers: request.headers, body });
    if (given === undefined) return;
    response.writeHead(given.status ?? 200, { "content-type": given.type ?? "application/json" });
    response.end(JSON.stringify(given.body));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async stop(): Promise<void> {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}
