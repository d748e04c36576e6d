import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

const JSON_HEADERS = { "content-type": "application/json" };

/** Stands between operator and relayer, and can keep an answer back. */
export class RelayerProxy {
  readonly #server: Server;
  readonly #target: string;
  #holding: (() => void) | undefined;

  private constructor(target: string) {
    this.#target = target;
    this.#server = createServer((request, response) => {
      void this.#serve(request, response).catch(() => request.socket.destroy());
    });
  }

  static async start(target: string): Promise<RelayerProxy> {
    const proxy = new RelayerProxy(target);
    await new Promise<void>((resolve) => proxy.#server.listen(0, "127.0.0.1", resolve));
    return proxy;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Keeps the next answer back for ever. @returns When the relayer has given it. */
  holdNextAnswer(): Promise<void> {
    return new Promise((resolve) => {
      this.#holding = resolve;
    });
  }

  stop(): Promise<void> {
    this.#server.closeAllConnections();
    return new Promise((resolve) => this.#server.close(() => resolve()));
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks);
    const answer = await fetch(`${this.#target}${request.url}`, { method: "POST", headers: JSON_HEADERS, body });
    const text = await answer.text();
    const held = this.#holding;
    this.#holding = undefined;
    if (held !== undefined) held();
    else response.writeHead(answer.status, JSON_HEADERS).end(text);
  }
}
