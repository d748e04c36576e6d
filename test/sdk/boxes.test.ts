import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { type HashChain, type Hex, hashChain } from "../../src/protocol/index.ts";
import { createCairnClient, verifyBox } from "../../src/sdk/index.ts";
import { type BoxStage, startBoxStage } from "../operator/support/stage.ts";
import { accountOf, addressOf, keyOf } from "../relayer/support/keys.ts";

const LINKS = 3;

describe("the client of an owner, at the mine box and without an operator", () => {
  let stage: BoxStage;
  let chain: HashChain;
  let season: number;
  let firstDrop: number;

  before(async () => {
    stage = await startBoxStage();
    chain = hashChain(keyOf("chain"), LINKS);
    ({ season, firstDrop } = await stage.openSeason(chain.tip, LINKS));
    for (const name of ["alice", "carol"]) await stage.request(name, season, 3);
  });

  after(() => stage?.stop());

  const clientOf = (name: string) =>
    createCairnClient({ rpcUrl: stage.rpcUrl, deployment: stage.deployment, account: accountOf(name), pollMs: 5 });

  test("given boxes that are not opened, there is no proof of them", async () => {
    await assert.rejects(clientOf("alice").getBoxProof({ number: 0 }), { code: "NOT_FOUND" });
    await assert.rejects(clientOf("bob").getBoxProof({ number: 0 }), { code: "NOT_FOUND" });
  });

  test("given a reveal in time, the season cannot be forced", async () => {
    await stage.moveToDrop(firstDrop + 1);
    // Nodes try a call as if in the newest block, which must be the second after the requests.
    await stage.moveToDrop(firstDrop + 1);
    await stage.writer("alice").call("mineBox", "revealDrop", [season, firstDrop, chain.links[0] as Hex]);
    await assert.rejects(clientOf("bob").forceSeason({ season }), /MineBox_NotLate/);
  });

  test("when the owner opens the own boxes, stones are paid at once to the car's holder", async () => {
    const alice = clientOf("alice");
    await alice.openBoxes();
    const { claimable, pending } = await alice.getCrystals();
    assert.deepEqual([claimable, pending, (await alice.getStones()).balance > 0n], [0n, 0, true]);
    assert.ok(verifyBox(await alice.getBoxProof({ number: 2 })).valid);
  });

  test("given a winner without a car, the prize waits until there is one, and anybody has it paid", async () => {
    const [bob, carol] = [clientOf("bob"), clientOf("carol")];
    await bob.openBoxes({ accounts: [addressOf("carol")] });
    const { claimable } = await carol.getCrystals();
    assert.ok(claimable > 0n);
    await assert.rejects(carol.claimPrize(), /holds no vehicle/);
    await stage.pair("carol");
    await bob.claimPrize({ account: addressOf("carol") });
    assert.deepEqual([(await carol.getCrystals()).claimable, (await carol.getStones()).balance], [0n, claimable]);
    await assert.rejects(carol.claimPrize(), /MineBox_NothingToClaim/);
  });
});
