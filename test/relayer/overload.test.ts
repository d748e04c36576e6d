import assert from "node:assert/strict";
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { after, before, describe, test } from "node:test";
import type { SignedReading } from "../../src/protocol/index.ts";
import { ADMISSION } from "../../src/service/http/admission.ts";
import { carOf, grantOf, pairingOf, readingOf, registerCars, signReading } from "./support/owners.ts";
import { GENESIS, startProgramme, type TestProgramme } from "./support/programme.ts";
import { type RunningRelayer, runRelayer } from "./support/running.ts";

const CAR = carOf("one", "alice");
/** What a client announces as its body, of which it sends nothing. */
const ANNOUNCED_BYTES = 1_048_576;
/** As many of them as a service holds at once, and one that it cannot. */
const HOLDERS = ADMISSION.bodyBytes / ANNOUNCED_BYTES + 1;
const GENUINE = 20;
const READING_S = 10;

describe("a relayer that gets more than it can take", () => {
  let programme: TestProgramme;
  let relayer: RunningRelayer;

  before(async () => {
    programme = await startProgramme();
    await registerCars(programme, [CAR]);
    relayer = await runRelayer(programme);
    await relayer.intend([grantOf(programme, "alice", { deadline: GENESIS }), pairingOf(programme, CAR, GENESIS)]);
    await relayer.untilIdle();
    await relayer.moveTo(GENESIS + (GENUINE + 1) * READING_S);
  });
  after(async () => {
    await relayer?.close();
    await programme?.stop();
  });

  function readingAt(at: number): SignedReading {
    const startedAt = GENESIS + at * READING_S;
    const reading = readingOf(CAR, {
      ...{ sequence: at + 1, startedAt, endedAt: startedAt + READING_S },
      ...{ odometerStart: 1_000 + at * 100, odometerEnd: 1_100 + at * 100 },
    });
    return signReading(programme, CAR, reading);
  }

  async function post(body: string): Promise<{ status: number; retryAfter: string | null; body: string }> {
    const answer = await fetch(`${relayer.url}/v1/readings`, {
      ...{ method: "POST", headers: { "content-type": "application/json" }, body },
    });
    return { status: answer.status, retryAfter: answer.headers.get("retry-after"), body: await answer.text() };
  }

  /** Delivers a reading as a car does: again, until it is answered. */
  async function deliver(reading: SignedReading): Promise<string> {
    for (;;) {
      const { status, body } = await post(JSON.stringify({ readings: [reading] }));
      if (status === 200) return body;
      assert.equal(status, 503, body);
      await new Promise(setImmediate);
    }
  }

  /** Delivers all of the car's readings, one after the other. */
  async function deliverAll(): Promise<string[]> {
    const receipts: string[] = [];
    for (let at = 0; at < GENUINE; at++) receipts.push(await deliver(readingAt(at)));
    return receipts;
  }

  /** A connection that announces a body and waits. */
  async function holdConnection(): Promise<Socket> {
    const socket = connect(Number(new URL(relayer.url).port), "127.0.0.1");
    socket.on("error", () => undefined);
    await once(socket, "connect");
    const head = ["POST /v1/readings HTTP/1.1", "host: x", "content-type: application/json"];
    socket.write(`${head.join("\r\n")}\r\ncontent-length: ${ANNOUNCED_BYTES}\r\n\r\n{`);
    return socket;
  }

  /** Fills a service up: when one of the clients is refused, all others are held. */
  async function fillUp(): Promise<Socket[]> {
    const sockets = await Promise.all(Array.from({ length: HOLDERS }, holdConnection));
    const [refusal] = await Promise.race(sockets.map((socket) => once(socket, "data")));
    assert.match(String(refusal), /^HTTP\/1\.1 503 /);
    return sockets;
  }

  test("it refuses what is too much, says how it is, and takes everything again without a restart", async () => {
    const held = await fillUp();
    const refused = await post(JSON.stringify({ readings: [readingAt(0)] }));
    assert.deepEqual([refused.status, refused.retryAfter, /OVERLOADED/.test(refused.body)], [503, "1", true]);
    assert.equal((await fetch(`${relayer.url}/readyz`)).status, 200);
    const delivering = deliverAll();
    for (const socket of held) socket.destroy();
    const receipts = await delivering;
    assert.ok(
      receipts.every((answer) => /"receipt":/.test(answer)),
      receipts.join("\n"),
    );
    assert.equal((await relayer.status()).readings.accepted, GENUINE);
  });
});
