import assert from "node:assert/strict";
import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import type { Hex } from "../../src/protocol/index.ts";
import { startCli } from "../support/run-cli.ts";
import { boxEvents, checkedProofs } from "./support/box-events.ts";
import { Killer, until } from "./support/killer.ts";
import { OperatorProcess, testConfig } from "./support/running.ts";
import { type BoxStage, PLAYERS, startBoxStage } from "./support/stage.ts";

const LINKS = 20;
/** Drops in which the process is killed at random moments. */
const DROPS = 4;

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
function untilSent(stage: BoxStage): Promise<void> {
  const sent = async () => Number(((await stage.rpc("txpool_status", [])) as { pending: Hex }).pending) > 0;
  return until(sent, "a transaction");
}

/** One season, which every test plays on in drops of its own. */
describe("a box operator that is killed", () => {
  let stage: BoxStage;
  let operator: OperatorProcess;
  let season: number;
  /** The drop in which the next requests stand. */
  let drop: number;

  before(async () => {
    stage = await startBoxStage();
    operator = new OperatorProcess(stage);
    const opened = await stage.openSeason(await prepareAndKill(stage), LINKS);
    [season, drop] = [opened.season, opened.firstDrop];
  });

  after(async () => {
    await operator?.end("SIGKILL");
    await stage?.stop();
  });

  const endDrop = () => stage.moveToDrop(++drop);
  const reveals = async () => (await boxEvents(stage, "DropRevealed")).map(({ args }) => args.drop);
  const boxes = async () => (await checkedProofs(stage)).length;

  test("between storing a chain and opening its season, it serves the season all the same", async () => {
    await operator.start();
    await stage.request("alice", season, 2);
    await endDrop();
    assert.deepEqual((await operator.api.untilIdle()).alerts, []);
    assert.equal(await boxes(), 2);
  });

  test("and whose store is lost, it takes the chain back from the backup", async () => {
    await operator.end("SIGKILL");
    for (const end of ["", "-wal", "-shm"]) await rm(join(stage.workDir, `operator.sqlite${end}`), { force: true });
    await stage.request("bob", season, 3);
    await operator.start();
    await endDrop();
    assert.deepEqual((await operator.api.untilIdle()).alerts, []);
    assert.deepEqual(await reveals(), [drop - 2, drop - 1]);
    assert.equal(await boxes(), 5);
  });

  test("between reveal and opening, it opens once", async () => {
    for (const name of ["alice", "bob"]) await stage.request(name, season, 2);
    await operator.api.untilIdle();
    await stage.rpc("evm_setAutomine", [false]);
    await endDrop();
    await untilSent(stage);
    await operator.end("SIGKILL");
    await stage.rpc("evm_mine", []);
    await stage.rpc("evm_setAutomine", [true]);
    assert.deepEqual([(await reveals()).length, (await boxEvents(stage, "BoxesOpened")).length], [3, 2]);
    await operator.start();
    await operator.api.untilIdle();
    assert.deepEqual([(await reveals()).length, await boxes()], [3, 9]);
  });

  test("while a reveal waits to be mined, the next process takes over, and it stands once", async () => {
    await stage.request("alice", season, 2);
    await operator.api.untilIdle();
    await stage.rpc("evm_setAutomine", [false]);
    await endDrop();
    await untilSent(stage);
    await operator.end("SIGKILL");
    await operator.start();
    await untilSent(stage);
    await stage.rpc("evm_mine", []);
    await stage.rpc("evm_setAutomine", [true]);
    await operator.api.untilIdle();
    assert.deepEqual([(await reveals()).length, await boxes()], [4, 11]);
  });

  test("at random moments, every request is opened once, by the links in their order", async () => {
    const killer = new Killer(operator, { kills: 3, seed: 11 });
    const first = drop;
    const requested = () => boxEvents(stage, "BoxesRequested");
    while (drop < first + DROPS) {
      for (const name of PLAYERS) await stage.request(name, season, 1 + (drop % 3));
      await endDrop();
      const due = (await requested()).length;
      await until(async () => (await boxEvents(stage, "BoxesOpened")).length === due, `${due} openings`);
    }
    assert.equal(await killer.done(), 3);
    assert.deepEqual((await operator.api.untilIdle()).alerts, []);
    assert.deepEqual(
      (await reveals()).slice(4),
      [...Array(DROPS).keys()].map((at) => first + at),
    );
    const count = (await requested()).reduce((sum, { args }) => sum + args.count, 0);
    assert.equal(await boxes(), count);
    assert.equal(await operator.end("SIGTERM"), 0);
  });
});
