import assert from "node:assert/strict";
import { once } from "node:events";
import { connect } from "node:net";
import { describe, type TestContext, test } from "node:test";
import { pino } from "pino";
import { CairnError } from "../../src/protocol/index.ts";
import type { App } from "../../src/service/http/app-type.ts";
import { createBaseApp } from "../../src/service/http/base-app.ts";

async function appFor(context: TestContext): Promise<App> {
  const app = await createBaseApp({
    ...{ log: pino({ level: "silent" }), title: "Test", description: "A test's", version: "1" },
    ...{ bodyLimit: 1_000, reserve: { folders: [], bytes: 0 } },
  });
  context.after(() => app.close());
  return app;
}

describe("a service's HTTP application", () => {
  test("while it stops, who had begun to ask is refused in the form of every error, and told to come again", async (context) => {
    const app = await appFor(context);
    app.get("/look", () => ({}));
    const { port } = new URL(await app.listen({ host: "127.0.0.1", port: 0 }));
    const socket = connect(Number(port), "127.0.0.1");
    context.after(() => socket.destroy());
    const begun = once(app.server, "connection");
    socket.write("GET /look HTTP/1.1\r\nhost: x\r\n");
    const [taken] = await begun;
    await once(taken, "data");
    const closed = app.close();
    socket.end("\r\n");
    const chunks: Buffer[] = [];
    for await (const chunk of socket) chunks.push(chunk as Buffer);
    const answer = Buffer.concat(chunks).toString();
    await closed;
    assert.match(answer, /^HTTP\/1\.1 503 /);
    assert.match(answer, /^retry-after: 1\r$/im);
    assert.match(answer, /\{"error":\{"code":"PROGRAMME_STOPPED",/);
  });

  test("a connection that stands still is cut off some time", async (context) => {
    const app = await appFor(context);
    assert.ok(app.server.timeout > 0);
  });

  for (const code of ["CONFIG_INVALID", "FILE_UNREADABLE"] as const) {
    test(`when ${code} comes up while it runs, the caller is told to come again, not that it was wrong`, async (context) => {
      const app = await appFor(context);
      app.get("/look", () => {
        throw new CairnError(code);
      });
      const { statusCode, headers } = await app.inject({ url: "/look" });
      assert.deepEqual([statusCode, headers["retry-after"]], [503, "1"]);
    });
  }
});
