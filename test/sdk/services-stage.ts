import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { cp, mkdir } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import type { PollDocument, RoundDocument } from "../../src/operator/documents/schemas.ts";
import type { Operator } from "../../src/operator/index.ts";
import { DAY_S, DROP_S, type Hex, toHex } from "../../src/protocol/index.ts";
import { type CairnClient, type CairnClientOptions, createCairnClient } from "../../src/sdk/index.ts";
import { type OperatorApi, runOperator } from "../operator/support/running.ts";
import { accountOf, addressOf, keyOf } from "../relayer/support/keys.ts";
import { carOf, grantOf, pairingOf, readingOf, registerCars, signReading } from "../relayer/support/owners.ts";
import { GENESIS, startProgramme, type TestProgramme } from "../relayer/support/programme.ts";
import { type RunningRelayer, runRelayer } from "../relayer/support/running.ts";

const CARS = [carOf("one", "alice"), carOf("two", "bob")] as const;
const CHALLENGE_WINDOW_S = 3_600;
const DESK_KEY = "the desk's key";
const FUNDS_WEI = "0x56bc75e2d63100000";
/** Day 0, on which both cars drove, can be credited from here on. */
export const CREDITABLE = GENESIS + DAY_S + 2 * CHALLENGE_WINDOW_S;

/** A programme with relayer and operator, and day 0 settled for alice and bob. */
export interface ServicesStage {
  readonly programme: TestProgramme;
  readonly relayer: RunningRelayer;
  readonly operator: Operator & OperatorApi;
  clientOf(name: string, more?: Partial<CairnClientOptions>): CairnClient;
  /** Asks the operator for a poll or a round, and waits until it stands. */
  ask(path: string, document: PollDocument | RoundDocument): Promise<void>;
  /** Moves the chain's time and waits until relayer and operator have done what is due. */
  moveTo(time: number): Promise<void>;
  /** An operator that changes its answers on their way. @returns Its URL. */
  liar(change: (path: string, body: unknown) => unknown): Promise<string>;
  stop(): Promise<void>;
}

export async function startServices(): Promise<ServicesStage> {
  const programme = await startProgramme({ rules: { challengeWindowS: CHALLENGE_WINDOW_S } });
  for (const name of ["carol", "second receipts"])
    await programme.rpc("anvil_setBalance", [addressOf(name), FUNDS_WEI]);
  await programme.writer("rules").call("rules", "setReceiptKey", [addressOf("second receipts"), 1, 0]);
  // Before the relayer looks, so that it knows the cars when their owners pair them.
  await registerCars(programme, CARS);
  const relayer = await runRelayer(programme);
  await settleDayZero(programme, relayer);
  const operator = await startOperator(programme);
  const servers: { close(): void }[] = [];
  const settle = async () => {
    await operator.untilIdle();
    await relayer.untilIdle();
  };
  return {
    ...{ programme, relayer, operator },
    clientOf(name, more = {}) {
      const { rpcUrl, deployment } = programme;
      const urls = { relayerUrl: relayer.url, operatorUrl: operator.url };
      const patience = { pollMs: 5, timeoutMs: 10_000 };
      return createCairnClient({ rpcUrl, deployment, ...urls, account: accountOf(name), ...patience, ...more });
    },
    async ask(path, document) {
      const headers = { "content-type": "application/json", authorization: `Bearer ${DESK_KEY}` };
      const answer = await fetch(`${operator.url}${path}`, {
        method: "POST",
        headers,
        body: JSON.stringify(document),
      });
      assert.equal(answer.status, 200, await answer.text());
      await settle();
    },
    async moveTo(time) {
      await programme.moveTo(time);
      await settle();
    },
    async liar(change) {
      const server = createServer(async (request, response) => {
        const chunks: Buffer[] = [];
        for await (const chunk of request) chunks.push(chunk as Buffer);
        const path = request.url ?? "";
        const answer = await fetch(`${operator.url}${path}`, {
          method: request.method as string,
          headers: { "content-type": "application/json" },
          ...(chunks.length === 0 ? {} : { body: Buffer.concat(chunks) }),
        });
        const body = change(path, await answer.json());
        response.writeHead(answer.status, { "content-type": "application/json" }).end(JSON.stringify(body));
      });
      await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
      servers.push(server);
      return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    },
    async stop() {
      for (const server of servers) server.close();
      await operator.close();
      await relayer.close();
      await programme.stop();
    },
  };
}

async function settleDayZero(programme: TestProgramme, relayer: RunningRelayer): Promise<void> {
  await relayer.intend(
    CARS.flatMap((car) => [grantOf(programme, car.owner, { deadline: GENESIS }), pairingOf(programme, car, GENESIS)]),
  );
  await relayer.untilIdle();
  const time = GENESIS + DROP_S;
  await relayer.moveTo(time);
  const answers = await relayer.deliver(
    CARS.map((car) => signReading(programme, car, readingOf(car, { startedAt: time - 300, endedAt: time }))),
  );
  for (const { refusal } of answers) assert.equal(refusal, undefined);
  await relayer.moveTo(GENESIS + DAY_S + CHALLENGE_WINDOW_S);
  await relayer.moveTo(CREDITABLE);
}

async function startOperator(programme: TestProgramme): Promise<Operator & OperatorApi> {
  const workDir = join(programme.workDir, "operator");
  await mkdir(workDir);
  await cp(join(programme.workDir, "deployment.json"), join(workDir, "deployment.json"));
  return runOperator(programme, {
    ...{ workDir, relayerFilesDir: join(programme.workDir, "files") },
    keys: { polls: keyOf("curator"), rounds: keyOf("treasurer") },
    receiptKey: keyOf("second receipts"),
    deskKeyHash: hashOf(DESK_KEY),
  });
}

function hashOf(key: string): Hex {
  return toHex(createHash("sha256").update(key).digest());
}
