import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import fc from "fast-check";
import { DROP_S, ERROR_CODES, type SignedReading, TYPES } from "../../src/protocol/index.ts";
import { INTENT_KINDS } from "../../src/relayer/submitter/intent-calls.ts";
import { hexOf } from "../support/arbitraries.ts";
import { openApplication, type TestApplication } from "./support/application.ts";
import { addressOf, keyOf } from "./support/keys.ts";
import { carOf, grantOf, readingOf, signReading } from "./support/owners.ts";
import { GENESIS, startProgramme, type TestProgramme } from "./support/programme.ts";

const PATHS = ["/v1/receipts/", "/v1/accounts/", "/v1/intents/", "/v1/drops/", "/v1/days/"] as const;
const car = carOf("one", "alice");

/** Numbers that fit a type, its edges and times near now among them. */
const uintOf = (type: string): fc.Arbitrary<unknown> => {
  const most = Math.min(2 ** Number(type.slice("uint".length)) - 1, Number.MAX_SAFE_INTEGER);
  const near = Math.min(GENESIS, most);
  return fc.oneof(fc.constantFrom(0, 1, most), fc.integer({ min: near - DROP_S, max: near }));
};
/** Mostly values that fit; now and then some that nearly do, or that do not at all. */
const member = (type: string) => {
  const fitting: fc.Arbitrary<unknown> = type === "address" ? hexOf(20) : type === "bytes32" ? hexOf(32) : uintOf(type);
  return fc.oneof(
    { weight: 20, arbitrary: fitting },
    { weight: 1, arbitrary: fc.constantFrom<unknown>(2 ** 16, 2 ** 32, 2 ** 40, 2 ** 53, -1, 0.5, 1e300, "0x", "") },
    { weight: 1, arbitrary: fc.anything() },
  );
};
const messageOf = (kind: keyof typeof TYPES) =>
  fc.record(Object.fromEntries(TYPES[kind].map(({ name, type }) => [name, member(type)])), {
    requiredKeys: TYPES[kind].map(({ name }) => name),
  });

const readings = fc.record({
  readings: fc.array(fc.record({ reading: messageOf("Reading"), signature: hexOf(64) }), { maxLength: 3 }),
});
const intents = fc.record({
  intents: fc.array(
    fc.oneof(
      ...INTENT_KINDS.map((kind) =>
        fc.record({
          kind: fc.constant(kind),
          message: messageOf(kind),
          signature: fc.oneof(
            hexOf(66),
            hexOf(65).map((hex) => `0x00${hex.slice(2)}`),
          ),
          deviceSignature: hexOf(64),
        }),
      ),
    ),
    { maxLength: 3 },
  ),
});

