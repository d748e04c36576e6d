import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { audit, query, VIEWS } from "../../src/auditor/index.ts";
import { CARS } from "../support/dishonest-cast.ts";
import { DishonestProducer } from "../support/dishonest-producer.ts";
import type { Run } from "../support/dishonest-run.ts";
import { claimPart, holdPoll, holdRound, settledWeights } from "../support/dishonest-services.ts";

const PAGE = readFileSync(join(import.meta.dirname, "../../docs/query.md"), "utf8");
const QUESTIONS = [...PAGE.matchAll(/^```sql\n([\s\S]*?)^```$/gm)].map(([, sql]) => sql as string);

describe("asking a programme", () => {
  let producer: DishonestProducer;
  let run: Run;
  const ask = async (...statements: string[]) =>
    query({ rpcUrl: producer.rpcUrl, deployment: producer.deployment, filesDirs: run.filesDirs }, statements);

  before(async () => {
    producer = await DishonestProducer.start();
    run = await producer.begin();
    await run.runDays();
    await run.credit(2);
    await run.order();
  });
  after(() => producer.stop());

  test("when each view is asked for everything, its columns are those that are documented", async () => {
    const answers = await ask(...VIEWS.map(({ name }) => `FROM ${name}`));
    for (const [at, { name, columns }] of VIEWS.entries()) {
      assert.deepEqual(answers[at]?.columns, Object.keys(columns), name);
      assert.ok(PAGE.includes(`### ${name}\n`), `docs/query.md has no ${name}`);
      for (const [column, what] of Object.entries(columns)) {
        assert.ok(PAGE.includes(`| \`${column}\` | ${what} |`), `docs/query.md: ${name}.${column}`);
      }
    }
  });

  test("when the page's questions are asked, each is answered", async () => {
    assert.ok(QUESTIONS.length >= 10);
    const answers = await ask(...QUESTIONS);
    for (const [at, { columns }] of answers.entries()) assert.ok(columns.length > 0, QUESTIONS[at]);
    assert.ok(answers.filter(({ rows }) => rows.length > 0).length >= 8, "most have something to say");
  });

  test("when the totals are asked for, they are the auditor's", async () => {
    const { rpcUrl, deployment } = producer;
    const { totals } = await audit({ rpcUrl, deployment, filesDirs: run.filesDirs });
    const [answer] = await ask(
      `SELECT (SELECT count(*) FROM readings), (SELECT sum(counted_m)::BIGINT FROM readings),
         (SELECT sum(stones) FROM credits), (SELECT sum(crystals)::BIGINT FROM awards)`,
    );
    assert.deepEqual(answer?.rows, [
      [
        BigInt(totals.readings),
        BigInt(totals.metres),
        Number(totals.stonesCredited) / 1e9,
        BigInt(totals.crystalsAwarded),
      ],
    ]);
  });

  test("when orders and balances are asked for, they are those that were made", async () => {
    const [orders, spent] = await ask(
      "FROM orders",
      "SELECT sum(stones) FROM transfers WHERE receiver = '0x0000000000000000000000000000000000000000'",
    );
    assert.ok((orders?.rows.length ?? 0) > 0);
    const [state, deadline] = ["state", "deadline"].map((column) => orders?.columns.indexOf(column) as number);
    const ended = orders?.rows.filter((row) => row[state as number] === "completed");
    assert.deepEqual(
      ended?.map((row) => row[deadline as number]),
      [null],
      "a completed order waits for nothing",
    );
    assert.notEqual(spent?.rows[0]?.[0], 0);
  });

  test("given a statement that is wrong, DuckDB's words come back with a code", async () => {
    await assert.rejects(ask("SELECT nothing FROM readings"), (error: { code: string; message: string }) => {
      return error.code === "ARGUMENT_INVALID" && /nothing/.test(error.message);
    });
  });

  test("when a poll and a benefit round were held, votes and parts are those that were counted and claimed", async () => {
    run = await producer.begin();
    await run.runDays();
    const round = await holdRound(run, producer, settledWeights(run));
    await claimPart(producer, round, 0);
    await holdPoll(run, producer);
    const [votes, parts] = await ask("FROM votes", "SELECT paid_to FROM round_parts WHERE claimed_at IS NOT NULL");
    assert.deepEqual([votes?.rows.length, parts?.rows], [CARS.length, [[round.parts[0]?.account]]]);
  });
});
