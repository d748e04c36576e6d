import assert from "node:assert/strict";
import type { Hex } from "../../../src/protocol/index.ts";
import { addressOf } from "../../relayer/support/keys.ts";
import { grantOf, signIntent } from "../../relayer/support/owners.ts";
import { eventually } from "../support/eventually.ts";
import type { Scenario } from "../support/scenario.ts";
import { CARS, carryOut, ITEM } from "../support/world.ts";

export const reorgReorders: Scenario = {
  row: 20,
  name: "reorg-reorders",
  fault: "a reorganisation puts an order before the consent that came before it",
  shows: "both stand once, and the relayer's picture of them is the chain's",
  stage: { finalityDepth: 12 },
  async run(stage) {
    await stage.begin();
    await stage.drive(2);
    await stage.finishDay();
    const { programme } = stage;
    const [car] = CARS;
    const deadline = (await stage.time()) + 600;
    await carryOut(programme, [grantOf(programme, "owner b", { version: 7, deadline })]);
    const consentBlock = Number(await programme.client.getBlockNumber());
    const terms = { item: ITEM.number, vehicle: car?.vehicle as Hex, maxPrice: `${ITEM.price}`, nonce: "1", deadline };
    const message = { account: addressOf("owner a"), ...terms };
    await stage.intend([signIntent(programme, "OrderIntent", message, { owner: "owner a" })]);
    await stage.untilStatus("the order is mined", ({ outbox }) => outbox.mined === 1);
    const orderBlock = Number(await programme.client.getBlockNumber());
    assert.equal(orderBlock, consentBlock + 1);
    const [consent, order] = [await rawIn(consentBlock), await rawIn(orderBlock)];
    await stage.reorg(2, [
      [order, 0],
      [consent, 1],
    ]);
    assert.equal(await rawIn(consentBlock), order);
    await stage.untilIdle();
    await stage.mine(stage.finalityDepth);
    await eventually("the consent is seen", async () => {
      const { body } = await stage.api.get(`/v1/accounts/${addressOf("owner b")}`);
      return (body as { consents: { version: number }[] }).consents[0]?.version === 7;
    });
    return undefined;

    async function rawIn(block: number): Promise<Hex> {
      const { transactions } = await programme.client.getBlock({ blockNumber: BigInt(block) });
      return (await programme.rpc("eth_getRawTransactionByHash", [transactions[0]])) as Hex;
    }
  },
};
