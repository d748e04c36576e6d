import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Hex } from "../../src/protocol/index.ts";
import { creditsThatFit, dropsThatFit, gasForItems, gasOfIntent } from "../../src/relayer/submitter/calls.ts";
import type { StoredIntent } from "../../src/relayer/submitter/intent-calls.ts";

/** EIP-7825. */
const TRANSACTION_GAS = 2n ** 24n;
const ROOT: Hex = `0x${"11".repeat(32)}`;
const EMPTY: Hex = `0x${"00".repeat(32)}`;
const INTENT: StoredIntent = {
  ...{ message: {}, signature: `0x00${"22".repeat(65)}` },
  ...{ deviceSignature: undefined, targetSignature: undefined },
};

describe("what fits into a transaction", () => {
  test("given a block that holds more than a transaction may, the transaction's limit counts", () => {
    assert.equal(gasForItems(60_000_000n), gasForItems(TRANSACTION_GAS));
  });

  test("given a block that holds less, the block's limit counts", () => {
    assert.equal(gasForItems(TRANSACTION_GAS) - gasForItems(TRANSACTION_GAS - 1_000n), 1_000n);
  });

  test("given twice the gas, twice the leaves can be credited", () => {
    const gas = 6_000_000n;
    assert.ok(creditsThatFit(gas) > 0);
    assert.equal(creditsThatFit(2n * gas), 2 * creditsThatFit(gas));
  });

  test("when drops are more than fit, the first ones are taken, and empty ones take less", () => {
    const gas = 1_000_000n;
    const filled = dropsThatFit(Array(1_000).fill(ROOT), gas);
    const empty = dropsThatFit(Array(1_000).fill(EMPTY), gas);
    assert.ok(filled > 0 && filled < empty && empty < 1_000);
    assert.equal(dropsThatFit([ROOT, EMPTY], gas), 2);
  });

  test("when an order may bring a credit along, or a signature asks a contract, an intent needs more", () => {
    const asked: StoredIntent = { ...INTENT, signature: `0x01${"22".repeat(65)}` };
    assert.ok(gasOfIntent("OrderIntent", INTENT) > gasOfIntent("VoucherOrder", INTENT));
    assert.ok(gasOfIntent("ConsentGrant", asked) > gasOfIntent("ConsentGrant", INTENT) + 220_000n);
  });
});
