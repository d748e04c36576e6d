import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { deployPlayToken } from "../../src/chain/write/play-token.ts";
import { DAY_S } from "../../src/protocol/index.ts";
import { addressOf, keyOf } from "../relayer/support/keys.ts";
import { GENESIS } from "../relayer/support/programme.ts";
import { milestoneDocument, pollDocument, roundDocument } from "./support/documents.ts";
import { assertAwarded, assertCounted, assertPaid, attested } from "./support/outcomes.ts";
import { Participants, type VoteAnswer } from "./support/participants.ts";
import { RelayerProxy } from "./support/relayer-proxy.ts";
import { OperatorProcess } from "./support/running.ts";
import { OWNERS, type ServiceStage, startServiceStage } from "./support/services.ts";

const OPENS_AT = GENESIS + DAY_S + 7_200;
const CLOSES_AT = OPENS_AT + 600;
const CLAIMABLE_AT = CLOSES_AT + 3_600;

describe("an operator that is killed at the worst moments", () => {
  let stage: ServiceStage;
  let proxy: RelayerProxy;
  let operator: OperatorProcess;
  let participants: Participants;

  before(async () => {
    stage = await startServiceStage();
    proxy = await RelayerProxy.start(stage.relayer.url);
    operator = new OperatorProcess(stage, { ...stage.services, relayerUrl: proxy.url });
    participants = new Participants(stage, operator.api);
    await operator.start();
  });

  after(async () => {
    await operator?.end("SIGKILL");
    await proxy?.stop();
    await stage?.stop();
  });

  async function killAndStart(): Promise<void> {
    await operator.end("SIGKILL");
    await operator.start();
  }

  test("when the relayer has taken an award and the operator does not know, it is delivered again and stands once", async () => {
    await participants.publishTasks();
    const taken = proxy.holdNextAnswer();
    const { digest, state } = await participants.award("trip-feedback", "alice", "trip 1");
    assert.equal(state, "waiting");
    await taken;
    await killAndStart();
    await operator.api.untilIdle();
    const again = await participants.award("trip-feedback", "alice", "trip 1");
    assert.deepEqual([again.digest, again.state], [digest, "taken"]);
    await assertAwarded(stage, { alice: [digest] });
  });

  test("when a poll that is to be opened waits to be mined, it is opened once", async () => {
    await stage.holdBlocks();
    await participants.have("polls", pollDocument({ opensAt: OPENS_AT, closesAt: CLOSES_AT }));
    await stage.untilSent("curator");
    await killAndStart();
    await stage.releaseBlocks();
    await operator.api.untilIdle();
    const opened = (await stage.events("polls")).filter(({ name }) => name === "PollOpened");
    assert.equal(opened.length, 1);
  });

  test("when votes were acknowledged, all are counted, and the result that waited to be mined stands once", async () => {
    await stage.relayer.moveTo(OPENS_AT);
    const cast = (owner: string, at: number) =>
      participants.vote(owner, { poll: 1, option: at % 2, castAt: OPENS_AT + at });
    const receipts: VoteAnswer[] = [];
    for (const [at, owner] of OWNERS.entries()) {
      receipts.push(await cast(owner, at));
      if (at === 2) await killAndStart();
    }
    await killAndStart();
    assert.deepEqual(await Promise.all(OWNERS.map(cast)), receipts);
    await stage.holdBlocks();
    await stage.moveTo(CLOSES_AT);
    await stage.untilSent("curator");
    await killAndStart();
    await stage.releaseBlocks();
    await operator.api.untilIdle();
    await assertCounted(stage, operator.api, { receipts, tallies: [3n, 3n, 0n] });
  });

  test("when accounts that are to be attested wait to be mined, each is attested once and none is forgotten", async () => {
    const far = milestoneDocument("three-kilometres", { kind: "metres", metres: 3_000, withinDays: 1 });
    const long = milestoneDocument("a-day", { kind: "days", days: 1 });
    for (const milestone of [far, long]) await participants.publishMilestone(milestone);
    await operator.end("SIGKILL");
    for (const milestone of [far, long]) await participants.defineMilestone(milestone);
    await stage.holdBlocks();
    await operator.start();
    await stage.untilSent("attester");
    await killAndStart();
    await stage.releaseBlocks();
    await operator.api.untilIdle();
    const all = OWNERS.map(addressOf);
    assert.deepEqual(
      await attested(stage),
      [...all.slice(2).map((account) => [1, account]), ...all.map((account) => [2, account])].sort(),
    );
  });

  test("when allowance and round wait to be mined, each round is paid in once, and proofs are served ever after", async () => {
    const treasurer = addressOf("treasurer");
    const token = await deployPlayToken(stage.rpcUrl, { by: keyOf("deployer"), holder: treasurer, supply: 10_000n });
    const round = (amount: string) => roundDocument({ day: 0, token, amount, deadline: GENESIS + 60 * DAY_S });
    await stage.holdBlocks();
    await participants.have("rounds", round("1000"));
    await participants.have("rounds", round("500"));
    await stage.untilSent("treasurer");
    await killAndStart();
    await stage.rpc("evm_mine", []);
    await stage.untilSent("treasurer");
    await killAndStart();
    await stage.releaseBlocks();
    await operator.api.untilIdle();
    await stage.relayer.moveTo(CLAIMABLE_AT);
    await killAndStart();
    await assertPaid(stage, operator.api, { token, amounts: [1_000n, 500n], left: 8_500n });
  });
});
