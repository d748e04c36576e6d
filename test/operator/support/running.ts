import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { StatusReport } from "../../../src/operator/http/state.ts";
import { type Operator, parseOperatorConfig, startOperator } from "../../../src/operator/index.ts";
import { keyOf } from "../../relayer/support/keys.ts";
import type { TestProgramme } from "../../relayer/support/programme.ts";
import { type RunningCommand, startProgram } from "../../support/run-cli.ts";

/** How long a test waits for the operator, in looks 5 ms apart. */
const LOOKS = 4_000;

/** What an operator answered. */
export interface Answer {
  readonly status: number;
  readonly body: unknown;
  readonly text: string;
}

/** What tests ask of an operator, wherever it runs. */
export interface OperatorApi {
  get(path: string): Promise<Answer>;
  /** @param key Of the desk or of awards, for what is not for everybody. */
  post(path: string, body: unknown, key?: string): Promise<Answer>;
  status(): Promise<StatusReport>;
  /** Waits until everything due in the newest block is done. */
  untilIdle(): Promise<StatusReport>;
}

/** The configuration of operators under test. */
export function testConfig(programme: TestProgramme, more: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    ...{ rpcUrl: programme.rpcUrl, workDir: programme.workDir, pollMs: 5, keys: { box: keyOf("box") } },
    ...{ logLevel: process.env.CAIRN_TEST_LOG ?? "silent", ...more },
  };
}

/** An operator in this process. */
export async function runOperator(
  programme: TestProgramme,
  more: Record<string, unknown> = {},
): Promise<Operator & OperatorApi> {
  const operator = await startOperator(parseOperatorConfig(testConfig(programme, more)));
  return { ...operator, ...apiOf(() => operator.url, programme) };
}

/** An operator in a process of its own. */
export class OperatorProcess {
  readonly #programme: TestProgramme;
  readonly #more: Record<string, unknown>;
  readonly api: OperatorApi;
  #command: RunningCommand | undefined;
  #url = "";
  /** What all its processes have logged. */
  #logged = "";

  /** What starts it: a program of this repository and its arguments before the configuration's path. */
  protected readonly program: readonly [string, ...string[]] = [
    fileURLToPath(new URL("./operator-child.ts", import.meta.url)),
  ];

  /** @param more What its configuration has besides, or instead of, {@link testConfig}'s. */
  constructor(programme: TestProgramme, more: Record<string, unknown> = {}) {
    this.#programme = programme;
    this.#more = more;
    this.api = apiOf(() => this.#url, programme);
  }

  async start(): Promise<void> {
    const path = join(this.#programme.workDir, "operator-config.json");
    await writeFile(path, JSON.stringify(testConfig(this.#programme, { logLevel: "trace", ...this.#more })));
    const [program, ...args] = this.program;
    this.#command = startProgram(program, [...args, path]);
    const [, url] = await this.#command.until(/"url":"(http:[^"]+)","chainId":\d+,"msg":"listening"/);
    this.#url = url as string;
  }

  async end(signal: NodeJS.Signals): Promise<number | null> {
    const command = this.#command as RunningCommand;
    command.child.kill(signal);
    const { code, stdout, stderr } = await command.finished;
    this.#logged += stdout + stderr;
    return code;
  }

  get logged(): string {
    return this.#logged + (this.#command?.output() ?? "");
  }
}

/** An operator as `cairn operator serve` runs it. */
export class OperatorCommand extends OperatorProcess {
  protected override readonly program = ["src/cli/main.ts", "operator", "serve", "--config"] as const;
}

function apiOf(url: () => string, { client }: TestProgramme): OperatorApi {
  const ask = async (path: string, init?: RequestInit): Promise<Answer> => {
    const answer = await fetch(`${url()}${path}`, init);
    const text = await answer.text();
    return { status: answer.status, body: JSON.parse(text) as unknown, text };
  };
  const get = (path: string) => ask(path);
  const status = async () => {
    const { status: code, body } = await get("/v1/status");
    assert.equal(code, 200);
    return body as StatusReport;
  };
  return {
    get,
    post(path, body, key) {
      const authorization = key === undefined ? {} : { authorization: `Bearer ${key}` };
      const headers = { "content-type": "application/json", ...authorization };
      return ask(path, { method: "POST", headers, body: JSON.stringify(body) });
    },
    status,
    async untilIdle() {
      const newest = Number(await client.getBlockNumber());
      let last: StatusReport | undefined;
      for (let look = 0; look < LOOKS; look++) {
        last = await status();
        if (last.idle && (last.headBlock ?? 0) >= newest) return last;
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
      throw new Error(`the operator is not idle: ${JSON.stringify(last)}`);
    },
  };
}
