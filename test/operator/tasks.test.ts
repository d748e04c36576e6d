import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import type { Operator } from "../../src/operator/index.ts";
import { concatBytes, DAY_S, fromHex, type Hex, keccak } from "../../src/protocol/index.ts";
import { addressOf, keyOf } from "../relayer/support/keys.ts";
import { signIntent } from "../relayer/support/owners.ts";
import { GENESIS } from "../relayer/support/programme.ts";
import { assertAwarded } from "./support/outcomes.ts";
import { Participants } from "./support/participants.ts";
import { type Answer, type OperatorApi, runOperator } from "./support/running.ts";
import { AWARD_KEY, DESK_KEY, type ServiceStage, startServiceStage, TASKS } from "./support/services.ts";

/** What all accounts together can be awarded on a day. */
const MOST_CRYSTALS = 200;

describe("the task service", () => {
  let stage: ServiceStage;
  let operator: Operator & OperatorApi;

  before(async () => {
    stage = await startServiceStage({ maxCrystalsPerDay: MOST_CRYSTALS, noticeS: DAY_S });
    operator = await runOperator(stage, stage.services);
    await new Participants(stage, operator).publishTasks();
  });

  after(async () => {
    await operator?.close();
    await stage?.stop();
  });

  const ask = (task: string, owner: string, occurrence?: string, key: string | undefined = AWARD_KEY) =>
    operator.post(
      `/v1/tasks/${task}/awards`,
      { account: addressOf(owner), ...(occurrence === undefined ? {} : { occurrence: keyOf(occurrence) }) },
      key,
    );
  const refusal = ({ status, body }: Answer) => [status, (body as { error?: { code: string } }).error?.code];
  const digest = ({ status, body, text }: Answer) => {
    assert.equal(status, 202, text);
    return (body as { digest: Hex }).digest;
  };

  /** Both processes know the time. */
  async function moveTo(time: number): Promise<void> {
    await stage.relayer.moveTo(time);
    await operator.untilIdle();
  }

  test("when it is asked what can be done, it tells the tasks that a programme starts with, as the chain has them", async () => {
    const { body } = await operator.get("/v1/tasks");
    const { tasks } = body as { tasks: { task: number; open: boolean; definition: { id: string } }[] };
    assert.deepEqual(
      tasks.map(({ task, open, definition }) => [task, open, definition]),
      TASKS.map((definition, at) => [at + 1, true, definition]),
    );
    assert.deepEqual(
      tasks.map(({ definition }) => definition.id),
      ["daily-sign-in", "trip-feedback", "function-activation", "co-creation-submission", "co-creation-vote"],
    );
  });

  test("when the key is missing, wrong, or the desk's, nothing is awarded", async () => {
    for (const key of ["", "another key", DESK_KEY]) {
      assert.deepEqual(refusal(await ask("trip-feedback", "alice", "trip", key)), [401, "API_KEY_INVALID"], key);
    }
    await operator.untilIdle();
    await assertAwarded(stage, { alice: [] });
  });

  test("when the same is asked twice, it is awarded once, and the answer is the same", async () => {
    const first = digest(await ask("trip-feedback", "alice", "trip 1"));
    assert.equal(digest(await ask("trip-feedback", "alice", "trip 1")), first);
    const signIn = digest(await ask("daily-sign-in", "alice"));
    assert.equal(digest(await ask("daily-sign-in", "alice")), signIn);
    await operator.untilIdle();
    const { body } = await ask("trip-feedback", "alice", "trip 1");
    assert.deepEqual([(body as { state: string }).state, (body as { crystals: number }).crystals], ["taken", 10]);
    await assertAwarded(stage, { alice: [first, signIn] });
  });

  test("when an account has had its awards of the day, it is refused by name; others and the next day are not", async () => {
    const awards = await Promise.all(["trip 1", "trip 2", "trip 3"].map((trip) => ask("trip-feedback", "bob", trip)));
    const tooMany = await ask("trip-feedback", "bob", "trip 4");
    assert.deepEqual(refusal(tooMany), [409, "AWARD_LIMIT_REACHED"]);
    digest(await ask("trip-feedback", "carol", "trip 4"));
    await operator.untilIdle();
    await assertAwarded(stage, { bob: awards.map(digest) });
    await moveTo(GENESIS + 2 * DAY_S + 7_200);
    digest(await ask("trip-feedback", "bob", "trip 4"));
    digest(await ask("daily-sign-in", "alice"));
  });

  test("when all crystals of the day are awarded, the next award is refused by name, and what is left can be awarded", async () => {
    await moveTo(GENESIS + 3 * DAY_S + 7_200);
    for (const owner of ["alice", "bob", "carol"]) {
      for (const first of ["seats", "lights"]) digest(await ask("function-activation", owner, first));
    }
    assert.deepEqual(refusal(await ask("function-activation", "dave", "seats")), [409, "AWARD_LIMIT_REACHED"]);
    digest(await ask("co-creation-vote", "dave", "a poll elsewhere"));
    digest(await ask("trip-feedback", "frank", "trip"));
    assert.deepEqual(refusal(await ask("daily-sign-in", "frank")), [409, "AWARD_LIMIT_REACHED"]);
  });

  test("when an owner hands in an idea twice, the operator itself awards it, once", async () => {
    await moveTo(GENESIS + 4 * DAY_S + 7_200);
    const id = await propose("erin");
    assert.equal(await propose("erin"), id);
    await operator.untilIdle();
    const { body } = await operator.post(
      "/v1/tasks/co-creation-submission/awards",
      { account: addressOf("erin"), occurrence: id },
      AWARD_KEY,
    );
    assert.equal((body as { state: string }).state, "taken");
    await assertAwarded(stage, { erin: [(body as { digest: Hex }).digest] });
  });

  test("when what is asked for is no task, or another occurrence than the day's, it is refused by name", async () => {
    assert.deepEqual(refusal(await ask("washing-the-car", "alice", "once")), [404, "NOT_FOUND"]);
    assert.deepEqual(refusal(await ask("trip-feedback", "alice")), [400, "BODY_INVALID"]);
    assert.deepEqual(refusal(await ask("daily-sign-in", "alice", "another day")), [400, "BODY_INVALID"]);
  });

  test("when a task was ended, it is awarded until then and no longer", async () => {
    const [sign] = TASKS;
    assert.equal(sign?.id, "daily-sign-in");
    await stage.writer("rules").call("taskBook", "endTask", [1, 6]);
    await moveTo(GENESIS + 6 * DAY_S - 1);
    digest(await ask("daily-sign-in", "bob"));
    await moveTo(GENESIS + 6 * DAY_S);
    assert.deepEqual(refusal(await ask("daily-sign-in", "bob")), [409, "TASK_NOT_OPEN"]);
    const { body } = await operator.get("/v1/tasks");
    const [ended] = (body as { tasks: { open: boolean; untilDay: number }[] }).tasks;
    assert.deepEqual([ended?.open, ended?.untilDay], [false, 6]);
  });

  test("when the task key does not hold any more, nothing is awarded by it", async () => {
    const now = Number((await stage.client.getBlock()).timestamp);
    await stage.writer("rules").call("taskBook", "setTaskKey", [addressOf("tasks"), 1, now + 60]);
    digest(await ask("trip-feedback", "dave", "trip"));
    await moveTo(now + 60);
    assert.deepEqual(refusal(await ask("trip-feedback", "dave", "later trip")), [409, "TASK_NOT_OPEN"]);
  });

  async function propose(owner: string): Promise<Hex> {
    const text = "Call it Moss";
    const salt = keyOf("salt of a proposal");
    const hash = keccak(concatBytes(fromHex(salt), new TextEncoder().encode(text)));
    const message = { account: addressOf(owner), topic: 0, contentHash: hash, submittedAt: GENESIS + 4 * DAY_S };
    const { signature } = signIntent(stage, "Proposal", message, { owner });
    const answer = await operator.post("/v1/proposals", { proposal: message, text, salt, signature });
    assert.equal(answer.status, 200, answer.text);
    return (answer.body as { id: Hex }).id;
  }
});
