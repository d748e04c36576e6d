import assert from "node:assert/strict";
import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, type TestContext, test } from "node:test";
import { pino } from "pino";
import { CairnError, DAY_S } from "../../src/protocol/index.ts";
import { runEach } from "../../src/relayer/jobs/run-each.ts";
import { Worker, type WorkerParts } from "../../src/relayer/jobs/worker.ts";
import { Alerts } from "../../src/service/alerts.ts";
import type { Leadership } from "../../src/storage/lease.ts";
import { eventually } from "../faults/support/eventually.ts";
import { carOf, grantOf, pairingOf, readingOf, registerCars, signReading } from "./support/owners.ts";
import { GENESIS, startProgramme } from "./support/programme.ts";
import { runRelayer } from "./support/running.ts";
import { temporaryStore } from "./support/stores.ts";

/** A worker that shares its store, whose node never answers, and what it did in order. */
async function blindWorker(context: TestContext) {
  const { store } = await temporaryStore(context);
  const done: string[] = [];
  const lease = { isHeld: true, isFree: true };
  const leadership = {
    isShared: true,
    get isHeld() {
      return lease.isHeld;
    },
    acquire: async () => {
      lease.isHeld = lease.isFree;
      if (lease.isHeld) done.push("taken");
      return lease.isHeld;
    },
    release: async () => {
      done.push("given back");
      lease.isHeld = false;
    },
  } as Leadership;
  const log = pino({ level: "silent" });
  const alerts = new Alerts(log);
  const worker = new Worker({
    ...{ leadership, takeOver: async () => undefined, alerts, log, pollMs: 1 },
    ...{ closing: { store }, watcher: { poll: async () => false } },
    follower: {
      async poll(): Promise<never> {
        done.push("looked");
        throw new CairnError("CHAIN_UNREACHABLE");
      },
    },
  } as unknown as WorkerParts);
  context.after(() => worker.close());
  return { worker, done, alerts, lease };
}

describe("a leader that fails", () => {
  test("when it has failed three times, it gives the lead back, and again each three times that it fails then", async (context) => {
    const { worker, done } = await blindWorker(context);
    worker.start();
    await eventually("it gave back twice", () => done.filter((what) => what === "given back").length === 2);
    const turn = ["looked", "looked", "looked", "given back"];
    assert.deepEqual(done.slice(0, 9), [...turn, "taken", ...turn]);
  });

  test("when another one leads, nothing of what stood in its way is told any longer", async (context) => {
    const { worker, alerts, lease } = await blindWorker(context);
    for (const subject of ["funds", "fees of intents", "anchoring"]) alerts.raise(subject, "a leader's");
    lease.isFree = false;
    worker.start();
    await eventually("it follows", () => alerts.list().length === 0);
    assert.equal(worker.isLeading, false);
  });

  test("when a day's file cannot be written, owners' intents go on", async (context) => {
    const car = carOf("one", "alice");
    const programme = await startProgramme();
    context.after(() => programme.stop());
    await registerCars(programme, [car]);
    const relayer = await runRelayer(programme);
    context.after(() => relayer.close());
    await relayer.intend([grantOf(programme, "alice", { deadline: GENESIS }), pairingOf(programme, car, GENESIS)]);
    await relayer.untilIdle();
    await relayer.moveTo(GENESIS + 60);
    await relayer.deliver([
      signReading(programme, car, readingOf(car, { startedAt: GENESIS + 1, endedAt: GENESIS + 60 })),
    ]);
    const days = join(programme.workDir, "files", "days");
    await rm(days, { recursive: true });
    await writeFile(days, "no folder");
    await programme.moveTo(GENESIS + DAY_S);
    await eventually("the day is not published", async () => (await relayer.status()).alerts.length > 0);
    await relayer.intend([grantOf(programme, "bob", { deadline: GENESIS + DAY_S })]);
    await eventually("the intent is done", async () => (await relayer.status()).intents.done === 3);
    assert.equal((await relayer.status()).settledDays, 0);
  });
});

describe("pieces of work in a row", () => {
  const failing = (code: "SIGNER_UNAVAILABLE" | "CHAIN_UNREACHABLE") => async () => {
    throw new CairnError(code);
  };

  test("when one fails, the others are done, and the first failure is told", async () => {
    let done = 0;
    const count = async () => ++done > 0;
    await assert.rejects(runEach([count, failing("SIGNER_UNAVAILABLE"), count]), { code: "SIGNER_UNAVAILABLE" });
    assert.equal(done, 2);
  });

  test("when the chain is away, it is not asked for each of them", async () => {
    const rest = async () => assert.fail("it was asked again");
    await assert.rejects(runEach([failing("CHAIN_UNREACHABLE"), rest]), { code: "CHAIN_UNREACHABLE" });
  });

  test("when none fails, it tells whether anything changed", async () => {
    const answer = (changed: boolean) => async () => changed;
    assert.equal(await runEach([answer(true), answer(false)]), true);
    assert.equal(await runEach([answer(false), answer(false)]), false);
  });
});
