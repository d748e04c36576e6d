import assert from "node:assert/strict";
import { readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { addressOf, KEY_NAMES, keysFromSeed, loadOrMakeKeys, randomKeys } from "../../src/cli/keys.ts";
import { temporaryFolder } from "../support/run-cli.ts";

describe("keys", () => {
  test("when keys are made, every duty has another address", () => {
    const keys = randomKeys();
    assert.equal(new Set(KEY_NAMES.map((name) => addressOf(keys[name]))).size, KEY_NAMES.length);
  });

  test("when the seed is the same, so are the keys; else none is", () => {
    assert.deepEqual(keysFromSeed("7"), keysFromSeed("7"));
    const others = Object.values(keysFromSeed("8"));
    assert.ok(Object.values(keysFromSeed("7")).every((key) => !others.includes(key)));
  });

  test("when they are kept, only their owner can read them, and they come again", () => {
    const path = join(temporaryFolder(), "keys.json");
    const keys = loadOrMakeKeys(path);
    assert.equal(statSync(path).mode & 0o777, 0o600);
    assert.deepEqual(loadOrMakeKeys(path), keys);
  });

  test("when a key in the file is torn, the error names it and does not repeat it", () => {
    const path = join(temporaryFolder(), "keys.json");
    const { relayer } = loadOrMakeKeys(path);
    writeFileSync(path, readFileSync(path, "utf8").replace(relayer, relayer.slice(0, -2)));
    assert.throws(
      () => loadOrMakeKeys(path),
      (error: { code: string; message: string }) =>
        error.code === "CONFIG_INVALID" &&
        /relayer/.test(error.message) &&
        !error.message.includes(relayer.slice(2, 20)),
    );
  });
});
