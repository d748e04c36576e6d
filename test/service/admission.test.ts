import assert from "node:assert/strict";
import { once } from "node:events";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, type TestContext, test } from "node:test";
import Fastify from "fastify";
import { type AdmissionLimits, type DiskReserve, limitAdmission } from "../../src/service/http/admission.ts";
import type { App } from "../../src/service/http/app-type.ts";
import { installErrorHandling } from "../../src/service/http/errors.ts";

const ROOMY: AdmissionLimits = { requests: 100, bodyBytes: 1_000_000, heapShare: 1 };

interface Posted {
  readonly status: number;
  readonly code: string | undefined;
  readonly retryAfter: string | null;
}

/** An application whose one route answers when the test says so. */
async function applicationFor(context: TestContext, change: Partial<AdmissionLimits>, reserve?: DiskReserve) {
  const app = Fastify({ bodyLimit: 1_000 }) as unknown as App;
  const gates: (() => void)[] = [];
  let arrived = (): void => {};
  installErrorHandling(app);
  limitAdmission(app, { ...ROOMY, ...change }, reserve);
  app.post("/work", async () => {
    const gate = Promise.withResolvers<void>();
    gates.push(gate.resolve);
    arrived();
    await gate.promise;
    return {};
  });
  app.get("/look", () => ({}));
  app.get("/healthz", () => ({}));
  const url = await app.listen({ host: "127.0.0.1", port: 0 });
  context.after(() => app.close());
  return {
    url,
    async post(body = "{}"): Promise<Posted> {
      const answer = await fetch(`${url}/work`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body,
      });
      const { error } = (await answer.json()) as { error?: { code: string } };
      return { status: answer.status, code: error?.code, retryAfter: answer.headers.get("retry-after") };
    },
    get: async (path: string) => (await fetch(`${url}${path}`)).status,
    /** Waits until a request has come through to its route. */
    untilArrived(): Promise<void> {
      return new Promise((resolve) => {
        arrived = resolve;
      });
    },
    finishAll(): void {
      for (const finish of gates.splice(0)) finish();
    },
  };
}

const REFUSED: Posted = { status: 503, code: "OVERLOADED", retryAfter: "1" };
const DONE: Posted = { status: 200, code: undefined, retryAfter: null };

describe("a service under load", () => {
  test("when too many requests are under way, the next is refused, and taken once one is done", async (context) => {
    const service = await applicationFor(context, { requests: 1 });
    const arrival = service.untilArrived();
    const first = service.post();
    await arrival;
    assert.deepEqual(await service.post(), REFUSED);
    service.finishAll();
    assert.deepEqual(await first, DONE);
    const next = service.untilArrived();
    const second = service.post();
    await next;
    service.finishAll();
    assert.deepEqual(await second, DONE);
  });

  test("when the bodies together would be too large, the next is refused", async (context) => {
    const service = await applicationFor(context, { bodyBytes: 150 });
    const arrival = service.untilArrived();
    const first = service.post(JSON.stringify("x".repeat(98)));
    await arrival;
    assert.deepEqual(await service.post(JSON.stringify("x".repeat(98))), REFUSED);
    const small = service.untilArrived();
    const second = service.post();
    await small;
    service.finishAll();
    assert.deepEqual(await Promise.all([first, second]), [DONE, DONE]);
  });

  test("how it is, it tells all the same", async (context) => {
    const service = await applicationFor(context, { requests: 0 });
    assert.deepEqual([await service.get("/look"), await service.get("/healthz")], [503, 200]);
  });

  test("when memory runs out, all but that is refused", async (context) => {
    const service = await applicationFor(context, { heapShare: 0 });
    assert.deepEqual([await service.post(), await service.get("/healthz")], [REFUSED, 200]);
  });

  test("a client that goes away in the middle of its body frees its place", async (context) => {
    const service = await applicationFor(context, { requests: 1 });
    const socket = connect(Number(new URL(service.url).port), "127.0.0.1");
    socket.write("POST /work HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 500\r\n\r\n{");
    while ((await service.get("/look")) !== 503) await new Promise(setImmediate);
    socket.destroy();
    await once(socket, "close");
    while ((await service.get("/look")) !== 200) await new Promise(setImmediate);
  });

  test("while the disk's reserve is touched, what would write is refused and what reads is answered", async (context) => {
    const service = await applicationFor(context, {}, { folders: [tmpdir()], bytes: Number.MAX_SAFE_INTEGER });
    assert.deepEqual(await service.post(), { status: 503, code: "STORE_FULL", retryAfter: "1" });
    assert.equal(await service.get("/look"), 200);
  });

  test("when one of several folders has no space, or is not there, that counts", async (context) => {
    const missing = join(tmpdir(), "there is no such folder");
    const service = await applicationFor(context, {}, { folders: [tmpdir(), missing], bytes: 0 });
    assert.equal((await service.post()).code, "STORE_FULL");
  });
});
