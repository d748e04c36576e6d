import assert from "node:assert/strict";
import { describe, type TestContext, test } from "node:test";
import { AnchoredDrops } from "../../src/relayer/http/anchored.ts";
import { saveEmptyDrops } from "../../src/relayer/store/closing.ts";
import { keyOf } from "./support/keys.ts";
import { temporaryStore } from "./support/stores.ts";

/** More drops than trees may be made of at once. */
const CLOSED = 5;
/** With one that somebody else anchored, and that is not closed here. */
const DROPS = CLOSED + 1;
/** More requests than that. */
const REQUESTS = 20;

async function anchoredDrops(context: TestContext): Promise<AnchoredDrops> {
  const { store } = await temporaryStore(context);
  for (let drop = 0; drop < DROPS; drop++) {
    const place = { drop_no: drop, root: keyOf(`root ${drop}`), tx: keyOf("transaction"), block: 1 };
    await store.transaction((tx) => tx.insertInto("chain_drops").values(place).execute());
  }
  await store.transaction((tx) => saveEmptyDrops(tx, 0, CLOSED));
  return new AnchoredDrops(store.db);
}

describe("proofs of anchored drops", () => {
  test("when many ask about one drop at once, its tree is made once", async (context) => {
    const drops = await anchoredDrops(context);
    const found = await Promise.all(Array.from({ length: REQUESTS }, () => drops.get(0)));
    assert.ok(found.every((drop) => drop?.size === 0));
  });

  test("when too many trees are to be made at once, one is refused, and made once they are done", async (context) => {
    const drops = await anchoredDrops(context);
    const asked = await Promise.allSettled(Array.from({ length: CLOSED }, (_, drop) => drops.get(drop)));
    assert.deepEqual(
      asked.map((answer) => (answer.status === "rejected" ? answer.reason.code : "found")),
      ["found", "found", "found", "found", "OVERLOADED"],
    );
    assert.ok((await drops.get(CLOSED - 1)) !== undefined);
  });

  test("when a drop is not on the chain, or not closed, there is none", async (context) => {
    const drops = await anchoredDrops(context);
    assert.deepEqual([await drops.get(DROPS), await drops.get(CLOSED)], [undefined, undefined]);
  });
});
