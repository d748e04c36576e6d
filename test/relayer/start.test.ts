import assert from "node:assert/strict";
import { copyFile, readFile, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { describe, type TestContext, test } from "node:test";
import { sql } from "kysely";
import { DROP_S } from "../../src/protocol/index.ts";
import { openApplication } from "./support/application.ts";
import { keyOf } from "./support/keys.ts";
import { carOf, grantOf, pairingOf, readingOf, registerCars, signReading } from "./support/owners.ts";
import { GENESIS, startProgramme, type TestProgramme } from "./support/programme.ts";
import { runRelayer } from "./support/running.ts";

const hasCode = (code: string) => (error: unknown) => (error as { code?: string }).code === code;

async function programmeFor(context: TestContext): Promise<TestProgramme> {
  const programme = await startProgramme();
  context.after(() => programme.stop());
  return programme;
}

/** Runs a relayer until two drops with readings are published. */
async function publishTwoDrops(programme: TestProgramme): Promise<void> {
  const car = carOf("one", "alice");
  await registerCars(programme, [car]);
  const relayer = await runRelayer(programme);
  await relayer.intend([grantOf(programme, "alice", { deadline: GENESIS }), pairingOf(programme, car, GENESIS)]);
  await relayer.untilIdle();
  for (const drop of [1, 2]) {
    const time = GENESIS + drop * DROP_S;
    await relayer.moveTo(time);
    const reading = readingOf(car, {
      ...{ sequence: drop, startedAt: time - 60, endedAt: time },
      ...{ odometerStart: 1_000 * drop, odometerEnd: 1_000 * drop },
    });
    await relayer.deliver([signReading(programme, car, reading)]);
  }
  await relayer.moveTo(GENESIS + 3 * DROP_S);
  await relayer.close();
}

describe("starting a relayer", () => {
  test("when it listens, relayer.json says where, and it is gone after the end", async (context) => {
    const programme = await programmeFor(context);
    const relayer = await runRelayer(programme);
    const path = join(programme.workDir, "relayer.json");
    assert.deepEqual(JSON.parse(await readFile(path, "utf8")), { url: relayer.url, pid: process.pid });
    await relayer.close();
    await assert.rejects(readFile(path), hasCode("ENOENT"));
  });

  test("when another has the work folder, it is refused", async (context) => {
    const programme = await programmeFor(context);
    const relayer = await runRelayer(programme);
    await assert.rejects(runRelayer(programme), hasCode("WORK_DIR_IN_USE"));
    await relayer.close();
  });

  test("when the chain is another one, it is refused and leaves the folder free", async (context) => {
    const programme = await programmeFor(context);
    const path = join(programme.workDir, "deployment.json");
    await writeFile(path, JSON.stringify({ ...programme.deployment, blockHash: keyOf("another chain") }));
    await assert.rejects(runRelayer(programme), hasCode("CHAIN_MISMATCH"));
    await writeFile(path, JSON.stringify(programme.deployment));
    await (await runRelayer(programme)).close();
  });

  test("when the chain does not answer, it says so", async (context) => {
    const programme = await programmeFor(context);
    await assert.rejects(runRelayer(programme, { rpcUrl: "http://127.0.0.1:1" }), hasCode("CHAIN_UNREACHABLE"));
  });

  test("when there is no deployment, it says so", async (context) => {
    const programme = await programmeFor(context);
    await assert.rejects(
      runRelayer(programme, { workDir: join(programme.workDir, "nowhere") }),
      hasCode("FILE_UNREADABLE"),
    );
  });

  test("when the port is taken, it says so", async (context) => {
    const programme = await programmeFor(context);
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    context.after(() => server.close());
    const { port } = server.address() as { port: number };
    await assert.rejects(runRelayer(programme, { port }), hasCode("PORT_IN_USE"));
  });

  test("when receipts would be signed by a key that Rules does not have, it is refused", async (context) => {
    const programme = await programmeFor(context);
    const refused = runRelayer(programme, { receiptKey: keyOf("nobody's receipts") });
    await assert.rejects(refused, { code: "CONFIG_INVALID", details: { field: "receiptKey" } });
  });

  test("when the published files are in another folder, it is refused, and nothing is written there", async (context) => {
    const programme = await programmeFor(context);
    await publishTwoDrops(programme);
    const filesDir = join(programme.workDir, "elsewhere");
    await assert.rejects(runRelayer(programme, { filesDir }), hasCode("FILE_UNREADABLE"));
    await assert.rejects(readFile(join(filesDir, "manifest.jsonl")), hasCode("ENOENT"));
    await (await runRelayer(programme)).close();
  });

  test("when an old copy of the database is put back, it is refused", async (context) => {
    const programme = await programmeFor(context);
    const path = join(programme.workDir, "relayer.sqlite");
    await (await runRelayer(programme)).close();
    await copyFile(path, `${path}.old`);
    const relayer = await runRelayer(programme);
    await relayer.moveTo(GENESIS + 3 * DROP_S);
    await relayer.close();
    await copyFile(`${path}.old`, path);
    await assert.rejects(runRelayer(programme), hasCode("STORE_DAMAGED"));
  });

  test("when it starts again, it goes on where it was", async (context) => {
    const programme = await programmeFor(context);
    const first = await runRelayer(programme);
    await first.moveTo(GENESIS + 3 * DROP_S);
    await first.close();
    const second = await runRelayer(programme);
    const status = await second.moveTo(GENESIS + 5 * DROP_S);
    await second.close();
    assert.deepEqual([status.nextDrop, status.gas.anchorDrops?.items], [5, 5]);
  });

  test("when a line of the manifest was cut off, it is written again", async (context) => {
    const programme = await programmeFor(context);
    await publishTwoDrops(programme);
    const path = join(programme.workDir, "files", "manifest.jsonl");
    const whole = await readFile(path, "utf8");
    assert.equal(whole.split("\n").length, 3);
    await writeFile(path, whole.slice(0, -20));
    await (await runRelayer(programme)).close();
    assert.equal(await readFile(path, "utf8"), whole);
  });
});

describe("a store that cannot be written", () => {
  test("when the disk is full, readings are refused with 503 and taken once there is room", async (context) => {
    const programme = await programmeFor(context);
    const car = carOf("one", "alice");
    const application = await openApplication(programme);
    context.after(() => application.close());
    const { db } = application.engine.services;
    const readings = Array.from({ length: 400 }, (_, at) =>
      signReading(programme, car, readingOf(car, { sequence: at, startedAt: GENESIS, endedAt: GENESIS + 9 })),
    );
    const post = () => application.app.inject({ method: "POST", url: "/v1/readings", payload: { readings } });
    const { rows } = await sql<{ page_count: number }>`pragma page_count`.execute(db);
    await sql`pragma max_page_count = ${sql.raw(`${rows[0]?.page_count}`)}`.execute(db);
    const full = await post();
    assert.deepEqual([full.statusCode, full.json().error.code], [503, "STORE_FULL"]);
    assert.equal(full.headers["retry-after"], "1");
    await sql`pragma max_page_count = 1000000`.execute(db);
    assert.equal((await post()).statusCode, 200);
  });
});

describe("an embedded chain whose keeper says what is saved", () => {
  test("when a block is not saved, what it brings is not final", async (context) => {
    const programme = await programmeFor(context);
    const finalFile = join(programme.workDir, "final.json");
    const save = async (): Promise<void> => {
      const { number, hash } = await programme.client.getBlock();
      await writeFile(finalFile, JSON.stringify({ number: Number(number), hash }));
    };
    const relayer = await runRelayer(programme, { finalFile });
    context.after(() => relayer.close());
    const grant = grantOf(programme, "alice", { deadline: GENESIS });
    await relayer.intend([grant]);
    const stateOf = async () => ((await relayer.get(`/v1/intents/${grant.id}`)).body as { state: string }).state;
    const mined = async () => (await relayer.status()).outbox.mined === 1;
    while (!(await mined())) await new Promise((resolve) => setTimeout(resolve, 5));
    assert.equal(await stateOf(), "sent");
    await save();
    await relayer.untilIdle();
    assert.equal(await stateOf(), "done");
  });

  test("when saved blocks come back without the newest ones, lost transactions go out again", async (context) => {
    const programme = await programmeFor(context);
    const finalFile = join(programme.workDir, "final.json");
    const { number, hash } = await programme.client.getBlock();
    await writeFile(finalFile, JSON.stringify({ number: Number(number), hash }));
    const relayer = await runRelayer(programme, { finalFile });
    context.after(() => relayer.close());
    const grant = grantOf(programme, "alice", { deadline: GENESIS });
    await relayer.intend([grant]);
    const mined = async () => (await relayer.status()).outbox.mined === 1;
    while (!(await mined())) await new Promise((resolve) => setTimeout(resolve, 5));
    await programme.rpc("anvil_reorg", [1, []]);
    await programme.rpc("evm_mine", []);
    while ((await programme.client.getBlockNumber()) < number + 3n)
      await new Promise((resolve) => setTimeout(resolve, 5));
    const newest = await programme.client.getBlock();
    await writeFile(finalFile, JSON.stringify({ number: Number(newest.number), hash: newest.hash }));
    await relayer.untilIdle();
    const { body } = await relayer.get(`/v1/intents/${grant.id}`);
    assert.equal((body as { state: string }).state, "done");
  });
});
