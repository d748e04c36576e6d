import assert from "node:assert/strict";
import { createWalletClient, http } from "viem";
import { accountOf, addressOf } from "../../relayer/support/keys.ts";
import type { Scenario } from "../support/scenario.ts";

export const keyUsedElsewhere: Scenario = {
  row: 11,
  name: "key-used-elsewhere",
  fault: "another program uses the relayer's key, and with it the next nonce",
  shows: "an alert names the nonce; the effect takes a new one",
  async run(stage) {
    await stage.begin();
    await stage.drive(2);
    await stage.untilIdle();
    const wallet = createWalletClient({ account: accountOf("relayer"), transport: http(stage.programme.rpcUrl) });
    await wallet.sendTransaction({ to: addressOf("alice"), value: 1n, chain: null });
    await stage.drive();
    const { alerts } = await stage.untilIdle();
    assert.deepEqual(
      alerts.map(({ subject }) => subject),
      ["nonce"],
    );
    return { foreign: 1, alerts: ["nonce"] };
  },
};
