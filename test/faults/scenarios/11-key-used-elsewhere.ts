import assert from "node:assert/strict";
import { createWalletClient, http } from "viem";
import { accountOf, addressOf } from "../../relayer/support/keys.ts";
import type { Scenario } from "../support/scenario.ts";

export const keyUsedElsewhere: Scenario = {
  row: 11,
  name: "key-used-elsewhere",
  fault: "another program uses the relayer's key, and with it the next nonce; once more, in a block that falls",
  shows: "an alert names the transaction and the effect takes a new nonce; none is left out for the block that falls",
  async run(stage) {
    await stage.begin();
    await stage.drive(2);
    await stage.untilIdle();
    const wallet = createWalletClient({ account: accountOf("relayer"), transport: http(stage.programme.rpcUrl) });
    const use = () => wallet.sendTransaction({ to: addressOf("alice"), value: 1n, chain: null });
    const rival = await use();
    await stage.drive();
    const { alerts } = await stage.untilIdle();
    assert.match(alerts[0]?.message ?? "", new RegExp(rival));
    assert.deepEqual(
      alerts.map(({ subject }) => subject),
      ["nonce"],
    );

    await stage.drive();
    await stage.untilIdle();
    await stage.relayer.stop();
    const late = await stage.endDrop();
    await use();
    await stage.relayer.start();
    await stage.untilStatus("the anchor is signed", ({ outbox }) => outbox.signed + outbox.sent + outbox.mined === 1);
    await stage.reorg(2);
    await stage.deliver(late);
    await stage.untilIdle();
    return { foreign: 1 };
  },
};
