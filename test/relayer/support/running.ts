import assert from "node:assert/strict";
import { parseRelayerConfig, type Relayer, startRelayer } from "../../../src/relayer/index.ts";
import type { DeliveredReading } from "../../../src/relayer/intake/candidate.ts";
import type { StatusReport } from "../../../src/relayer/jobs/status.ts";
import { keyOf } from "./keys.ts";
import type { TestIntent } from "./owners.ts";
import type { TestProgramme } from "./programme.ts";

/** How long a test waits for the relayer, in looks 5 ms apart. */
const LOOKS = 1_000;

/** A relayer under test, with what tests ask of it. */
export interface RunningRelayer extends Relayer {
  get(path: string): Promise<{ status: number; body: unknown }>;
  post(path: string, body: unknown): Promise<{ status: number; body: unknown }>;
  status(): Promise<StatusReport>;
  deliver(readings: readonly DeliveredReading[]): Promise<ReadingAnswer[]>;
  intend(intents: readonly TestIntent[]): Promise<Record<string, unknown>[]>;
  /** Moves the chain's time and waits until everything due then is done. */
  moveTo(time: number): Promise<StatusReport>;
  untilIdle(time?: number): Promise<StatusReport>;
}

export interface ReadingAnswer {
  readonly digest: string;
  readonly receipt?: {
    readonly readingDigest: string;
    readonly account: string;
    readonly drop: number;
    deadline: number;
  };
  readonly signature?: string;
  readonly samples?: string;
  readonly refusal?: string;
}

/** The configuration of relayers under test. */
export function testConfig(programme: TestProgramme, more: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    ...{ rpcUrl: programme.rpcUrl, workDir: programme.workDir, pollMs: 5 },
    ...{
      relayerKey: keyOf("relayer"),
      receiptKey: keyOf("receipts"),
      deriveKeysFrom: keyOf("seed"),
      logLevel: process.env.CAIRN_TEST_LOG ?? "silent",
    },
    ...more,
  };
}

export async function runRelayer(
  programme: TestProgramme,
  more: Record<string, unknown> = {},
): Promise<RunningRelayer> {
  const relayer = await startRelayer(parseRelayerConfig(testConfig(programme, more)));
  return connect(relayer, programme);
}

/** The same over a relayer that runs anywhere. */
export function connect(relayer: Relayer, programme: Pick<TestProgramme, "moveTo">): RunningRelayer {
  const ask = async (path: string, init?: RequestInit): Promise<{ status: number; body: unknown }> => {
    const answer = await fetch(`${relayer.url}${path}`, init);
    return { status: answer.status, body: await answer.json() };
  };
  const post = (path: string, body: unknown) =>
    ask(path, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) });
  const status = async () => (await ask("/v1/status")).body as StatusReport;
  const untilIdle = async (time?: number): Promise<StatusReport> => {
    let last: StatusReport | undefined;
    for (let look = 0; look < LOOKS; look++) {
      last = await status();
      if (last.idle && (time === undefined || (last.chainTime ?? 0) >= time)) return last;
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    throw new Error(`the relayer is not idle: ${JSON.stringify(last)}`);
  };
  return {
    ...relayer,
    get: (path) => ask(path),
    post,
    status,
    async deliver(readings) {
      const { status, body } = await post("/v1/readings", { readings });
      assert.equal(status, 200, JSON.stringify(body));
      return (body as { results: ReadingAnswer[] }).results;
    },
    async intend(intents) {
      const bodies = intents.map(({ id: _, ...intent }) => intent);
      const { status, body } = await post("/v1/intents", { intents: bodies });
      assert.equal(status, 202, JSON.stringify(body));
      return (body as { results: Record<string, unknown>[] }).results;
    },
    async moveTo(time) {
      await programme.moveTo(time);
      return untilIdle(time);
    },
    untilIdle,
  };
}
