import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { CairnError } from "../../src/protocol/index.ts";
import { parseRelayerConfig } from "../../src/relayer/index.ts";
import { keyOf } from "./support/keys.ts";

const good = {
  rpcUrl: "http://127.0.0.1:8545",
  workDir: "somewhere",
  relayerKey: keyOf("relayer"),
  receiptKey: keyOf("receipts"),
};

function fieldOf(config: unknown): unknown {
  try {
    parseRelayerConfig(config);
  } catch (error) {
    assert.ok(error instanceof CairnError);
    assert.equal(error.code, "CONFIG_INVALID");
    return error.details.field;
  }
  return undefined;
}

describe("the configuration", () => {
  test("when only what is needed is given, the rest has its defaults", () => {
    const config = parseRelayerConfig(good);
    assert.deepEqual(
      [config.port, config.pollMs, config.finality, config.anchorEveryDrops, config.deriveKeysFrom],
      [0, 1_000, { depth: 0 }, 1, undefined],
    );
  });

  const wrong: readonly [string, Record<string, unknown>, string][] = [
    ["when a field is unknown", { pollSeconds: 1 }, "pollSeconds"],
    ["when the URL is not http", { rpcUrl: "ws://127.0.0.1" }, "rpcUrl"],
    ["when there is no work folder", { workDir: "" }, "workDir"],
    ["when the database is none of PostgreSQL", { databaseUrl: "mysql://a:b@c/d" }, "databaseUrl"],
    ["when the database's address is no text", { databaseUrl: 5 }, "databaseUrl"],
    ["when the lease is too short", { leaseMs: 499 }, "leaseMs"],
    ["when the port is out of range", { port: 65_536 }, "port"],
    ["when a number is text", { pollMs: "10" }, "pollMs"],
    ["when a flag is text", { failpoints: "true" }, "failpoints"],
    ["when both finality rules are given", { finalFile: "f", finalityDepth: 1 }, "finalFile"],
    ["when a key is too short", { relayerKey: "0x1234" }, "relayerKey"],
    ["when a keystore has no password", { relayerKey: { keystore: "k.json" } }, "relayerKey.passwordFile"],
    ["when a key lies nowhere known", { relayerKey: { vault: "v" } }, "relayerKey"],
    ["when a signing service has no address", { relayerKey: { signingService: "https://keys" } }, "relayerKey.address"],
    ["when one is asked in the clear", { relayerKey: { signingService: "http://keys" } }, "relayerKey.signingService"],
    ["when KMS is asked in the clear", { relayerKey: { awsKms: "k", endpoint: "http://kms" } }, "relayerKey.endpoint"],
    ["when receipts were to be signed elsewhere", { receiptKey: { awsKms: "alias/receipts" } }, "receiptKey"],
    ["when the seed is no hex", { deriveKeysFrom: "7" }, "deriveKeysFrom"],
    ["when nothing may be paid", { maxFeePerGasGwei: 0 }, "maxFeePerGasGwei"],
  ];
  for (const [title, change, field] of wrong) {
    test(`${title}, it is named`, () => assert.equal(fieldOf({ ...good, ...change }), field));
  }

  test("given a wrong key, no message repeats it", () => {
    assert.throws(
      () => parseRelayerConfig({ ...good, relayerKey: "0xsecret" }),
      (error: Error) => !error.message.includes("secret"),
    );
  });

  test("given any value, it is parsed or refused with a code", () => {
    fc.assert(
      fc.property(fc.anything(), (value) => {
        assert.notEqual(fieldOf(value), undefined);
      }),
    );
  });
});
