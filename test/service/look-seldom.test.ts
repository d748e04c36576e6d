import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { lookSeldom } from "../../src/service/look-seldom.ts";

describe("looking seldom", () => {
  test("within a second, whoever asks gets what was seen; then there is another look", async () => {
    let [now, looks] = [0, 0];
    const ask = lookSeldom(
      async () => ++looks,
      () => now,
    );
    assert.deepEqual(await Promise.all([ask(), ask()]), [1, 1]);
    now = 1_000;
    assert.equal(await ask(), 1);
    now = 1_001;
    assert.equal(await ask(), 2);
  });
});
