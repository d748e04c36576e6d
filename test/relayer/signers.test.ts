import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, type TestContext, test } from "node:test";
import { DROP_S } from "../../src/protocol/index.ts";
import { toKeystore } from "../../src/service/keys/keystore.ts";
import { eventually } from "../faults/support/eventually.ts";
import { TestSigningService } from "../service/support/signing-service.ts";
import { keyOf } from "./support/keys.ts";
import { grantOf } from "./support/owners.ts";
import { GENESIS, startProgramme } from "./support/programme.ts";
import { type RunningRelayer, runRelayer } from "./support/running.ts";

async function untilAlert(relayer: RunningRelayer, words: RegExp): Promise<void> {
  for (let look = 0; look < 1_000; look++) {
    const { alerts } = await relayer.status();
    if (alerts.some(({ message }) => words.test(message))) return;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  throw new Error(`no alert says ${words}`);
}

async function programmeFor(context: TestContext) {
  const programme = await startProgramme();
  context.after(() => programme.stop());
  return programme;
}

/** A relayer whose sending key lies with a service under the test's control. */
async function relayerOnService(context: TestContext, more: Record<string, unknown> = {}) {
  const programme = await programmeFor(context);
  const service = new TestSigningService(keyOf("relayer"));
  const signingService = await service.start();
  context.after(() => service.stop());
  const relayer = await runRelayer(programme, { relayerKey: { signingService, address: service.address }, ...more });
  context.after(() => relayer.close());
  return { programme, service, relayer };
}

describe("a relayer whose keys lie elsewhere", () => {
  test("given keystores, it works", async (context) => {
    const programme = await programmeFor(context);
    const at = (name: string) => join(programme.workDir, name);
    await writeFile(at("password"), "a password\n");
    const keystore = async (name: string) => {
      await writeFile(at(name), await toKeystore(keyOf(name), "a password"));
      return { keystore: at(name), passwordFile: at("password") };
    };
    const relayer = await runRelayer(programme, {
      relayerKey: await keystore("relayer"),
      receiptKey: await keystore("receipts"),
    });
    context.after(() => relayer.close());
    const { gas } = await relayer.moveTo(GENESIS + 3 * DROP_S);
    assert.equal(gas.anchorDrops?.items, 3);
  });

  test("when one key would do both duties, it does not start", async (context) => {
    const programme = await programmeFor(context);
    await assert.rejects(runRelayer(programme, { receiptKey: keyOf("relayer") }), { code: "CONFIG_INVALID" });
  });

  test("when the signing service refuses, that is said, and all is sent once it signs", async (context) => {
    const { programme, service, relayer } = await relayerOnService(context);
    service.mood = "refusing";
    await programme.moveTo(GENESIS + 3 * DROP_S);
    await untilAlert(relayer, /^SIGNER_UNAVAILABLE: .*not on the list of contracts/);
    service.mood = "honest";
    const { gas, alerts } = await relayer.untilIdle(GENESIS + 3 * DROP_S);
    assert.deepEqual([gas.anchorDrops?.items, alerts], [3, []]);
  });

  test("when one key's service refuses, what another key carries goes on", async (context) => {
    const { programme, service, relayer } = await relayerOnService(context, { intentKey: keyOf("bob") });
    service.mood = "refusing";
    await programme.moveTo(GENESIS + 3 * DROP_S);
    await untilAlert(relayer, /^SIGNER_UNAVAILABLE/);
    await relayer.intend([grantOf(programme, "alice", { deadline: GENESIS + 4 * DROP_S })]);
    await eventually("the intent is done", async () => (await relayer.status()).intents.done === 1);
    assert.equal((await relayer.status()).gas.anchorDrops, undefined);
  });

  test("when it signs another transaction, that one is not sent", async (context) => {
    const { programme, service, relayer } = await relayerOnService(context);
    service.mood = "changing";
    await programme.moveTo(GENESIS + 2 * DROP_S);
    await untilAlert(relayer, /^SIGNER_INVALID/);
    assert.equal((await relayer.status()).gas.anchorDrops, undefined);
  });
});
