import assert from "node:assert/strict";
import { describe, type TestContext, test } from "node:test";
import { ZERO_HASH } from "../../src/protocol/index.ts";
import { AnchoredDrops } from "../../src/relayer/http/anchored.ts";
import { saveEmptyDrops } from "../../src/relayer/store/closing.ts";
import type { Store } from "../../src/relayer/store/open.ts";
import { keyOf } from "./support/keys.ts";
import { temporaryStore } from "./support/stores.ts";

/** More drops than trees may be made of at once. */
const CLOSED = 5;
/** With one that somebody else anchored, and that is not closed here. */
const DROPS = CLOSED + 1;
/** Those with a leaf. */
const FILLED = [1, 2];
/** More requests than that. */
const REQUESTS = 20;

async function anchoredDrops(context: TestContext, leavesAPage?: number): Promise<AnchoredDrops> {
  const { store } = await temporaryStore(context);
  for (let drop = 0; drop < DROPS; drop++) {
    const place = { drop_no: drop, root: keyOf(`root ${drop}`), tx: keyOf("transaction"), block: 1 };
    await store.transaction((tx) => tx.insertInto("chain_drops").values(place).execute());
  }
  await store.transaction((tx) => saveEmptyDrops(tx, 0, CLOSED));
  for (const drop of FILLED) await addLeaf(store, drop);
  return new AnchoredDrops(store.db, leavesAPage);
}

/** Gives a drop a leaf, of whatever award. */
async function addLeaf(store: Store, drop: number): Promise<void> {
  const [digest, leaf_hash] = [keyOf(`award of ${drop}`), keyOf(`leaf of ${drop}`)];
  const values = { account_crystals_after: "1", prev_award_leaf: ZERO_HASH, salt: ZERO_HASH };
  const place = { drop_no: drop, leaf_index: 0, digest, leaf_hash };
  await store.transaction((tx) =>
    tx
      .insertInto("award_leaves")
      .values({ ...place, ...values })
      .execute(),
  );
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

  test("when the trees of a page have had enough leaves, it ends before the next drop, and not within one", async (context) => {
    const drops = await anchoredDrops(context, 1);
    const rows = [0, 1, 2, 1].map((drop_no) => ({ drop_no }));
    const page = await drops.ofPage(rows);
    assert.deepEqual(page.rows, rows.slice(0, 2));
    assert.deepEqual([...page.drops.keys()], [0, 1]);
    assert.deepEqual((await drops.ofPage(rows.slice(2, 3))).rows, rows.slice(2, 3));
    assert.deepEqual((await drops.ofPage([{ drop_no: 1 }, { drop_no: 1 }, { drop_no: 0 }])).rows.length, 2);
  });

  test("when a drop is not on the chain, or not closed, there is none", async (context) => {
    const drops = await anchoredDrops(context);
    assert.deepEqual([await drops.get(DROPS), await drops.get(CLOSED)], [undefined, undefined]);
  });
});
