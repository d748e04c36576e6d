import assert from "node:assert/strict";
import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, type TestContext, test } from "node:test";
import type { Hex } from "../../src/protocol/index.ts";
import { startCli } from "../support/run-cli.ts";
import { boxEvents, checkedProofs } from "./support/box-events.ts";
import { OperatorProcess, testConfig } from "./support/running.ts";
import { type BoxStage, PLAYERS, startBoxStage } from "./support/stage.ts";

const LINKS = 20;
const DROPS = 6;
const KILLS = 4;
/** Seed of the moments at which the process is ended. */
const SEED = 11;

async function stageFor(context: TestContext): Promise<{ stage: BoxStage; operator: OperatorProcess }> {
  const stage = await startBoxStage();
  const operator = new OperatorProcess(stage);
  context.after(async () => {
    await operator.end("SIGKILL").catch(() => undefined);
    await stage.stop();
  });
  return { stage, operator };
}

/** Makes a chain in a process that is killed as soon as the tip is out. */
async function prepareAndKill(stage: BoxStage): Promise<Hex> {
  const path = join(stage.workDir, "prepare.json");
  await writeFile(path, JSON.stringify(testConfig(stage)));
  const command = startCli(["operator", "prepare-chain", "--config", path, "--links", `${LINKS}`]);
  const [, tip] = await command.until(/^tip\s+(0x[0-9a-f]{64})$/m);
  command.child.kill("SIGKILL");
  await command.finished;
  return tip as Hex;
}

/** Waits until the node holds a transaction that no block has. */
async function untilSent(stage: BoxStage): Promise<void> {
  for (let look = 0; look < 2_000; look++) {
    const { pending } = (await stage.rpc("txpool_status", [])) as { pending: Hex };
    if (Number(pending) > 0) return;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  throw new Error("nothing was sent");
}

describe("a box operator that is killed", () => {
  test("between storing a chain and opening its season, it serves the season all the same", async (context) => {
    const { stage, operator } = await stageFor(context);
    const { season, firstDrop } = await stage.openSeason(await prepareAndKill(stage), LINKS);
    await operator.start();
    await stage.request("alice", season, 2);
    await stage.moveToDrop(firstDrop + 1);
    assert.deepEqual((await operator.api.untilIdle()).alerts, []);
    assert.equal((await checkedProofs(stage)).length, 2);
  });

  test("and whose store is lost, it takes the chain back from the backup", async (context) => {
    const { stage, operator } = await stageFor(context);
    const { season, firstDrop } = await stage.openSeason(await prepareAndKill(stage), LINKS);
    await operator.start();
    await stage.request("alice", season, 2);
    await stage.moveToDrop(firstDrop + 1);
    await operator.api.untilIdle();
    await operator.end("SIGKILL");
    for (const end of ["", "-wal", "-shm"]) await rm(join(stage.workDir, `operator.sqlite${end}`), { force: true });
    await stage.request("bob", season, 3);
    await operator.start();
    await stage.moveToDrop(firstDrop + 2);
    assert.deepEqual((await operator.api.untilIdle()).alerts, []);
    assert.equal((await boxEvents(stage, "DropRevealed")).length, 2);
    assert.equal((await checkedProofs(stage)).length, 5);
  });

  test("between reveal and opening, it opens once", async (context) => {
    const { stage, operator } = await stageFor(context);
    const { season, firstDrop } = await stage.openSeason(await prepareAndKill(stage), LINKS);
    await operator.start();
    await stage.request("alice", season, 2);
    await stage.request("bob", season, 2);
    await operator.api.untilIdle();
    await stage.rpc("evm_setAutomine", [false]);
    await stage.moveToDrop(firstDrop + 1);
    await untilSent(stage);
    await operator.end("SIGKILL");
    await stage.rpc("evm_mine", []);
    await stage.rpc("evm_setAutomine", [true]);
    assert.equal((await boxEvents(stage, "DropRevealed")).length, 1);
    assert.equal((await boxEvents(stage, "BoxesOpened")).length, 0);
    await operator.start();
    await operator.api.untilIdle();
    assert.equal((await boxEvents(stage, "DropRevealed")).length, 1);
    assert.equal((await checkedProofs(stage)).length, 4);
  });

  test("while a reveal waits to be mined, the next process takes over, and it stands once", async (context) => {
    const { stage, operator } = await stageFor(context);
    const { season, firstDrop } = await stage.openSeason(await prepareAndKill(stage), LINKS);
    await operator.start();
    await stage.request("alice", season, 2);
    await operator.api.untilIdle();
    await stage.rpc("evm_setAutomine", [false]);
    await stage.moveToDrop(firstDrop + 1);
    await untilSent(stage);
    await operator.end("SIGKILL");
    await operator.start();
    await untilSent(stage);
    await stage.rpc("evm_mine", []);
    await stage.rpc("evm_setAutomine", [true]);
    await operator.api.untilIdle();
    assert.equal((await boxEvents(stage, "DropRevealed")).length, 1);
    assert.equal((await checkedProofs(stage)).length, 2);
  });

  test(`${KILLS} times at random moments, every request is opened once, by the links in their order`, async (context) => {
    const { stage, operator } = await stageFor(context);
    const { season, firstDrop } = await stage.openSeason(await prepareAndKill(stage), LINKS);
    await operator.start();
    let killed = 0;
    const next = numbers(SEED);
    const killer = (async () => {
      while (killed < KILLS) {
        await new Promise((resolve) => setTimeout(resolve, 20 + 400 * next()));
        await operator.end("SIGKILL");
        killed++;
        await operator.start();
      }
    })();
    const opened = async () => (await boxEvents(stage, "BoxesOpened")).length;
    for (let drop = 0; drop < DROPS; drop++) {
      for (const name of PLAYERS) await stage.request(name, season, 1 + (drop % 3));
      await stage.moveToDrop(firstDrop + drop + 1);
      while ((await opened()) < (drop + 1) * PLAYERS.length) await new Promise((resolve) => setTimeout(resolve, 20));
    }
    await killer;
    assert.deepEqual((await operator.api.untilIdle()).alerts, []);
    const reveals = await boxEvents(stage, "DropRevealed");
    assert.deepEqual(
      reveals.map(({ args }) => args.drop - firstDrop),
      [...Array(DROPS).keys()],
    );
    const requested = await boxEvents(stage, "BoxesRequested");
    const boxes = requested.reduce((sum, { args }) => sum + args.count, 0);
    assert.deepEqual([await opened(), (await checkedProofs(stage)).length], [requested.length, boxes]);
    assert.equal(await operator.end("SIGTERM"), 0);
  });
});
