import assert from "node:assert/strict";
import { describe, type TestContext, test } from "node:test";
import { pino } from "pino";
import type { Follower } from "../../src/operator/follower.ts";
import { parseOperatorConfig } from "../../src/operator/index.ts";
import { Loop } from "../../src/operator/loop.ts";
import type { Sender } from "../../src/operator/sender.ts";
import { CairnError } from "../../src/protocol/index.ts";
import { Alerts } from "../../src/service/alerts.ts";
import type { Leadership } from "../../src/storage/lease.ts";
import { eventually } from "../faults/support/eventually.ts";
import { keyOf } from "../relayer/support/keys.ts";
import { startProgramme } from "../relayer/support/programme.ts";
import { runOperator } from "./support/running.ts";

const GOOD = { rpcUrl: "http://127.0.0.1:8545", workDir: "somewhere" };
const hasCode = (code: string) => (error: unknown) => (error as { code?: string }).code === code;

describe("the operator's configuration", () => {
  test("when only what is needed is given, no duty has a key, and the backup stands in the work folder", () => {
    const { keys, boxBackupFile } = parseOperatorConfig(GOOD);
    assert.deepEqual([keys.size, boxBackupFile], [0, "somewhere/box-chains.backup.json"]);
  });

  const wrong: readonly [string, Record<string, unknown>, string][] = [
    ["when a field is unknown", { relayerKey: keyOf("relayer") }, "relayerKey"],
    ["when a key is of no duty", { keys: { lottery: keyOf("box") } }, "lottery"],
    ["when a key is too short", { keys: { box: "0x12" } }, "keys.box"],
    ["when the keys are no object", { keys: keyOf("box") }, "keys"],
    ["when the backup is no path", { boxBackupFile: 1 }, "boxBackupFile"],
  ];
  for (const [title, more, field] of wrong) {
    test(`${title}, it is named and not repeated`, () => {
      assert.throws(
        () => parseOperatorConfig({ ...GOOD, ...more }),
        (error: unknown) => {
          assert.ok(error instanceof CairnError);
          assert.deepEqual([error.code, error.details.field], ["CONFIG_INVALID", field]);
          return !error.message.includes(keyOf("box")) && !error.message.includes("0x12");
        },
      );
    });
  }
});

describe("starting an operator", () => {
  test("without a duty's key, the duty does not run and the status says so", async (context) => {
    const programme = await startProgramme();
    context.after(() => programme.stop());
    const operator = await runOperator(programme, { keys: {} });
    context.after(() => operator.close());
    const { duties, alerts } = await operator.untilIdle();
    assert.deepEqual(
      duties.map(({ running, reason }) => ({ running, reason })),
      ["box", "tasks", "polls", "milestones", "rounds"].map(() => ({ running: false, reason: "no key" })),
    );
    assert.deepEqual(alerts, []);
    assert.deepEqual((await operator.get("/v1/seasons")).body, { seasons: [] });
    await assert.rejects(runOperator(programme), hasCode("WORK_DIR_IN_USE"));
  });

  test("when the chain goes away, it is not ready, and says why", async (context) => {
    const programme = await startProgramme();
    const operator = await runOperator(programme);
    context.after(() => operator.close());
    assert.deepEqual((await operator.get("/readyz")).body, { ready: true });
    await programme.stop();
    let answer = await operator.get("/readyz");
    for (let look = 0; look < 1_000 && answer.status === 200; look++) answer = await operator.get("/readyz");
    assert.deepEqual([answer.status, answer.body], [503, { ready: false, reason: "CHAIN_UNREACHABLE" }]);
    assert.deepEqual(
      (await operator.status()).alerts.map(({ subject }) => subject),
      ["chain"],
    );
  });
});

/** A loop over a chain that does not move, with duties that do as they are told. */
function loopOf(context: TestContext, steps: Readonly<Record<string, () => Promise<boolean>>>) {
  const lines: string[] = [];
  const log = pino({ level: "trace" }, { write: (line: string) => lines.push(line) });
  const alerts = new Alerts(log);
  const block = { number: 1, hash: keyOf("block"), time: 1 };
  let looks = 0;
  const follower = { poll: async () => looks++ === 0, snapshot: { head: block, final: block } };
  const workers = Object.entries(steps).map(([name, step]) => ({
    duty: { name: name as "box", step },
    sender: {} as Sender,
  }));
  const stop = new AbortController();
  const lease = { isHeld: true, isFree: true, takenOver: 0 };
  const leadership = {
    ...{ isShared: true, release: async () => undefined },
    get isHeld() {
      return lease.isHeld;
    },
    acquire: async () => {
      lease.isHeld = lease.isFree;
      return lease.isHeld;
    },
  } as Leadership;
  const takeOver = async () => {
    lease.takenOver++;
  };
  const loop = new Loop({
    ...{ leadership, takeOver, workers, alerts, log, pollMs: 1, stop },
    follower: follower as unknown as Follower,
  });
  context.after(() => loop.close());
  return { loop, alerts, lines, lease };
}

describe("the operator's loop", () => {
  test("given a duty that fails, the others go on, and it is tried again until it succeeds", async (context) => {
    let failures = 0;
    const seen: string[][] = [];
    await new Promise<void>((resolve) => {
      const { loop, alerts } = loopOf(context, {
        bad: async () => {
          if (failures === 2) return false;
          failures++;
          throw new CairnError("CHAIN_UNREACHABLE");
        },
        good: async () => {
          seen.push(alerts.list().map(({ subject }) => subject));
          if (seen.at(-1)?.length === 0) resolve();
          return false;
        },
      });
      loop.start();
    });
    assert.deepEqual([failures, seen[0], seen.at(-1)], [2, ["bad"], []]);
  });

  test("given a call that the chain refuses, its values are neither logged nor told", async (context) => {
    const secret = keyOf("a link");
    const told = new Promise<string>((resolve) => {
      let tries = 0;
      const { loop, alerts, lines } = loopOf(context, {
        box: async () => {
          if (tries++ === 1) resolve(JSON.stringify([lines, alerts.list()]));
          const details = { error: "MineBox_WrongLink", args: { link: secret } };
          throw new CairnError("INTENT_REJECTED", `MineBox_WrongLink (link ${secret})`, { details });
        },
      });
      loop.start();
    });
    assert.match(await told, /INTENT_REJECTED: MineBox_WrongLink"/);
    assert.ok(!(await told).includes(secret.slice(2)));
  });

  test("given a store that another operator takes, no duty does anything until it is taken back", async (context) => {
    const done: string[] = [];
    const { loop, alerts, lease } = loopOf(context, {
      first: async () => {
        done.push("first");
        if (done.length === 1) Object.assign(lease, { isHeld: false, isFree: false });
        return false;
      },
      second: async () => {
        done.push("second");
        return false;
      },
    });
    loop.start();
    await eventually("it says that it was overtaken", () => loop.problem === "LEASE_LOST");
    assert.deepEqual([done, lease.takenOver], [["first"], 0]);
    assert.match(alerts.list()[0]?.message ?? "", /^LEASE_LOST/);
    lease.isFree = true;
    await eventually("it goes on", () => done.length === 3);
    assert.deepEqual([done, lease.takenOver, alerts.list()], [["first", "first", "second"], 1, []]);
  });
});
