import assert from "node:assert/strict";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { eventually } from "../faults/support/eventually.ts";
import { carOf, registerCars } from "../relayer/support/owners.ts";
import { startProgramme, type TestProgramme } from "../relayer/support/programme.ts";
import { type Postgres, startPostgres, withoutPostgres } from "../support/postgres.ts";
import { runOperator } from "./support/running.ts";

const hasCode = (code: string) => (error: unknown) => (error as { code?: string }).code === code;

describe("an operator with its store in a database", { skip: withoutPostgres() }, () => {
  let postgres: Postgres;
  let programme: TestProgramme;
  before(async () => {
    postgres = await startPostgres();
    programme = await startProgramme();
  });
  after(async () => {
    await programme?.stop();
    await postgres?.stop();
  });

  async function otherFolder(name: string): Promise<string> {
    const workDir = join(programme.workDir, name);
    await mkdir(workDir);
    await writeFile(join(workDir, "deployment.json"), JSON.stringify(programme.deployment));
    return workDir;
  }

  test("while one runs, a second one does not start; afterwards it goes on with the same store", async (context) => {
    const databaseUrl = await postgres.createDatabase();
    const workDir = await otherFolder("second");
    const first = await runOperator(programme, { databaseUrl });
    await first.untilIdle();
    await assert.rejects(runOperator(programme, { databaseUrl, workDir }), hasCode("STORE_IN_USE"));
    assert.equal((await first.get("/readyz")).status, 200);
    await first.close();
    const second = await runOperator(programme, { databaseUrl, workDir });
    context.after(() => second.close());
    assert.deepEqual((await second.untilIdle()).alerts, []);
    const [cursor] = await postgres.query<{ block: number }>(
      databaseUrl,
      "select block from cairn_operator.chain_cursor",
    );
    assert.ok((cursor?.block ?? 0) >= programme.deployment.block);
  });

  test("when another took the store from one that was halted, that one goes on from there once the other has ended", async (context) => {
    const databaseUrl = await postgres.createDatabase();
    const overtaken = await runOperator(programme, { databaseUrl });
    context.after(() => overtaken.close());
    await overtaken.untilIdle();
    // As when the first one's lease has ended while it was halted.
    await postgres.query(
      databaseUrl,
      "update cairn_operator.leases set holder = '', token = token + 1, expires_ms = 0",
    );
    const other = await runOperator(programme, { databaseUrl, workDir: await otherFolder("third") });
    await eventually("it does nothing", async () => {
      const { body } = await overtaken.get("/readyz");
      return (body as { reason?: string }).reason === "LEASE_LOST";
    });
    await registerCars(programme, [carOf("one", "alice")]);
    await other.untilIdle();
    await other.close();
    await eventually("it goes on", async () => (await overtaken.get("/readyz")).status === 200);
    await registerCars(programme, [carOf("two", "alice")]);
    assert.deepEqual((await overtaken.untilIdle()).alerts, []);
    const vehicles = await postgres.query(databaseUrl, "select vehicle from cairn_operator.chain_vehicles");
    assert.equal(vehicles.length, 2);
  });
});
