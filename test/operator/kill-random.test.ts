import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { deployPlayToken } from "../../src/chain/write/play-token.ts";
import { DAY_S, type Hex } from "../../src/protocol/index.ts";
import { addressOf, keyOf } from "../relayer/support/keys.ts";
import { GENESIS } from "../relayer/support/programme.ts";
import { milestoneDocument, pollDocument, roundDocument } from "./support/documents.ts";
import { Killer } from "./support/killer.ts";
import { assertAwarded, assertCounted, assertPaid, attested } from "./support/outcomes.ts";
import { Participants, type VoteAnswer } from "./support/participants.ts";
import { OperatorProcess } from "./support/running.ts";
import { OWNERS, type ServiceStage, startServiceStage } from "./support/services.ts";

const OPENS_AT = GENESIS + DAY_S + 7_200;
const CLOSES_AT = OPENS_AT + 600;
const CLAIMABLE_AT = CLOSES_AT + 3_600;
/** Of the first kilometres and of the first day with a car. */
const MILESTONES = [
  milestoneDocument("two-kilometres", { kind: "metres", metres: 2_000, withinDays: 1 }),
  milestoneDocument("a-day", { kind: "days", days: 1 }),
];
const TRIPS = 3;

describe("an operator that is killed at random moments", () => {
  let stage: ServiceStage;
  let operator: OperatorProcess;
  let participants: Participants;
  const receipts: VoteAnswer[] = [];
  const awards: Record<string, Hex[]> = {};

  before(async () => {
    stage = await startServiceStage();
    operator = new OperatorProcess(stage, stage.services);
    participants = new Participants(stage, operator.api);
    await operator.start();
    await participants.publishTasks();
    await participants.have("polls", pollDocument({ opensAt: OPENS_AT, closesAt: CLOSES_AT }));
    await operator.api.untilIdle();
  });

  after(async () => {
    await operator?.end("SIGKILL");
    await stage?.stop();
  });

  test("while owners vote and are awarded, every award that was answered is the relayer's once, every vote receipted once", async () => {
    await stage.relayer.moveTo(OPENS_AT);
    const killer = new Killer(operator, { kills: 3, seed: 17 });
    for (let trip = 0; trip < TRIPS; trip++) {
      for (const owner of OWNERS) {
        const { digest } = await participants.award("trip-feedback", owner, `trip ${trip}`);
        awards[owner] = [...(awards[owner] ?? []), digest];
      }
    }
    for (const [at, owner] of OWNERS.entries()) {
      receipts.push(await participants.vote(owner, { poll: 1, option: at % 3, castAt: OPENS_AT + at }));
    }
    assert.equal(await killer.done(), 3);
    await operator.api.untilIdle();
    // The operator awards the vote itself.
    const again = await Promise.all(OWNERS.map((owner) => participants.awardOfVote(owner, 1)));
    for (const [at, owner] of OWNERS.entries()) awards[owner]?.push(again[at]?.digest as Hex);
    await assertAwarded(stage, awards);
  });

  test("while it counts, attests and pays in, each is done once, for everybody", async () => {
    const token = await deployPlayToken(stage.rpcUrl, {
      ...{ by: keyOf("deployer"), holder: addressOf("treasurer"), supply: 2_000n },
    });
    const killer = new Killer(operator, { kills: 3, seed: 23 });
    await stage.relayer.moveTo(CLOSES_AT);
    for (const milestone of MILESTONES) {
      await participants.publishMilestone(milestone);
      await participants.defineMilestone(milestone);
    }
    for (const amount of ["700", "300"]) {
      await participants.have("rounds", roundDocument({ day: 0, token, amount, deadline: GENESIS + 60 * DAY_S }));
    }
    assert.equal(await killer.done(), 3);
    assert.deepEqual((await operator.api.untilIdle()).alerts, []);
    await assertCounted(stage, operator.api, { receipts, tallies: [2n, 2n, 2n] });
    const accounts = OWNERS.map(addressOf);
    assert.deepEqual(
      await attested(stage),
      [...accounts.slice(1).map((account) => [1, account]), ...accounts.map((account) => [2, account])].sort(),
    );
    await stage.relayer.moveTo(CLAIMABLE_AT);
    await assertPaid(stage, operator.api, { token, amounts: [700n, 300n], left: 1_000n });
    await assertAwarded(stage, awards);
    assert.equal(await operator.end("SIGTERM"), 0);
  });
});
