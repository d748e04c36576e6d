import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { RuleSet } from "../../src/chain/write/rule-set.ts";
import { KEY_NAMES } from "../../src/cli/keys.ts";
import type { ActOutcome } from "../../src/cli/operator/outcome.ts";
import { keyOf } from "../relayer/support/keys.ts";
import { startProgramme, type TestProgramme } from "../relayer/support/programme.ts";
import { type CommandResult, startCliSession } from "./run-cli.ts";

/** What an acting command prints for programs. */
interface Performed {
  readonly state: string;
  readonly acts: readonly ActOutcome[];
}

/** A programme with its desk, on a chain whose time stands still until it is moved. */
export interface TestDesk extends TestProgramme {
  /** Runs `cairn …` in the programme's work folder. */
  cairn(...args: readonly string[]): Promise<CommandResult>;
  /** Runs `cairn operator …` in the programme's work folder. */
  run(...args: readonly string[]): Promise<CommandResult>;
  /** What a reading command prints for programs. */
  read<Data>(...args: readonly string[]): Promise<Data>;
  /** Carries acts out, and gives what became of each; it must end with 0. */
  act(...args: readonly string[]): Promise<readonly ActOutcome[]>;
  /** Asks for acts that are refused: it must end with 1, send nothing, and name the error. */
  refused(error: string, ...args: readonly string[]): Promise<ActOutcome>;
  /** Writes a file into the work folder. @returns Its path. */
  file(name: string, content: unknown): string;
}

/** The name of the test key that stands behind each key of a work folder: the holder of the duty. */
function testKeyOf(name: string): string {
  if (name === "fulfilment") return "operator";
  return name === "anyone" ? "alice" : name === "operator" ? "nobody" : name;
}

export async function startDesk(rules: Partial<RuleSet> = {}): Promise<TestDesk> {
  const programme = await startProgramme({ rules });
  const session = startCliSession();
  const { workDir, rpcUrl, client } = programme;
  const file = (name: string, content: unknown) => {
    const path = join(workDir, name);
    writeFileSync(path, typeof content === "string" ? content : JSON.stringify(content));
    return path;
  };
  file("keys.json", { ...Object.fromEntries(KEY_NAMES.map((name) => [name, keyOf(testKeyOf(name))])), fleet: "test" });
  file("endpoints.json", { rpcUrl, apiUrl: "http://127.0.0.1:1" });
  const run = (...args: readonly string[]) => session.run(["operator", ...args, "--work", workDir]);
  const perform = async (args: readonly string[]) => run(...args, "--yes", "--json");
  return {
    ...programme,
    run,
    file,
    cairn: (...args) => session.run([...args, "--work", workDir]),
    async stop() {
      session.close();
      await programme.stop();
    },
    async read<Data>(...args: readonly string[]) {
      const { code, stdout, stderr } = await run(...args, "--json");
      assert.equal(code, 0, stderr);
      return JSON.parse(stdout) as Data;
    },
    async act(...args) {
      const { code, stdout, stderr } = await perform(args);
      assert.equal(code, 0, stdout + stderr);
      assert.equal(stderr, "");
      return (JSON.parse(stdout) as Performed).acts;
    },
    async refused(error, ...args) {
      const before = await client.getBlockNumber();
      const { code, stdout, stderr } = await perform(args);
      assert.equal(code, 1, stdout + stderr);
      const { state, acts } = JSON.parse(stdout) as Performed;
      const refused = acts.find(({ refusal }) => refusal !== undefined);
      assert.deepEqual([state, refused?.refusal?.error], ["refused", error]);
      assert.ok(refused?.refusal?.meaning);
      assert.equal(await client.getBlockNumber(), before);
      return refused;
    },
  };
}

/** Whoever holds nothing: a file with a key that has no role and some of the chain's coin. */
export function strangersKey(desk: TestDesk): string {
  return desk.file("stranger.key", keyOf("bob"));
}
