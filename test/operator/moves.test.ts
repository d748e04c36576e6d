import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { after, before, describe, test } from "node:test";
import { readHistory } from "../../src/chain/read/events.ts";
import { readCountsFrom } from "../../src/chain/read/milestones.ts";
import { readPlay } from "../../src/chain/read/mine-box.ts";
import { readVouchers } from "../../src/chain/read/orders.ts";
import { readStones } from "../../src/chain/read/stones.ts";
import { type Operator, parseOperatorConfig, prepareChain } from "../../src/operator/index.ts";
import { contentHash, DAY_S, type Hex, toHex } from "../../src/protocol/index.ts";
import { addressOf, keyOf } from "../relayer/support/keys.ts";
import { signIntent } from "../relayer/support/owners.ts";
import { prizeOf } from "../support/contracts-boxes.ts";
import { boxEvents, checkedProofs } from "./support/box-events.ts";
import { milestoneDocument } from "./support/documents.ts";
import { type OperatorApi, runOperator, testConfig } from "./support/running.ts";
import { type BoxStage, startBoxStage } from "./support/stage.ts";

const LINKS = 5;
const BOXES = 10;
const STONES = 10n ** 9n;
/** Vouchers as a rule, and stones at the latest in every third box. */
const SEASON = {
  ...{ guaranteedTier: 0, vouchers: 50 },
  prizes: [prizeOf("stones", { amount: STONES }), prizeOf("voucher", { weight: 9, item: 1 })],
};
const ITEM = {
  ...{ sku: keyOf("sku"), price: 10n ** 9n, stock: 100, opensAt: 0, closesAt: 2 ** 40 - 1, fulfilmentS: DAY_S },
  ...{ minDaysPaired: 0, maxRank: 0, milestone: 0 },
};
const MILESTONE = milestoneDocument("a-day", { kind: "days", days: 1 });
const DESK_KEY = "the desk's key";
const MORE = {
  keys: { box: keyOf("box"), milestones: keyOf("attester") },
  deskKeyHash: toHex(createHash("sha256").update(DESK_KEY).digest()),
};

describe("accounts that move, and what the operator has to do with them", () => {
  let stage: BoxStage;
  let operator: Operator & OperatorApi;
  let [season, drop] = [0, 0];
  const [carol, newCarol] = [addressOf("carol"), addressOf("new carol")];
  const [alice, newAlice] = [addressOf("alice"), addressOf("new alice")];

  before(async () => {
    stage = await startBoxStage({ redemptionDelayDays: 0 });
    await stage.writer("catalogue").call("catalogue", "listItem", [ITEM]);
    operator = await runOperator(stage, MORE);
    await operator.post("/v1/documents", MILESTONE, DESK_KEY);
    const { tip } = await prepareChain(parseOperatorConfig(testConfig(stage)), LINKS);
    ({ season, firstDrop: drop } = await stage.openSeason(tip, LINKS, SEASON));
  });

  after(async () => {
    await operator?.close();
    await stage?.stop();
  });

  const play = (account: Hex) => readPlay(stage.client, stage.deployment, account);
  const vouchers = (account: Hex) => readVouchers(stage.client, stage.deployment, account, 1);
  const countsFrom = (account: Hex) => readCountsFrom(stage.client, stage.deployment, 1, account);

  async function move(owner: string, target: string): Promise<void> {
    const { timestamp } = await stage.client.getBlock();
    const message = { account: addressOf(owner), to: addressOf(target), deadline: Number(timestamp) + 3_600 };
    const { targetSignature } = signIntent(stage, "AccountMove", message, { owner, target });
    await stage.writer(owner).call("accountMoves", "moveAccount", [message, targetSignature as Hex]);
  }

  test("given boxes that wait, when their account moves, crystals follow at once, and what they win when they are opened", async () => {
    await stage.request("carol", season, BOXES);
    const { crystals } = await play(carol);
    await move("carol", "new carol");
    await operator.untilIdle();
    assert.deepEqual([(await play(carol)).crystals, (await play(newCarol)).crystals], [0n, crystals]);
    await stage.moveToDrop(drop + 1);
    assert.deepEqual((await operator.untilIdle()).alerts, []);
    const tiers = (await checkedProofs(stage)).map(({ tier }) => tier);
    const won = tiers.filter((tier) => tier === 0).length;
    assert.equal(tiers.length, BOXES);
    assert.deepEqual([(await play(carol)).claimable, (await play(newCarol)).claimable], [0n, BigInt(won) * STONES]);
    assert.deepEqual([await vouchers(carol), await vouchers(newCarol)], [0, BOXES - won]);
    assert.ok(won > 0 && won < BOXES);
  });

  test("when the new account holds a car, the stones that followed are paid", async () => {
    const { claimable } = await play(newCarol);
    await stage.pair("carol", "new carol");
    await operator.untilIdle();
    assert.equal((await readStones(stage.client, stage.deployment, newCarol)).received, claimable);
    assert.equal((await play(newCarol)).claimable, 0n);
  });

  test("given a milestone, when its account moves, it follows as soon as it counts, with its time", async () => {
    await stage.writer("rules").call("milestones", "defineMilestone", [contentHash(MILESTONE)]);
    await operator.untilIdle();
    const from = await countsFrom(alice);
    await move("alice", "new alice");
    await stage.moveTo(from - 1);
    await operator.untilIdle();
    assert.equal(await countsFrom(newAlice), 0);
    await stage.moveTo(from);
    await operator.untilIdle();
    assert.equal(await countsFrom(newAlice), from);
  });

  test("when it starts anew, it finds nothing more to follow", async () => {
    const sent = async () => [await boxEvents(stage, "CrystalsFollowed"), await attestations()];
    const before = await sent();
    await operator.close();
    operator = await runOperator(stage, MORE);
    assert.deepEqual((await operator.untilIdle()).alerts, []);
    assert.deepEqual(await sent(), before);
  });

  async function attestations() {
    return readHistory(stage.client, stage.deployment, "milestones", Number(await stage.client.getBlockNumber()));
  }
});
