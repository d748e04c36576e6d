import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { afterwards } from "../faults/support/afterwards.ts";
import { Stage } from "../faults/support/stage.ts";
import { makeWorld, type World } from "../faults/support/world.ts";
import { withoutPostgres } from "../support/postgres.ts";
import { startCli } from "../support/run-cli.ts";

describe("cairn store copy", { skip: withoutPostgres() }, () => {
  let world: World;
  let stage: Stage;
  before(async () => {
    world = await makeWorld();
    stage = await Stage.open(world, { hasDatabase: true });
  });
  after(async () => {
    await stage?.close();
    await world?.discard();
  });

  const copy = () => {
    const DATABASE_URL = stage.database?.url as string;
    return startCli(["store", "copy", "--from", stage.programme.workDir, "--json"], { DATABASE_URL }).finished;
  };

  test("a relayer goes on in the database where it stopped in the file, and the auditor finds no difference", async () => {
    await stage.begin({ config: { databaseUrl: undefined } });
    await stage.drive(3);
    const inUse = await copy();
    assert.deepEqual([inUse.code, /WORK_DIR_IN_USE/.test(inUse.stderr)], [2, true]);
    await stage.untilIdle();
    await stage.relayer.stop();

    const { code, stdout, stderr } = await copy();
    assert.equal(code, 0, stderr);
    const [{ store, tables }] = JSON.parse(stdout) as [
      { store: string; tables: { table: string; rows: number; digest: string }[] },
    ];
    assert.equal(store, "relayer");
    assert.equal(tables.find(({ table }) => table === "readings")?.rows, stage.receipts.size);
    assert.ok(["sealed_samples", "samples_erasures"].every((name) => tables.some(({ table }) => table === name)));

    const again = await copy();
    assert.deepEqual([again.code, /STORE_IN_USE/.test(again.stderr)], [2, true]);

    await stage.relayer.start({ config: { databaseUrl: stage.database?.url } });
    await stage.drive(3);
    await afterwards(stage);
  });
});
