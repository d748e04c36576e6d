import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, describe, type TestContext, test } from "node:test";
import { OPERATOR_STORE } from "../../src/operator/index.ts";
import { RELAYER_STORE } from "../../src/relayer/index.ts";
import { keyOf } from "../relayer/support/keys.ts";
import { DEPLOYMENT, temporaryFolder } from "../relayer/support/stores.ts";
import { PASSWORD, type Postgres, startPostgres, withoutPostgres } from "../support/postgres.ts";
import { startCli } from "../support/run-cli.ts";

const VERSIONS = Object.keys(RELAYER_STORE.migrations);
const RELAYER = { relayerKey: keyOf("relayer"), receiptKey: keyOf("receipts") };

/** `cairn migrate` in a process of its own. */
async function migrate(context: TestContext, more: Record<string, unknown>) {
  const workDir = await temporaryFolder(context);
  await writeFile(join(workDir, "deployment.json"), JSON.stringify(DEPLOYMENT));
  const config = join(workDir, "config.json");
  await writeFile(config, JSON.stringify({ rpcUrl: "http://127.0.0.1:1", workDir, ...more }));
  const run = async () => {
    const { code, stdout, stderr } = await startCli(["migrate", "--config", config, "--json"]).finished;
    return { code, answer: code === 0 ? (JSON.parse(stdout) as { added: string[] }) : undefined, stderr };
  };
  return { run };
}

describe("cairn migrate", () => {
  test("given no database, it makes the file, and then there is nothing to do", async (context) => {
    const { run } = await migrate(context, RELAYER);
    assert.deepEqual((await run()).answer, { store: "relayer", in: "SQLite", added: VERSIONS });
    assert.deepEqual((await run()).answer, { store: "relayer", in: "SQLite", added: [] });
  });

  test("when the address is of another kind of database, it is refused without being repeated", async (context) => {
    const { run } = await migrate(context, { ...RELAYER, databaseUrl: `mysql://cairn:${PASSWORD}@127.0.0.1/x` });
    const { code, stderr } = await run();
    assert.equal(code, 2);
    assert.match(stderr, /CONFIG_INVALID/);
    assert.ok(!stderr.includes(PASSWORD));
  });

  test("when no server answers, it says so without the address", async (context) => {
    const { run } = await migrate(context, { ...RELAYER, databaseUrl: `postgres://cairn:${PASSWORD}@127.0.0.1:1/x` });
    const { code, stderr } = await run();
    assert.equal(code, 2);
    assert.match(stderr, /STORE_UNAVAILABLE/);
    assert.ok(!stderr.includes(PASSWORD));
  });
});

describe("cairn migrate on a database", { skip: withoutPostgres() }, () => {
  let postgres: Postgres;
  before(async () => {
    postgres = await startPostgres();
  });
  after(() => postgres?.stop());

  test("when two processes run at once, every version is added once", async (context) => {
    const databaseUrl = await postgres.createDatabase();
    const { run } = await migrate(context, { ...RELAYER, databaseUrl });
    const answers = await Promise.all([run(), run()]);
    assert.deepEqual(
      answers.map(({ code }) => code),
      [0, 0],
      answers.map(({ stderr }) => stderr).join(),
    );
    const added = answers.flatMap(({ answer }) => answer?.added ?? []);
    assert.deepEqual(added.sort(), VERSIONS);
    const rows = await postgres.query<{ count: number }>(databaseUrl, "select count(*) from cairn_relayer.progress");
    assert.equal(rows[0]?.count, 1);
  });

  test("given a relayer's store, when an operator's is made in the same database, they stand apart", async (context) => {
    const databaseUrl = await postgres.createDatabase();
    const relayer = await migrate(context, { ...RELAYER, databaseUrl });
    const operator = await migrate(context, { databaseUrl });
    assert.deepEqual((await relayer.run()).answer?.added, VERSIONS);
    assert.deepEqual((await operator.run()).answer?.added, Object.keys(OPERATOR_STORE.migrations));
    const tables = "select table_schema from information_schema.tables where table_name = 'awards' order by 1";
    assert.deepEqual(await postgres.query(databaseUrl, tables), [
      { table_schema: "cairn_operator" },
      { table_schema: "cairn_relayer" },
    ]);
  });

  test("when the password is wrong, the code names the field and the message repeats nothing", async (context) => {
    const databaseUrl = (await postgres.createDatabase()).replace(PASSWORD, "not-the-password");
    const { run } = await migrate(context, { ...RELAYER, databaseUrl });
    const { code, stderr } = await run();
    assert.equal(code, 2);
    assert.match(stderr, /CONFIG_INVALID.*databaseUrl/s);
    assert.ok(!stderr.includes("not-the-password"));
  });
});
