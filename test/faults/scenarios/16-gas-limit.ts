import assert from "node:assert/strict";
import { grantOf } from "../../relayer/support/owners.ts";
import type { Scenario } from "../support/scenario.ts";

const OWNERS = 60;
/** Room for some dozen of the grants of one batch. */
const BLOCK_GAS = 2_000_000;

export const gasLimit: Scenario = {
  row: 16,
  name: "gas-limit",
  fault: "a batch of intents needs more gas than a block has",
  shows: "the batch is split by the block's limit, and every part is mined",
  async run(stage) {
    await stage.begin();
    await stage.drive(2);
    await stage.untilIdle();
    await stage.programme.rpc("evm_setBlockGasLimit", [`0x${BLOCK_GAS.toString(16)}`]);
    await stage.mine(1);
    const head = Number(await stage.programme.client.getBlockNumber());
    await stage.untilStatus("the limit is seen", ({ headBlock }) => headBlock === head);
    const deadline = stage.dropTime + 600;
    const owners = Array.from({ length: OWNERS }, (_, at) => `newcomer ${at}`);
    await stage.intend(owners.map((owner) => grantOf(stage.programme, owner, { deadline })));
    const { gas } = await stage.untilIdle();
    assert.equal(gas.grantConsents?.items, OWNERS);
    assert.ok((gas.grantConsents?.transactions ?? 0) >= 4);
    return undefined;
  },
};