describe("the API at its edge", () => {
  let programme: TestProgramme;
  let application: TestApplication;

  before(async () => {
    programme = await startProgramme();
    await programme.moveTo(GENESIS + DROP_S);
    application = await openApplication(programme);
  });

  after(async () => {
    await application?.close();
    await programme?.stop();
  });

  const post = (url: string, payload: unknown, headers: Record<string, string> = {}) =>
    application.app.inject({
      method: "POST",
      url,
      headers: { "content-type": "application/json", ...headers },
      payload: typeof payload === "string" ? payload : JSON.stringify(payload),
    });

  function assertKnownError(answer: { statusCode: number; body: string }): void {
    assert.ok(answer.statusCode < 500, `${answer.statusCode} ${answer.body}`);
    if (answer.statusCode < 300) return;
    const { error } = JSON.parse(answer.body) as { error: { code: string; message: string } };
    assert.ok(error.code in ERROR_CODES, answer.body);
  }

  for (const url of ["/v1/readings", "/v1/intents"]) {
    test(`given any JSON, POST ${url} answers without a 500`, async () => {
      await fc.assert(
        fc.asyncProperty(fc.oneof(fc.json(), fc.string()), async (body) => assertKnownError(await post(url, body))),
        { numRuns: 300 },
      );
    });
  }

  test("given readings that nearly fit, POST /v1/readings answers without a 500", async () => {
    let taken = 0;
    await fc.assert(
      fc.asyncProperty(readings, async (body) => {
        const answer = await post("/v1/readings", body);
        if (answer.statusCode === 200) taken++;
        assertKnownError(answer);
      }),
      { numRuns: 400 },
    );
    assert.ok(taken > 0);
  });

  test("given intents that nearly fit, POST /v1/intents answers without a 500", async () => {
    let taken = 0;
    await fc.assert(
      fc.asyncProperty(intents, async (body) => {
        const answer = await post("/v1/intents", body);
        if (answer.statusCode === 202) taken++;
        assertKnownError(answer);
      }),
      { numRuns: 400 },
    );
    assert.ok(taken > 0);
  });

  test("given any last part of a path, GET answers without a 500", async () => {
    const parts = fc.oneof(fc.string(), hexOf(32), hexOf(20), fc.nat().map(String));
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...PATHS), parts, fc.string(), async (path, part, query) => {
        const url = `${path}${encodeURIComponent(part)}?day=${encodeURIComponent(query)}`;
        assertKnownError(await application.app.inject({ method: "GET", url }));
      }),
      { numRuns: 400 },
    );
  });

  test("when a body is above a mebibyte, it is refused with 413 before it is read", async () => {
    const answer = await post("/v1/readings", " ".repeat(1024 * 1024 + 1));
    assert.equal(answer.statusCode, 413);
    assert.equal(answer.json().error.code, "BODY_TOO_LARGE");
  });

  test("when a batch has more than 500 readings, it is refused with 413", async () => {
    const signed: SignedReading = signReading(
      programme,
      car,
      readingOf(car, { startedAt: GENESIS, endedAt: GENESIS + 9 }),
    );
    const answer = await post("/v1/readings", { readings: Array.from({ length: 501 }, () => signed) });
    assert.equal(answer.statusCode, 413);
    assert.equal(answer.json().error.code, "BODY_TOO_LARGE");
  });

  test("when a member is unknown, the body is refused rather than trimmed", async () => {
    const signed = signReading(programme, car, readingOf(car, { startedAt: GENESIS, endedAt: GENESIS + 9 }));
    const answer = await post("/v1/readings", { readings: [{ ...signed, position: "48.1,11.6" }] });
    assert.equal(answer.statusCode, 400);
    assert.equal(answer.json().error.code, "BODY_INVALID");
  });

  test("when the body is no JSON, it is refused", async () => {
    const answer = await post("/v1/readings", "{");
    assert.deepEqual([answer.statusCode, answer.json().error.code], [400, "BODY_INVALID"]);
  });

  test("when a path does not exist, it is not found", async () => {
    const answer = await application.app.inject({ method: "GET", url: "/v1/nothing" });
    assert.deepEqual([answer.statusCode, answer.json().error.code], [404, "NOT_FOUND"]);
  });

  test("when an intent is signed by another, only it is refused", async () => {
    const deadline = GENESIS + 3_600;
    const forged = {
      ...grantOf(programme, "alice", { deadline }),
      signature: grantOf(programme, "bob", { deadline }).signature,
    };
    const bodies = [forged, grantOf(programme, "bob", { deadline })].map(({ id: _, ...intent }) => intent);
    const answer = await post("/v1/intents", { intents: bodies });
    const [first, second] = answer.json().results as [{ error: { code: string } }, { state: string }];
    assert.deepEqual([first.error.code, second.state], ["INTENT_INVALID", "queued"]);
  });

  test("when an account is not known, it is not found", async () => {
    const answer = await application.app.inject({ method: "GET", url: `/v1/accounts/${addressOf("nobody")}` });
    assert.deepEqual([answer.statusCode, answer.json().error.code], [404, "NOT_FOUND"]);
  });

  test("when the documents are asked for, every path of the API is in them", async () => {
    const { paths } = (await application.app.inject({ method: "GET", url: "/openapi.json" })).json() as {
      paths: object;
    };
    const expected = [
      "/healthz",
      "/metrics",
      "/readyz",
      "/v1/accounts/{address}",
      "/v1/accounts/{address}/awards",
      "/v1/accounts/{address}/proof",
      "/v1/accounts/{address}/refusals",
      "/v1/awards",
      "/v1/days/{d}",
      "/v1/drops/{n}",
      "/v1/intents",
      "/v1/intents/{id}",
      "/v1/readings",
      "/v1/receipts/{digest}",
      "/v1/status",
      "/v1/vehicles/{vehicle}/readings",
    ];
    assert.deepEqual(Object.keys(paths).sort(), expected);
  });

  test("when everything works, it is alive, ready and measured, and has a page", async () => {
    const get = (url: string) => application.app.inject({ method: "GET", url });
    assert.equal((await get("/healthz")).statusCode, 200);
    assert.equal((await get("/readyz")).statusCode, 200);
    const { body } = await get("/metrics");
    for (const figure of ['cairn_outbox_rows{state="final"}', 'cairn_intents{state="done"}', "cairn_drops_behind 0"]) {
      assert.ok(body.includes(figure), figure);
    }
    assert.match(body, /^cairn_oldest_unanchored_seconds \d+$/m);
    assert.match(body, /^cairn_base_fee_wei [1-9]/m);
    assert.match((await get("/docs/")).body, /swagger/i);
  });

  test("given any state, no answer and no page carries a private key", async () => {
    const secrets = ["relayer", "receipts", "seed"].map((name) => keyOf(name).slice(2));
    for (const url of ["/v1/status", "/metrics", "/openapi.json", "/readyz"]) {
      const { body } = await application.app.inject({ method: "GET", url });
      assert.ok(secrets.every((secret) => !body.includes(secret)));
    }
  });
});
