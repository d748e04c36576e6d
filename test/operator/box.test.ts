import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { readStones } from "../../src/chain/read/stones.ts";
import { type BoxProof, DROP_S, type Hex, hashChain, verifyBox } from "../../src/protocol/index.ts";
import { addressOf, keyOf } from "../relayer/support/keys.ts";
import { GENESIS } from "../relayer/support/programme.ts";
import { runCli } from "../support/run-cli.ts";
import { boxEvents, checkedProofs } from "./support/box-events.ts";
import { OperatorCommand, testConfig } from "./support/running.ts";
import { type BoxStage, PLAYERS, startBoxStage } from "./support/stage.ts";

const LINKS = 12;

/** The links of the only chain in a backup, in the order in which they are revealed. */
async function linksOf(workDir: string): Promise<readonly Hex[]> {
  const backup = JSON.parse(await readFile(join(workDir, "box-chains.backup.json"), "utf8"));
  const [{ lastLink, links }] = backup.chains as [{ lastLink: Hex; links: number }];
  return hashChain(lastLink, links).links;
}

describe("the box operator, over a whole season", () => {
  let stage: BoxStage;
  let operator: OperatorCommand;
  let links: readonly Hex[];
  let season: number;
  let firstDrop: number;
  let revealed = 0;

  before(async () => {
    stage = await startBoxStage();
    operator = new OperatorCommand(stage);
    await operator.start();
    const config = join(stage.workDir, "prepare.json");
    await writeFile(config, JSON.stringify(testConfig(stage)));
    const prepared = await runCli(["operator", "prepare-chain", "--config", config, "--links", `${LINKS}`, "--json"]);
    assert.equal(prepared.code, 0, prepared.stderr);
    links = await linksOf(stage.workDir);
    ({ season, firstDrop } = await stage.openSeason(JSON.parse(prepared.stdout).tip, LINKS));
  });

  after(async () => {
    await operator?.end("SIGKILL");
    await stage?.stop();
  });

  /** Nothing that anybody can read tells a link before it is revealed on the chain. */
  async function assertSecret(): Promise<void> {
    const paths = ["/v1/status", "/v1/seasons", `/v1/seasons/${season}`, "/openapi.json", "/readyz"];
    for (const name of PLAYERS) {
      const account = addressOf(name);
      paths.push(`/v1/boxes/${account}`, `/v1/boxes/${account}/0/proof`);
    }
    const texts = await Promise.all(paths.map(async (path) => (await operator.api.get(path)).text));
    const told = [operator.logged, ...texts].join("\n").toLowerCase();
    for (const [at, link] of links.entries()) {
      if (at >= revealed) assert.ok(!told.includes(link.slice(2)), `link ${at + 1} is told`);
    }
  }

  test("given requests, when their drop is not over, nothing is revealed", async () => {
    await stage.request("alice", season, 10);
    await stage.request("carol", season, 3);
    await stage.moveTo(GENESIS + (firstDrop + 1) * DROP_S - 1);
    await operator.api.untilIdle();
    assert.deepEqual(await boxEvents(stage, "DropRevealed"), []);
    await assertSecret();
    const { body } = await operator.api.get(`/v1/boxes/${addressOf("alice")}`);
    const [request] = (body as { requests: { state: string; count: number }[] }).requests;
    assert.deepEqual([request?.state, request?.count], ["waiting", 10]);
  });

  test("when it is over, its link is revealed, and every box is opened and its stones paid", async () => {
    await stage.moveToDrop(firstDrop + 1);
    await operator.api.untilIdle();
    revealed = 1;
    const reveals = await boxEvents(stage, "DropRevealed");
    assert.deepEqual(
      reveals.map(({ args }) => [args.season, args.drop, args.link]),
      [[season, firstDrop, links[0]]],
    );
    assert.equal((await boxEvents(stage, "BoxesOpened")).length, 2);
    const { received } = await readStones(stage.client, stage.deployment, addressOf("alice"));
    assert.ok(received >= 10n ** 10n);
    await assertSecret();
  });

  test("given a winner without a car, the stones wait, and are paid when a car is there", async () => {
    const waits = await boxEvents(stage, "PrizeWaits");
    assert.deepEqual(
      waits.map(({ args }) => args.account.toLowerCase()),
      [addressOf("carol")],
    );
    const { body } = await operator.api.get(`/v1/boxes/${addressOf("carol")}`);
    assert.equal((body as { waitingUnits: string }).waitingUnits, String(waits[0]?.args.units));
    assert.deepEqual(await boxEvents(stage, "PrizeClaimed"), []);
    await stage.pair("carol");
    await operator.api.untilIdle();
    const claimed = await boxEvents(stage, "PrizeClaimed");
    assert.deepEqual(
      claimed.map(({ args }) => args.units),
      [waits[0]?.args.units],
    );
  });

  test("given a drop without requests, the next one that has some uses the next link", async () => {
    await stage.moveToDrop(firstDrop + 3);
    await stage.request("bob", season, 1);
    await stage.moveTo(GENESIS + (firstDrop + 3) * DROP_S + 60);
    await stage.request("dave", season, 2);
    await stage.request("alice", season, 4);
    await assertSecret();
    await stage.moveToDrop(firstDrop + 4);
    await operator.api.untilIdle();
    revealed = 2;
    const reveals = await boxEvents(stage, "DropRevealed");
    assert.deepEqual([reveals.at(-1)?.args.drop, reveals.at(-1)?.args.link], [firstDrop + 3, links[1]]);
    await assertSecret();
  });

  test("every box that was opened can be computed again, and the API's proofs are the chain's", async () => {
    const proofs = await checkedProofs(stage);
    assert.equal(proofs.length, 10 + 3 + 1 + 2 + 4);
    for (const proof of proofs) {
      const { body } = await operator.api.get(`/v1/boxes/${proof.account}/${proof.number}/proof`);
      assert.deepEqual(body, proof);
      assert.ok(verifyBox(body as BoxProof).valid);
    }
  });

  test("given an account of another case, its boxes are found; given none, they are not", async () => {
    const account = addressOf("bob");
    const upper = `0x${account.slice(2).toUpperCase()}`;
    assert.deepEqual(
      (await operator.api.get(`/v1/boxes/${upper}`)).body,
      (await operator.api.get(`/v1/boxes/${account}`)).body,
    );
    const unknown = await operator.api.get(`/v1/boxes/${account}/99/proof`);
    assert.deepEqual([unknown.status, (unknown.body as { error: { code: string } }).error.code], [404, "NOT_FOUND"]);
    const wrong = await operator.api.get("/v1/boxes/nobody");
    assert.deepEqual([wrong.status, (wrong.body as { error: { code: string } }).error.code], [400, "BODY_INVALID"]);
    assert.equal((await operator.api.get("/v1/seasons/9")).status, 404);
  });

  test("the season's odds are told exactly, by API and command", async () => {
    const { body } = await operator.api.get(`/v1/seasons/${season}`);
    const { state, tiers } = body as { state: string; tiers: { odds: Record<string, number> }[] };
    assert.equal(state, "open");
    assert.deepEqual(
      tiers.map(({ odds }) => [odds.numerator, odds.denominator, odds.probability]),
      [
        [1, 12, 1 / 12],
        [1, 3, 1 / 3],
        [7, 12, 7 / 12],
      ],
    );
    const connection = ["--rpc", stage.rpcUrl, "--deployment", join(stage.workDir, "deployment.json")];
    const odds = await runCli(["box", "odds", ...connection]);
    assert.match(odds.stdout, /5 stones\s+1 in 12\s+8\.33333/);
    const verified = await runCli(["box", "verify", "--account", addressOf("alice"), "--number", "12", ...connection]);
    assert.deepEqual(
      [verified.code, verified.stdout.match(/✓/g)?.length, verified.stdout.includes("✗")],
      [0, 5, false],
    );
  });

  test("when the season is over, what it did not give is freed", async () => {
    await stage.moveToDrop(firstDrop + 20);
    await operator.api.untilIdle();
    assert.equal((await boxEvents(stage, "SeasonClosed")).length, 1);
    const { body } = await operator.api.get(`/v1/seasons/${season}`);
    assert.equal((body as { state: string }).state, "closed");
    const { alerts, duties } = await operator.api.status();
    assert.deepEqual(alerts, []);
    assert.deepEqual(
      duties.filter(({ running }) => running),
      [{ name: "box", running: true, address: addressOf("box") }],
    );
    await assertSecret();
  });

  test("when it is asked to stop, it does, and has told no key", async () => {
    assert.equal(await operator.end("SIGTERM"), 0);
    assert.ok(!operator.logged.includes(keyOf("box").slice(2)));
  });
});
