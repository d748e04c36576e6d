import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import type { RelayerStatus } from "../../src/cli/relayer-api.ts";
import { runCli, startCli, temporaryFolder } from "../support/run-cli.ts";
import { eventually, isRunning, statusOf } from "./support.ts";

const WORK = join(temporaryFolder(), "work");
const ARGUMENTS = ["up", "--fleet", "3", "--work", WORK] as const;

function fileOf<T>(name: string): T {
  return JSON.parse(readFileSync(join(WORK, name), "utf8")) as T;
}

const apiUrl = () => fileOf<{ apiUrl: string }>("endpoints.json").apiUrl;
const askOperator = async <T>(path: string): Promise<T> => {
  const { operatorUrl } = fileOf<{ operatorUrl: string }>("endpoints.json");
  return (await (await fetch(`${operatorUrl}${path}`)).json()) as T;
};
interface Terms {
  readonly tasks: readonly { readonly definition: { readonly id: string } }[];
  readonly items: readonly { readonly item?: number; readonly milestone?: number; readonly text?: object }[];
}
/** The tasks and items that the operator shows, once it has seen them in final blocks. */
const termsOf = () =>
  eventually("tasks and items", async () => {
    const { tasks } = await askOperator<Terms>("/v1/tasks");
    const { items } = await askOperator<Terms>("/v1/items");
    return tasks.length > 0 ? { tasks: tasks.map(({ definition }) => definition.id), items } : undefined;
  });
const statusNow = async () => (await (await fetch(`${apiUrl()}/v1/status`)).json()) as RelayerStatus;
const untilReady = () =>
  eventually("readiness", async () => ((await statusOf(`${apiUrl()}/readyz`)) === 200 ? true : undefined));

test("when it is started, used, stopped and started again, the programme goes on", async (context) => {
  const first = startCli(ARGUMENTS);
  context.after(() => first.child.kill("SIGKILL"));
  await first.until(/Cairn is running\. A new programme was deployed/);
  const deployment = fileOf("deployment.json");
  await untilReady();

  await context.test("when it is up, the API's page is served", async () => {
    assert.equal(await statusOf(`${apiUrl()}/docs`), 200);
  });

  await context.test("when the programme is new, tasks and items are defined, and all duties run", async () => {
    const { tasks, items } = await termsOf();
    assert.deepEqual(tasks, [
      ...["daily-sign-in", "trip-feedback", "function-activation"],
      ...["co-creation-submission", "co-creation-vote"],
    ]);
    assert.deepEqual(
      items.map(({ item, milestone, text }) => [item, milestone, text !== undefined]),
      [
        [1, 1, true],
        [2, 2, true],
      ],
    );
    const { duties, alerts } = await askOperator<{ duties: { running: boolean }[]; alerts: object[] }>("/v1/status");
    assert.deepEqual([duties.every(({ running }) => running), alerts], [true, []]);
  });

  await context.test("when cars drive, the first readings are accepted within minutes", async () => {
    const accepted = await eventually(
      "a reading",
      async () => {
        const { readings } = await statusNow();
        return readings.accepted > 0 ? readings : undefined;
      },
      150_000,
    );
    assert.deepEqual(accepted.refused, {});
  });

  await context.test("when another command wants the same folder, it is refused", async () => {
    const { code, stderr } = await runCli(ARGUMENTS);
    assert.equal(code, 2);
    assert.match(stderr, /^WORK_DIR_IN_USE: /);
  });

  await context.test("when the relayer is killed, it is started again", async () => {
    process.kill(fileOf<{ pid: number }>("relayer.json").pid, "SIGKILL");
    await first.until(/The relayer died and was started again \(1\)/);
    await untilReady();
  });

  await context.test("when the operator is killed, it is started again and knows what it knew", async () => {
    const before = await termsOf();
    process.kill(fileOf<{ pid: number }>("operator/operator.json").pid, "SIGKILL");
    await first.until(/The operator died and was started again \(1\)/);
    assert.deepEqual(await termsOf(), before);
  });

  const { pid: operatorPid } = fileOf<{ pid: number }>("operator/operator.json");
  const anvilPid = Number(readFileSync(join(WORK, "chain", "anvil.pid"), "utf8"));
  const before = await statusNow();
  first.child.kill("SIGINT");
  const { code, stderr } = await first.finished;

  await context.test("when it is interrupted, everything stops and it ends with 0", async () => {
    assert.equal(code, 0, stderr);
    assert.match(stderr, /Stopped\. Start it again with: (?:npx |\.\/)cairn up/);
    assert.deepEqual([await isRunning(anvilPid), await isRunning(operatorPid)], [false, false]);
  });

  await context.test("when it is started again, programme and readings are still there", async () => {
    const second = startCli(["up", "--work", WORK]);
    await second.until(/The programme goes on/);
    assert.deepEqual(fileOf("deployment.json"), deployment);
    await untilReady();
    const now = await statusNow();
    assert.equal(now.readings.accepted, before.readings.accepted);
    assert.ok(now.headBlock >= before.finalBlock);
    const { tasks, items } = await termsOf();
    assert.deepEqual([tasks.length, items.length], [5, 2]);
    second.child.kill("SIGTERM");
    assert.equal((await second.finished).code, 0);
  });
});
