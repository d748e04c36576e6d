import assert from "node:assert/strict";
import { test } from "node:test";
import { DuckDBInstance } from "@duckdb/node-api";
import { toJson } from "../../src/cli/output.ts";
import { plainOf, textOf } from "../../src/cli/plain-value.ts";

async function answer(sql: string): Promise<unknown> {
  const connection = await (await DuckDBInstance.create(":memory:")).connect();
  try {
    return (await connection.runAndReadAll(sql)).getRowsJS()[0]?.[0];
  } finally {
    connection.closeSync();
  }
}

const CASES = [
  ["bytes", "SELECT '\\xAA\\x01'::BLOB", "0xaa01"],
  ["a time", "SELECT TIMESTAMPTZ '2026-01-02 03:04:05Z'", "2026-01-02T03:04:05Z"],
  ["a number beyond 2^53", "SELECT 9007199254740993::BIGINT", "9007199254740993"],
  ["nothing", "SELECT NULL", null],
  ["a list of whole numbers", "SELECT [1::BIGINT, NULL, 9007199254740993]", [1, null, "9007199254740993"]],
  ["a list of bytes", "SELECT ['\\xAA'::BLOB]", ["0xaa"]],
  ["an interval", "SELECT INTERVAL 1 DAY + INTERVAL 2 SECOND", { months: 0, days: 1, micros: 2_000_000 }],
] as const;

for (const [what, sql, expected] of CASES) {
  test(`when a query answers with ${what}, it becomes JSON and text`, async () => {
    const plain = plainOf(await answer(sql));
    assert.deepEqual(plain, expected);
    assert.deepEqual(JSON.parse(toJson(plain)), expected);
    assert.equal(
      textOf(plain),
      typeof expected === "string" ? expected : expected === null ? "" : JSON.stringify(expected),
    );
  });
}

test("when a query answers with a histogram, nothing is lost", async () => {
  const plain = plainOf(await answer("SELECT histogram(i) FROM range(3) t(i)"));
  assert.deepEqual(
    JSON.parse(textOf(plain)),
    [0, 1, 2].map((key) => ({ key, value: 1 })),
  );
});
