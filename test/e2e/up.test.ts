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

  const anvilPid = Number(readFileSync(join(WORK, "chain", "anvil.pid"), "utf8"));
  const before = await statusNow();
  first.child.kill("SIGINT");
  const { code, stderr } = await first.finished;

  await context.test("when it is interrupted, everything stops and it ends with 0", async () => {
    assert.equal(code, 0, stderr);
    assert.match(stderr, /Stopped\. Start it again with: (?:npx |\.\/)cairn up/);
    assert.equal(await isRunning(anvilPid), false);
  });

  await context.test("when it is started again, programme and readings are still there", async () => {
    const second = startCli(["up", "--work", WORK]);
    await second.until(/The programme goes on/);
    assert.deepEqual(fileOf("deployment.json"), deployment);
    await untilReady();
    const now = await statusNow();
    assert.equal(now.readings.accepted, before.readings.accepted);
    assert.ok(now.headBlock >= before.finalBlock);
    second.child.kill("SIGINT");
    assert.equal((await second.finished).code, 0);
  });
});
