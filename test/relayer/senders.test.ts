import assert from "node:assert/strict";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { after, before, describe, type TestContext, test } from "node:test";
import { DROP_S, type Hex, nextGrantVersion } from "../../src/protocol/index.ts";
import { addressOf, keyOf } from "./support/keys.ts";
import { grantOf, withdrawalOf } from "./support/owners.ts";
import { GENESIS, startProgramme, type TestProgramme } from "./support/programme.ts";
import { type RunningRelayer, runRelayer } from "./support/running.ts";

const FIRST = "first carrier";
const SECOND = "second carrier";

interface Row {
  readonly kind: string;
  readonly state: string;
  readonly sender: Hex | null;
  readonly nonce: number | null;
}

/** What the outbox has, in the order in which it was written. */
function outboxOf({ workDir }: TestProgramme): Row[] {
  const database = new DatabaseSync(join(workDir, "relayer.sqlite"), { readOnly: true });
  const rows = database.prepare("select kind, state, sender, nonce from outbox order by id").all();
  database.close();
  return rows.map((row) => ({ ...row }) as unknown as Row);
}

describe("a relayer with several keys", () => {
  let programme: TestProgramme;
  let version = 0;

  before(async () => {
    programme = await startProgramme();
    for (const name of [FIRST, SECOND]) await fund(name, 10n ** 20n);
  });
  after(() => programme.stop());

  const fund = (name: string, wei: bigint) =>
    programme.rpc("anvil_setBalance", [addressOf(name), `0x${wei.toString(16)}`]);

  async function relayerFor(context: TestContext, config: Record<string, unknown>): Promise<RunningRelayer> {
    const relayer = await runRelayer(programme, config);
    context.after(() => relayer.close());
    return relayer;
  }

  /** The next change of an owner's consent: given, withdrawn, given again. */
  function nextConsent() {
    version = version % 2 === 1 ? version + 1 : nextGrantVersion(version);
    const deadline = GENESIS + 3_600;
    return version % 2 === 1
      ? grantOf(programme, "alice", { version, deadline })
      : withdrawalOf(programme, "alice", version);
  }

  test("owners' intents go out with their own key, which has no role, and drops with the relayer's", async (context) => {
    const relayer = await relayerFor(context, { intentKey: keyOf(FIRST) });
    await relayer.intend([nextConsent()]);
    await relayer.moveTo(GENESIS + DROP_S);
    assert.deepEqual(outboxOf(programme), [
      { kind: "grantConsents", state: "final", sender: addressOf(FIRST), nonce: 0 },
      { kind: "anchorDrops", state: "final", sender: addressOf("relayer"), nonce: 0 },
    ]);
  });

  test("when a key cannot pay, an alert names it, and what others carry goes on", async (context) => {
    await fund(FIRST, 0n);
    const relayer = await relayerFor(context, { intentKey: keyOf(FIRST) });
    await relayer.intend([nextConsent()]);
    await programme.moveTo(GENESIS + 2 * DROP_S);
    for (;;) {
      const { alerts, gas } = await relayer.status();
      const told = alerts.find(({ subject }) => subject === "funds of intents");
      if (told !== undefined && gas.anchorDrops?.items === 2) {
        assert.match(told.message, new RegExp(addressOf(FIRST)));
        break;
      }
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    await fund(FIRST, 10n ** 20n);
    assert.deepEqual((await relayer.untilIdle()).alerts, []);
  });

  test("when a key is replaced while its transaction is under way, its bytes go out all the same", async (context) => {
    await programme.rpc("evm_setAutomine", [false]);
    const before = await runRelayer(programme, { intentKey: keyOf(FIRST) });
    await before.intend([nextConsent()]);
    for (;;) {
      const { outbox } = await before.status();
      if (outbox.sent + outbox.signed === 1) break;
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    await before.close();
    const left = outboxOf(programme).at(-1);
    assert.deepEqual([left?.sender, left?.nonce], [addressOf(FIRST), 2]);
    await programme.rpc("anvil_dropAllTransactions", []);
    await programme.rpc("evm_setAutomine", [true]);
    const relayer = await relayerFor(context, { intentKey: keyOf(SECOND) });
    await relayer.untilIdle();
    assert.deepEqual(outboxOf(programme).at(-1), { ...left, state: "final" });
    await relayer.intend([nextConsent()]);
    await relayer.untilIdle();
    const { sender, nonce } = outboxOf(programme).at(-1) as Row;
    assert.deepEqual([sender, nonce], [addressOf(SECOND), 0], "a new key begins with its own first nonce");
  });

  test("when one key has two duties, it does not start", async () => {
    await assert.rejects(runRelayer(programme, { creditKey: keyOf("relayer") }), { code: "CONFIG_INVALID" });
  });
});
