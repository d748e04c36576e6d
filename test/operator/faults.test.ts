import assert from "node:assert/strict";
import { mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, type TestContext, test } from "node:test";
import { parseOperatorConfig, prepareChain } from "../../src/operator/index.ts";
import { DROP_S, type Hex, hashChain } from "../../src/protocol/index.ts";
import { addressOf, keyOf } from "../relayer/support/keys.ts";
import { GENESIS } from "../relayer/support/programme.ts";
import { startCliSession } from "../support/run-cli.ts";
import { boxEvents, checkedProofs } from "./support/box-events.ts";
import { runOperator, testConfig } from "./support/running.ts";
import { type BoxStage, GUARANTEED_TIER, startBoxStage } from "./support/stage.ts";

const LINKS = 9;
const REVEAL_WITHIN_S = 3_600;

async function stageFor(context: TestContext): Promise<BoxStage> {
  const stage = await startBoxStage();
  context.after(() => stage.stop());
  return stage;
}

async function operatorFor(context: TestContext, stage: BoxStage, more: Record<string, unknown> = {}) {
  const operator = await runOperator(stage, more);
  context.after(() => operator.close());
  return operator;
}

const prepare = (stage: BoxStage, more: Record<string, unknown> = {}) =>
  prepareChain(parseOperatorConfig(testConfig(stage, more)), LINKS);

/** The tiers of all boxes that were opened. */
async function tiersWon(stage: BoxStage): Promise<number[]> {
  return (await checkedProofs(stage)).map(({ tier }) => tier);
}

describe("when the hash chain of a season is lost", () => {
  test("it is said at once, and when the reveal is late the season is forced: everybody has the guaranteed tier", async (context) => {
    const stage = await stageFor(context);
    const operator = await operatorFor(context, stage);
    const { season, firstDrop } = await stage.openSeason(hashChain(keyOf("lost"), LINKS).tip, LINKS);
    const [lost] = (await operator.untilIdle()).alerts;
    assert.deepEqual([lost?.subject, /restore it from the backup/.test(lost?.message ?? "")], ["season 1", true]);
    await stage.request("alice", season, 3);
    await stage.moveToDrop(firstDrop + 1);
    await stage.request("bob", season, 2);
    await stage.moveTo(GENESIS + (firstDrop + 1) * DROP_S + REVEAL_WITHIN_S);
    await operator.untilIdle();
    assert.deepEqual(await boxEvents(stage, "SeasonForced"), []);
    await stage.moveTo(GENESIS + (firstDrop + 1) * DROP_S + REVEAL_WITHIN_S + 1);
    const { alerts } = await operator.untilIdle();
    const forced = await boxEvents(stage, "SeasonForced");
    assert.deepEqual(
      forced.map(({ args }) => [args.season, args.drop]),
      [[season, firstDrop]],
    );
    assert.deepEqual(await tiersWon(stage), Array(5).fill(GUARANTEED_TIER));
    assert.match(alerts[0]?.message ?? "", new RegExp(`^forced: drop ${firstDrop} was not revealed in time`));
    const { body } = await operator.get(`/v1/seasons/${season}`);
    const { state, forcedFromDrop } = body as { state: string; forcedFromDrop: number };
    assert.deepEqual([state, forcedFromDrop], ["forced", firstDrop]);
  });

  test("given a season with the chain of an earlier one, its links are not taken from there", async (context) => {
    const stage = await stageFor(context);
    const operator = await operatorFor(context, stage);
    const { tip } = await prepare(stage);
    const first = await stage.openSeason(tip, LINKS);
    await operator.untilIdle();
    await stage.moveToDrop(first.firstDrop + 20);
    const second = await stage.openSeason(tip, LINKS);
    await stage.request("alice", second.season, 1);
    await stage.moveToDrop(second.firstDrop + 1);
    const { alerts } = await operator.untilIdle();
    assert.deepEqual([alerts[0]?.subject, await boxEvents(stage, "DropRevealed")], ["season 2", []]);
  });
});

describe("when the operator withholds a reveal", () => {
  test("anybody forces the season and opens: everybody who waits gets the guaranteed tier", async (context) => {
    const stage = await stageFor(context);
    const { tip } = await prepare(stage);
    const { season, firstDrop } = await stage.openSeason(tip, LINKS);
    for (const name of ["alice", "bob", "carol"]) await stage.request(name, season, 4);
    const session = startCliSession();
    context.after(() => session.close());
    const keyFile = join(stage.workDir, "stranger.key");
    await writeFile(keyFile, `${keyOf("dave")}\n`);
    const options = [
      "--key-file",
      keyFile,
      "--rpc",
      stage.rpcUrl,
      "--deployment",
      join(stage.workDir, "deployment.json"),
    ];
    await stage.moveTo(GENESIS + (firstDrop + 1) * DROP_S + REVEAL_WITHIN_S);
    const early = await session.run(["box", "force", `${season}`, ...options]);
    assert.deepEqual([early.code, /MineBox_NotLate/.test(early.stderr)], [2, true]);
    await stage.moveTo(GENESIS + (firstDrop + 1) * DROP_S + REVEAL_WITHIN_S + 1);
    assert.equal((await session.run(["box", "force", `${season}`, ...options])).code, 0);
    const accounts = ["alice", "bob", "carol"].map(addressOf);
    const opened = await session.run(["box", "open", ...accounts, "--json", ...options]);
    const { accounts: left } = JSON.parse(opened.stdout) as { accounts: { pending: number }[] };
    assert.deepEqual(
      left.map(({ pending }) => pending),
      [0, 0, 0],
    );
    assert.deepEqual(await tiersWon(stage), Array(12).fill(GUARANTEED_TIER));
    const verified = await session.run([
      "box",
      "verify",
      "--account",
      accounts[0] as Hex,
      "--number",
      "3",
      ...options.slice(2),
    ]);
    assert.deepEqual([verified.code, /its reveal was late/.test(verified.stdout)], [0, true]);
  });
});

