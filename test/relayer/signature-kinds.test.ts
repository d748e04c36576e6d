import assert from "node:assert/strict";
import { after, before, describe, type TestContext, test } from "node:test";
import { readConsent } from "../../src/chain/read/consents.ts";
import type { Hex } from "../../src/protocol/index.ts";
import type { DeliveredIntent } from "../../src/relayer/intents/message.ts";
import { askAboutSignatures } from "../../src/relayer/intents/signatures.ts";
import { programmeOf } from "../../src/relayer/programme.ts";
import { type FaultyProxy, startProxy } from "../support/rpc-proxy.ts";
import { addressOf, keyOf } from "./support/keys.ts";
import { grantOf, intentBy, type TestIntent } from "./support/owners.ts";
import { GENESIS, startProgramme, type TestProgramme } from "./support/programme.ts";
import { type RunningRelayer, runRelayer } from "./support/running.ts";
import { temporaryStore } from "./support/stores.ts";
import { burningAccount, p256Account, passkeyAccount, type TestAccount, walletAccount } from "./support/wallets.ts";

const NOW = GENESIS - 1_000;
const DEADLINE = NOW + 3_600;

describe("owners without a secp256k1 key", () => {
  let programme: TestProgramme;
  let proxy: FaultyProxy;
  let relayer: RunningRelayer;

  before(async () => {
    programme = await startProgramme();
    proxy = await startProxy(programme.rpcUrl);
    relayer = await runRelayer(programme, { rpcUrl: proxy.url });
    await relayer.moveTo(NOW);
  });

  after(async () => {
    await relayer?.close();
    await proxy?.stop();
    await programme?.stop();
  });

  function grantBy({ address }: TestAccount, sign: (digest: Hex) => Hex): TestIntent {
    const message = {
      ...{ account: address, recipient: programme.deployment.operator, purpose: 1, categories: 1, expires: 0 },
      ...{ notice: 1, version: 1, deadline: DEADLINE, recordHash: keyOf(`record of ${address}`) },
    };
    return intentBy(programme, "ConsentGrant", message, sign);
  }

  const versionOf = async (account: Hex) => {
    const { client, deployment } = programme;
    return (await readConsent(client, deployment, { account, recipient: deployment.operator, purpose: 1 })).version;
  };
  const codesOf = (answers: readonly Record<string, unknown>[]) =>
    answers.map(({ state, error }) => state ?? (error as { code: string }).code);

  const KINDS: readonly (readonly [string, (name: string) => TestAccount | Promise<TestAccount>])[] = [
    ["a wallet contract", (name) => walletAccount(programme, name)],
    ["a P-256 key", (name) => p256Account(programme, name)],
    ["a passkey", (name) => passkeyAccount(programme, name)],
  ];
  for (const [title, accountOf] of KINDS) {
    test(`when ${title} signs a grant, it is carried out`, async () => {
      const account = await accountOf("ida");
      const grant = grantBy(account, account.sign);
      assert.deepEqual(codesOf(await relayer.intend([grant])), ["queued"]);
      await relayer.untilIdle();
      const { body } = await relayer.get(`/v1/intents/${grant.id}`);
      assert.equal((body as { state: string }).state, "done");
      assert.equal(await versionOf(account.address), 1);
    });

    test(`when somebody else signs for ${title}, the grant is invalid`, async () => {
      const account = await accountOf("jon");
      assert.deepEqual(codesOf(await relayer.intend([grantBy(account, account.forge)])), ["INTENT_INVALID"]);
    });

    test(`when ${title} withdraws, it is acknowledged at once`, async () => {
      const account = await accountOf("kim");
      const message = { account: account.address, recipient: programme.deployment.operator, purpose: 1, version: 2 };
      const withdrawal = intentBy(programme, "ConsentWithdrawal", message, account.sign);
      const [, answer] = await relayer.intend([grantBy(account, account.sign), withdrawal]);
      assert.deepEqual(answer?.withdrawalReceipt, {
        ...{ withdrawalDigest: withdrawal.id, account: account.address, receivedAt: NOW },
      });
      await relayer.untilIdle();
      assert.equal(await versionOf(account.address), 2);
    });
  }

  test("when a wallet burns its gas, its grant is invalid and the others of the request are taken", async () => {
    const [burning, good] = [await burningAccount(programme), p256Account(programme, "lea")];
    const intents = [grantBy(burning, burning.sign), grantBy(good, good.sign)];
    assert.deepEqual(codesOf(await relayer.intend(intents)), ["INTENT_INVALID", "queued"]);
    await relayer.untilIdle();
    assert.equal(await versionOf(good.address), 1);
  });

  test("when a kind does not exist, or nothing follows it, the grant is invalid", async () => {
    const account = p256Account(programme, "max");
    const signatures = ["0x03", "0x00", "0x01", "0x02", `0x03${account.sign(keyOf("digest")).slice(4)}`] as Hex[];
    const grants = signatures.map((signature) => grantBy(account, () => signature));
    assert.deepEqual(
      codesOf(await relayer.intend(grants)),
      signatures.map(() => "INTENT_INVALID"),
    );
  });

  test("when more than one call is needed to judge the signatures, each intent gets its own verdict", async () => {
    const accounts = Array.from({ length: 50 }, (_, i) => passkeyAccount(programme, `owner ${i}`));
    const grants = accounts.map((account, i) => grantBy(account, i % 3 === 0 ? account.forge : account.sign));
    const expected = accounts.map((_, i) => (i % 3 === 0 ? "INTENT_INVALID" : "queued"));
    const before = (await relayer.status()).gas.grantConsents?.transactions ?? 0;
    assert.deepEqual(codesOf(await relayer.intend(grants)), expected);
    const { gas } = await relayer.untilIdle();
    assert.equal((gas.grantConsents?.transactions ?? 0) - before, 1);
    const versions = await Promise.all(accounts.map(({ address }) => versionOf(address)));
    assert.deepEqual(
      versions,
      accounts.map((_, i) => (i % 3 === 0 ? 0 : 1)),
    );
  });

  test("when the node does not answer, only those that it must judge are put off", async () => {
    const account = p256Account(programme, "ned");
    const intents = [grantBy(account, account.sign), grantOf(programme, "ole", { deadline: DEADLINE })];
    proxy.spoil("eth_call", "status-502", 1);
    assert.deepEqual(codesOf(await relayer.intend(intents)), ["CHAIN_UNREACHABLE", "queued"]);
    assert.deepEqual(codesOf(await relayer.intend(intents)).slice(0, 1), ["queued"]);
    await relayer.untilIdle();
    assert.deepEqual([await versionOf(account.address), await versionOf(addressOf("ole"))], [1, 1]);
  });

  /** What the chain says of two acceptances of an order: one signed by its owner, one by somebody else. */
  async function askedOfOrder(context: TestContext, { orderedBy, owner }: { orderedBy: Hex; owner: TestAccount }) {
    const { client, deployment } = programme;
    const { db } = (await temporaryStore(context)).store;
    const message = { order: keyOf("known order"), deadline: DEADLINE };
    const row = {
      ...{ order_id: message.order, account: orderedBy, item: 1, vehicle: keyOf("vehicle"), price: "1" },
      ...{ status: "fulfilled" as const, deadline: DEADLINE, tx: keyOf("transaction"), block: 1 },
    };
    await db.insertInto("chain_orders").values(row).execute();
    if (orderedBy !== owner.address) {
      await db.insertInto("chain_moves").values({ account: orderedBy, target: owner.address }).execute();
    }
    const intents = [owner.sign, owner.forge].map((sign) => intentBy(programme, "OrderAcceptance", message, sign));
    const parts = { client, programme: programmeOf(deployment), db };
    return (await askAboutSignatures(parts, intents as unknown as DeliveredIntent[])).flat();
  }

  test("when an order is known, its acceptance is asked about for the account that ordered", async (context) => {
    const owner = p256Account(programme, "quin");
    const { address: account } = owner;
    assert.deepEqual(await askedOfOrder(context, { orderedBy: account, owner }), [
      { account, isValid: true },
      { account, isValid: false },
    ]);
  });

  test("when who ordered has moved, its acceptance is asked about for the new account", async (context) => {
    const owner = p256Account(programme, "ruth");
    const { address: account } = owner;
    assert.deepEqual(await askedOfOrder(context, { orderedBy: addressOf("ruth"), owner }), [
      { account, isValid: true },
      { account, isValid: false },
    ]);
  });

  test("when an order is not known, its acceptance is rejected", async () => {
    const account = p256Account(programme, "pia");
    const acceptance = intentBy(
      programme,
      "OrderAcceptance",
      { order: keyOf("order"), deadline: DEADLINE },
      account.sign,
    );
    assert.deepEqual(codesOf(await relayer.intend([acceptance])), ["INTENT_REJECTED"]);
  });
});
