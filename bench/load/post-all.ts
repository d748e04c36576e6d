import { Agent, request } from "node:http";
import type { Lane } from "./requests.ts";

/** How long a delivery took. */
export interface Timing {
  /** From the first request to the last answer, seconds. */
  readonly seconds: number;
  /** Of each request, milliseconds, in order of size. */
  readonly latenciesMs: readonly number[];
}

/**
 * Posts all requests, each lane over a connection of its own, one request at a time.
 * @param check Looks at each answer; throws when something was not taken.
 */
export async function postAll(url: string, lanes: readonly Lane[], check: (answer: string) => void): Promise<Timing> {
  const latenciesMs: number[] = [];
  const startedAt = performance.now();
  await Promise.all(
    lanes.map(async (bodies) => {
      const agent = new Agent({ keepAlive: true, maxSockets: 1 });
      for (const body of bodies) {
        const sentAt = performance.now();
        check(await post(url, agent, body));
        latenciesMs.push(performance.now() - sentAt);
      }
      agent.destroy();
    }),
  );
  const seconds = (performance.now() - startedAt) / 1_000;
  return { seconds, latenciesMs: latenciesMs.sort((a, b) => a - b) };
}

function post(url: string, agent: Agent, body: Buffer): Promise<string> {
  const headers = { "content-type": "application/json", "content-length": body.length };
  return new Promise((resolve, reject) => {
    const sent = request(url, { agent, method: "POST", headers }, (answer) => {
      const parts: Buffer[] = [];
      answer.on("data", (part: Buffer) => parts.push(part));
      answer.on("end", () => resolve(Buffer.concat(parts).toString()));
      answer.on("error", reject);
    });
    sent.on("error", reject);
    sent.end(body);
  });
}
