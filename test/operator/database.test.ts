import assert from "node:assert/strict";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
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

  test("while one runs, a second one does not start; afterwards it goes on with the same store", async (context) => {
    const databaseUrl = await postgres.createDatabase();
    const workDir = join(programme.workDir, "second");
    await mkdir(workDir);
    await writeFile(join(workDir, "deployment.json"), JSON.stringify(programme.deployment));
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
});