describe("when two operators serve one season", () => {
  test("each drop is revealed once, each box opened once", async (context) => {
    const stage = await stageFor(context);
    const folder = await mkdtemp(join(tmpdir(), "cairn-second-"));
    context.after(() => rm(folder, { recursive: true, force: true }));
    await writeFile(join(folder, "deployment.json"), JSON.stringify(stage.deployment));
    const { tip } = await prepare(stage);
    const second = { workDir: folder, keys: { box: keyOf("second box") } };
    await writeFile(
      join(folder, "box-chains.backup.json"),
      await readFile(join(stage.workDir, "box-chains.backup.json")),
    );
    const operators = [await operatorFor(context, stage), await operatorFor(context, stage, second)];
    const { season, firstDrop } = await stage.openSeason(tip, LINKS);
    for (let drop = 0; drop < 5; drop++) {
      await stage.request("alice", season, 2);
      await stage.request("dave", season, 1);
      await stage.moveToDrop(firstDrop + drop + 1);
      for (const operator of operators) await operator.untilIdle();
      for (const operator of operators) assert.deepEqual((await operator.untilIdle()).alerts, []);
    }
    assert.equal((await boxEvents(stage, "DropRevealed")).length, 5);
    assert.equal((await tiersWon(stage)).length, 15);
  });
});

describe("when blocks are final only later", () => {
  test("a link goes out when a final block lies past its drop", async (context) => {
    const stage = await stageFor(context);
    const operator = await operatorFor(context, stage, { finalityDepth: 3 });
    const { tip } = await prepare(stage);
    const { season, firstDrop } = await stage.openSeason(tip, LINKS);
    await stage.request("alice", season, 1);
    const end = GENESIS + (firstDrop + 1) * DROP_S;
    for (const second of [0, 1, 2]) {
      await stage.moveTo(end + second);
      await operator.untilIdle();
      assert.deepEqual(await boxEvents(stage, "DropRevealed"), []);
    }
    await stage.moveTo(end + 3);
    await operator.untilIdle();
    assert.equal((await boxEvents(stage, "DropRevealed")).length, 1);
    for (let second = 4; second < 12; second++) {
      await stage.moveTo(end + second);
      await operator.untilIdle();
    }
    assert.equal((await tiersWon(stage)).length, 1);
  });
});

describe("when blocks that counted as final are gone", () => {
  test("what they held is forgotten, and what stands is served", async (context) => {
    const stage = await stageFor(context);
    const operator = await operatorFor(context, stage);
    const { tip } = await prepare(stage);
    const { season, firstDrop } = await stage.openSeason(tip, LINKS);
    const snapshot = await stage.rpc("evm_snapshot", []);
    await stage.request("alice", season, 1);
    await operator.untilIdle();
    assert.equal((await requestsOf("alice")).length, 1);
    await stage.rpc("evm_revert", [snapshot]);
    await stage.request("bob", season, 2);
    await stage.moveToDrop(firstDrop + 1);
    await operator.untilIdle();
    assert.deepEqual([(await requestsOf("alice")).length, (await requestsOf("bob")).length], [0, 1]);
    assert.equal((await tiersWon(stage)).length, 2);

    async function requestsOf(name: string): Promise<unknown[]> {
      return ((await operator.get(`/v1/boxes/${addressOf(name)}`)).body as { requests: unknown[] }).requests;
    }
  });
});

describe("what the box operator keeps", () => {
  test("its store and its backup can be read by their owner only", async (context) => {
    const stage = await stageFor(context);
    await prepare(stage);
    for (const file of ["operator.sqlite", "box-chains.backup.json"]) {
      assert.equal((await stat(join(stage.workDir, file))).mode & 0o777, 0o600, file);
    }
  });

  test("given another programme's backup, or one that was changed, it does not start, and tells nothing of it", async (context) => {
    const stage = await stageFor(context);
    await prepare(stage);
    const path = join(stage.workDir, "box-chains.backup.json");
    const good = JSON.parse(await readFile(path, "utf8"));
    const { lastLink } = good.chains[0] as { lastLink: string };
    const wrong = [
      { ...good, mineBox: addressOf("another box") },
      { ...good, chains: [{ ...good.chains[0], links: LINKS + 1 }] },
      { ...good, chains: [{ ...good.chains[0], lastLink: keyOf("another") }] },
      [],
    ];
    for (const backup of wrong) {
      await writeFile(path, JSON.stringify(backup));
      await assert.rejects(runOperator(stage), (error: Error & { code?: string }) => {
        return error.code === "CONFIG_INVALID" && !error.message.includes(lastLink);
      });
    }
  });
});
