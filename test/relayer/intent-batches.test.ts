import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { batchIntents, MAX_BATCH, type WaitingIntent } from "../../src/relayer/domain/intent-batches.ts";

const waiting = fc
  .array(
    fc.record({
      kind: fc.constantFrom("grant", "withdraw", "pair"),
      account: fc.constantFrom("a", "b", "c", "d"),
      alone: fc.boolean(),
    }),
    { maxLength: 150 },
  )
  .map((list) => list.map((intent, at): WaitingIntent => ({ seq: at + 1, ...intent })));

describe("batches of intents", () => {
  test("given any intents, each stands in exactly one batch", () => {
    fc.assert(
      fc.property(waiting, (list) => {
        const seqs = batchIntents(list).flatMap((batch) => batch.map(({ seq }) => seq));
        assert.deepEqual(
          [...seqs].sort((a, b) => a - b),
          list.map(({ seq }) => seq),
        );
      }),
    );
  });

  test("given any intents, a batch is of one kind and not too large, and who goes alone is alone", () => {
    fc.assert(
      fc.property(waiting, (list) => {
        for (const batch of batchIntents(list)) {
          assert.equal(new Set(batch.map(({ kind }) => kind)).size, 1);
          assert.ok(batch.length <= MAX_BATCH);
          if (batch.some(({ alone }) => alone)) assert.equal(batch.length, 1);
        }
      }),
    );
  });

  test("given any intents, an account's own are sent in the order in which they came", () => {
    fc.assert(
      fc.property(waiting, (list) => {
        const sent = batchIntents(list).flat();
        for (const account of ["a", "b", "c", "d"]) {
          const seqs = sent.filter((intent) => intent.account === account).map(({ seq }) => seq);
          assert.deepEqual(
            seqs,
            [...seqs].sort((a, b) => a - b),
          );
        }
      }),
    );
  });

  test("when fifty accounts grant, one batch takes them all", () => {
    const list = Array.from({ length: 50 }, (_, at) => ({ seq: at, kind: "grant", account: `${at}`, alone: false }));
    assert.equal(batchIntents(list).length, 1);
  });
});
