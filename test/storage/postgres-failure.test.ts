import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { CairnError } from "../../src/protocol/errors.ts";
import { isDatabaseUrl } from "../../src/storage/postgres.ts";
import { guardPostgres } from "../../src/storage/postgres-failure.ts";

/** What comes out of an error of the driver. */
async function told(message: string, code?: string): Promise<unknown> {
  const error = Object.assign(new Error(message), code === undefined ? {} : { code });
  return guardPostgres(Promise.reject(error)).catch((thrown: unknown) => thrown);
}

describe("what a database or the connection to it says", () => {
  const codes: readonly [title: string, code: string, expected: string][] = [
    ["the disk is full", "53100", "STORE_FULL"],
    ["the server shuts down", "57P01", "STORE_UNAVAILABLE"],
    ["the server starts up", "57P03", "STORE_UNAVAILABLE"],
    ["there are too many connections", "53300", "STORE_UNAVAILABLE"],
    ["the connection fails", "08006", "STORE_UNAVAILABLE"],
    ["nobody listens", "ECONNREFUSED", "STORE_UNAVAILABLE"],
    ["a lock does not come", "55P03", "STORE_UNAVAILABLE"],
    ["the server is a standby", "25006", "STORE_UNAVAILABLE"],
    ["a page is damaged", "XX001", "STORE_DAMAGED"],
    ["the password is wrong", "28P01", "CONFIG_INVALID"],
    ["there is no such database", "3D000", "CONFIG_INVALID"],
  ];
  for (const [title, code, expected] of codes) {
    test(`when ${title}, the code is ${expected}, and nothing of the text comes out`, async () => {
      const error = await told("postgres://cairn:secret@db", code);
      assert.ok(error instanceof CairnError);
      assert.equal(error.code, expected);
      assert.ok(!JSON.stringify([error.message, error.details]).includes("secret"));
    });
  }

  for (const message of [
    "Connection terminated unexpectedly",
    "Client has encountered a connection error and is not queryable",
    "timeout expired",
    "timeout exceeded when trying to connect",
    "Query read timeout",
  ]) {
    test(`when the driver says "${message}", it may be tried again`, async () => {
      assert.equal(((await told(message)) as CairnError).code, "STORE_UNAVAILABLE");
    });
  }

  test("when a statement is wrong, the error stays as it is", async () => {
    const error = await told("duplicate key", "23505");
    assert.ok(!(error instanceof CairnError));
  });
});

describe("the address of a database", () => {
  for (const [text, is] of [
    ["postgres://cairn:secret@db:5432/cairn", true],
    ["postgresql:///cairn?host=/run/postgresql", true],
    ["mysql://cairn@db/cairn", false],
    ["postgres//db", false],
    ["postgres://db:no-port/x", false],
    ["", false],
  ] as const) {
    test(`when it is "${text}", it is ${is ? "taken" : "refused"}`, () => assert.equal(isDatabaseUrl(text), is));
  }
});
