import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { audit } from "../../src/auditor/index.ts";
import { contractErrorName } from "../../src/chain/errors.ts";
import type { Hex } from "../../src/protocol/codec/bytes.ts";
import { CARS, DAYS, RECIPIENT } from "../support/dishonest-cast.ts";
import { DishonestProducer } from "../support/dishonest-producer.ts";
import type { Run } from "../support/dishonest-run.ts";

describe("an audit's series", () => {
  let producer: DishonestProducer;
  before(async () => {
    producer = await DishonestProducer.start();
  });
  after(() => producer.stop());
  const auditRun = (run: Run, withSeries: boolean) =>
    audit({ rpcUrl: producer.rpcUrl, deployment: producer.deployment, filesDirs: run.filesDirs, withSeries });

  test("when they are asked for, they add up to the report's totals", async () => {
    const run = await producer.begin();
    await run.runDays();
    await run.credit(2);
    await run.order();
    const { series, totals } = await auditRun(run, true);
    assert.ok(series !== undefined);
    const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
    assert.equal(series.days.length, DAYS);
    assert.equal(sum(series.days.map(({ metres }) => metres)), totals.metres);
    const issued = sum(series.days.map(({ issued }) => issued));
    assert.ok(Math.abs(issued - Number(totals.stonesSettled) / 1e9) < 1e-6);
    assert.ok(series.days.every((day) => day.issued <= day.emitted && day.consents > 0));
    assert.deepEqual([series.lorenz.length, series.lorenz[0], series.lorenz[100]], [101, 0, 1]);
    assert.ok(series.lorenz.every((share, at) => share >= (series.lorenz[at - 1] ?? 0)));
    assert.equal(sum(series.orders.map(({ orders }) => orders)) > 0, true);
  });

  test("when nothing has happened, they are empty", async () => {
    const { series } = await auditRun(await producer.begin(), true);
    assert.deepEqual(series, { days: [], lorenz: [], orders: [], refusals: [] });
  });

  test("when a contract skips intents of a batch, they are counted by reason", async () => {
    const run = await producer.begin();
    const withdrawal = { account: CARS[0].account, recipient: RECIPIENT, purpose: 1, version: 9 };
    await producer.send("relayer", "consentRegistry", "withdrawConsents", [
      [withdrawal, withdrawal],
      ["0x00", "0x00"],
    ]);
    const { series } = await auditRun(run, true);
    assert.deepEqual(
      series?.refusals.map(({ intents }) => intents),
      [2],
    );
    assert.match(contractErrorName(series?.refusals[0]?.reason as Hex), /^ConsentRegistry_/);
  });

  test("when nobody asks for them, there are none", async () => {
    assert.equal((await auditRun(await producer.begin(), false)).series, undefined);
  });
});
