import assert from "node:assert/strict";
import { test } from "node:test";
import { PURPOSE, ZERO_HASH } from "../../src/protocol/index.ts";
import { endIntent, findIntent, putIntent } from "../../src/relayer/store/intents.ts";
import type { Store } from "../../src/relayer/store/open.ts";
import type { IntentState } from "../../src/relayer/store/schema.ts";
import { accountsWithdrawing, loadConsents } from "../../src/relayer/store/situations.ts";
import { addressOf, keyOf } from "./support/keys.ts";
import { describeStores } from "./support/stores.ts";

const ALICE = addressOf("alice");
const SCOPE = { recipient: addressOf("operator"), purpose: PURPOSE.productIteration };

/** A withdrawal that was answered with a receipt, and what became of it. */
async function putWithdrawal(store: Store, state: IntentState, version = 2): Promise<void> {
  const id = keyOf("withdrawal");
  await store.transaction(async (tx) => {
    await putIntent(tx, {
      ...{ id, kind: "ConsentWithdrawal", account: ALICE, message: "{}", signature: ZERO_HASH },
      ...{
        device_signature: null,
        target_signature: null,
        received_at: 1,
        not_before: 0,
        receipt_signature: ZERO_HASH,
      },
      effect: `consent:${ALICE}:${SCOPE.recipient}:${SCOPE.purpose}:${version}`,
    });
    await endIntent(tx, (await findIntent(tx, id))?.seq ?? 0, state, null);
  });
}

/** What final blocks have of the consent. */
async function putConsent(store: Store, version: number, revoked: number): Promise<void> {
  const row = {
    account: ALICE,
    ...SCOPE,
    version,
    categories: 1,
    granted: 1,
    expires: 0,
    notice: 1,
    revoked,
    replaced: 0,
  };
  await store.transaction((tx) => tx.insertInto("chain_consents").values(row).execute());
}

describeStores("a withdrawal that its owner has a receipt for", (kind) => {
  async function binds(store: Store, scope: { purpose: 1 | 4 } = SCOPE): Promise<boolean> {
    const asked = { ...SCOPE, ...scope };
    const known = await loadConsents(store.db, [ALICE], asked);
    return (await accountsWithdrawing(store.db, [addressOf("bob"), ALICE], asked, known)).has(ALICE);
  }

  for (const state of ["queued", "sent", "skipped", "failed"] as const) {
    test(`when it is ${state}, it binds until the chain has it or a later grant, for what it names`, async (context) => {
      const store = await kind.open(context);
      await putWithdrawal(store, state);
      assert.equal(await binds(store), true, "also when the grant itself is not final");
      await putConsent(store, 1, 0);
      assert.deepEqual([await binds(store), await binds(store, { purpose: 4 })], [true, false]);
      await store.transaction((tx) => tx.updateTable("chain_consents").set({ revoked: 2 }).execute());
      assert.equal(await binds(store), false);
      await store.transaction((tx) => tx.updateTable("chain_consents").set({ revoked: 0, replaced: 2 }).execute());
      await putConsent(store, 7, 0);
      assert.equal(await binds(store), false);
    });

    test(`when it is ${state} and its grant never came, it binds until another takes that grant's place`, async (context) => {
      const store = await kind.open(context);
      await putConsent(store, 1, 0);
      await putWithdrawal(store, state, 8);
      assert.equal(await binds(store), true);
      await store.transaction((tx) => tx.updateTable("chain_consents").set({ revoked: 2 }).execute());
      assert.equal(await binds(store), true);
      await putConsent(store, 5, 0);
      assert.equal(await binds(store), false);
    });
  }

  test("when it is done, the chain says what holds", async (context) => {
    const store = await kind.open(context);
    await putConsent(store, 1, 0);
    await putWithdrawal(store, "done");
    assert.equal(await binds(store), false);
  });
});
