import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { HttpRequestError, RpcRequestError } from "viem";
import { CairnError } from "../../src/protocol/index.ts";
import { askAgain } from "../../src/service/ask-again.ts";

const URL = "http://127.0.0.1";
const REFUSED = new RpcRequestError({ body: {}, url: URL, error: { code: -32_000, message: "header not found" } });
const AWAY = new HttpRequestError({ url: URL });

/** Fails so often, and then gives the number of the call. */
function failing(times: number, cause: Error): { ask: () => Promise<number>; asked: () => number } {
  let asked = 0;
  return {
    asked: () => asked,
    async ask() {
      if (++asked <= times) throw new CairnError("CHAIN_UNREACHABLE", undefined, { cause });
      return asked;
    },
  };
}

describe("asking a node again", () => {
  test("when it answers that it cannot say, it is asked at once again", async () => {
    assert.equal(await askAgain(failing(2, REFUSED).ask), 3);
  });

  test("when it never can, it is given up", async () => {
    const { ask, asked } = failing(9, REFUSED);
    await assert.rejects(askAgain(ask), { code: "CHAIN_UNREACHABLE" });
    assert.equal(asked(), 3);
  });

  test("when it does not answer at all, it is left alone", async () => {
    const { ask, asked } = failing(1, AWAY);
    await assert.rejects(askAgain(ask), { code: "CHAIN_UNREACHABLE" });
    assert.equal(asked(), 1);
  });
});
