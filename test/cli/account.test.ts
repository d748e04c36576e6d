import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { DROP_S, hashChain } from "../../src/protocol/index.ts";
import { type BoxStage, startBoxStage } from "../operator/support/stage.ts";
import { awardOf, defineTasks, deliverAwards, termsOf } from "../relayer/support/awards.ts";
import { addressOf, keyOf } from "../relayer/support/keys.ts";
import { GENESIS, startProgramme, type TestProgramme } from "../relayer/support/programme.ts";
import { type RunningRelayer, runRelayer } from "../relayer/support/running.ts";
import { type CliSession, startCliSession } from "../support/run-cli.ts";

/** What `cairn account --json` prints, as far as these tests read it. */
interface Printed {
  readonly stones: { readonly pending: string | null };
  readonly crystals: { readonly awarded: string | null; readonly credited: string; readonly available: string };
  readonly boxes: { readonly requested: string; readonly waiting: number; readonly claimable: string };
  readonly awards: readonly { readonly crystals: number; readonly drop: number; readonly anchored: boolean }[] | null;
  readonly exclusions: readonly { readonly reason: number; readonly state: string; readonly endsOn: number }[];
}

/** Runs `cairn account` in a programme's work folder. */
async function accountOf(session: CliSession, { workDir }: TestProgramme, name: string) {
  const args = ["account", addressOf(name), "--work", workDir];
  const [json, text] = [await session.run([...args, "--json"]), await session.run(args)];
  assert.deepEqual([json.code, text.code], [0, 0], json.stderr + text.stderr);
  return { data: JSON.parse(json.stdout) as Printed, text: text.stdout };
}

async function writeEndpoints({ workDir, rpcUrl }: TestProgramme, relayerUrl?: string): Promise<void> {
  await writeFile(join(workDir, "endpoints.json"), JSON.stringify({ rpcUrl, apiUrl: relayerUrl }));
}

describe("cairn account, of owners who play", () => {
  let stage: BoxStage;
  let session: CliSession;

  before(async () => {
    session = startCliSession();
    stage = await startBoxStage();
    await writeEndpoints(stage);
    const { season } = await stage.openSeason(hashChain(keyOf("chain"), 3).tip, 3);
    await stage.request("alice", season, 3);
    const excluded = [addressOf("bob"), 2, keyOf("evidence"), 20] as const;
    await stage.writer("excluder").call("exclusions", "excludeAccount", excluded);
  });

  after(async () => {
    session?.close();
    await stage?.stop();
  });

  test("given crystals and requested boxes, what is left and what waits is shown", async () => {
    const { data, text } = await accountOf(session, stage, "alice");
    assert.deepEqual(data.crystals, { awarded: null, credited: "10000", available: "9970" });
    assert.deepEqual(data.boxes, { requested: "3", waiting: 3, claimable: "0" });
    assert.match(text, /^crystals +9,970 to spend$/m);
    assert.match(text, /^boxes +3 requested, 3 of them not opened yet$/m);
  });

  test("given no relayer to ask, what only it knows is said to be unknown", async () => {
    const { data, text } = await accountOf(session, stage, "bob");
    assert.deepEqual([data.awards, data.stones.pending], [null, null]);
    assert.match(text, /^pending +unknown: no relayer was asked$/m);
    assert.doesNotMatch(text, /^Awards/m);
  });

  test("given an exclusion, its reason, state and end are shown", async () => {
    const { data, text } = await accountOf(session, stage, "bob");
    assert.deepEqual(
      data.exclusions.map(({ reason, state, endsOn }) => [reason, state, endsOn]),
      [[2, "stands", 20]],
    );
    assert.match(text, /^Exclusions\n.*counts again\n +1 .* stands .* day 20$/m);
    assert.match((await accountOf(session, stage, "alice")).text, /^Exclusions: none$/m);
  });
});

describe("cairn account, of an owner who was awarded", () => {
  let programme: TestProgramme;
  let relayer: RunningRelayer;
  let session: CliSession;

  before(async () => {
    session = startCliSession();
    programme = await startProgramme();
    await defineTasks(programme, [termsOf(12, 2)]);
    relayer = await runRelayer(programme);
    await writeEndpoints(programme, relayer.url);
    const awardedAt = GENESIS + 150 * DROP_S + 60;
    await relayer.moveTo(awardedAt);
    await deliverAwards(relayer, [awardOf(programme, { task: 1, owner: "alice", crystals: 12, awardedAt })]);
  });

  after(async () => {
    session?.close();
    await relayer?.close();
    await programme?.stop();
  });

  test("given an award, the drop that took it is shown, and that it waits for it", async () => {
    const { data, text } = await accountOf(session, programme, "alice");
    assert.deepEqual(
      data.awards?.map(({ crystals, drop, anchored }) => [crystals, drop, anchored]),
      [[12, 150, false]],
    );
    assert.match(text, /^Awards\n.*\n +1 +12 .* 150 +waits for its drop$/m);
    assert.match((await accountOf(session, programme, "bob")).text, /^Awards: none$/m);
  });
});
