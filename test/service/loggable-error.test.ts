import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { createChainClient, reach } from "../../src/chain/client.ts";
import { CairnError } from "../../src/protocol/errors.ts";
import { loggableError } from "../../src/service/loggable-error.ts";

describe("what a log says of an error", () => {
  test("when a node with a key in its URL does not answer, the key is not in it", async () => {
    const client = createChainClient("http://127.0.0.1:1/v3/my-secret-key", { timeoutMs: 1_000 });
    const error = await reach(client.getChainId()).catch((thrown: unknown) => thrown);
    assert.ok(error instanceof CairnError);
    assert.match(String((error.cause as Error).message), /my-secret-key/, "the cause does hold it");
    const logged = JSON.stringify(loggableError(error));
    assert.doesNotMatch(logged, /my-secret-key/);
    assert.match(logged, /CHAIN_UNREACHABLE/);
    assert.match(logged, /HttpRequestError/);
  });

  test("given one of our own, its message and its place are told", () => {
    const logged = loggableError(new CairnError("NOT_FOUND", "no such drop"));
    assert.equal(logged.code, "NOT_FOUND");
    assert.match(logged.message as string, /no such drop/);
    assert.match(logged.stack[0] as string, /loggable-error\.test/);
  });

  test("when something else than an error was thrown, only its type is told", () => {
    assert.deepEqual(loggableError("my-secret-key"), { type: "string", stack: [] });
  });
});
