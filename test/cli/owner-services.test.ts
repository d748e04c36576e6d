import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { deployPlayToken } from "../../src/chain/write/play-token.ts";
import { DAY_S } from "../../src/protocol/index.ts";
import type { VoteFile } from "../../src/sdk/index.ts";
import { pollDocument, roundDocument } from "../operator/support/documents.ts";
import { addressOf, keyOf } from "../relayer/support/keys.ts";
import { CREDITABLE, type ServicesStage, startServices } from "../sdk/services-stage.ts";
import { type CliSession, startCliSession } from "../support/run-cli.ts";

const OPENS = CREDITABLE + 1_000;
const CLOSES = OPENS + 3_600;
const CLAIMABLE = CLOSES + 3_600;
const AMOUNT = 1_001n;

describe("polls and benefit rounds on the command line", () => {
  let stage: ServicesStage;
  let session: CliSession;
  const path = (name: string) => join(stage.programme.workDir, name);

  before(async () => {
    session = startCliSession();
    stage = await startServices();
    const { rpcUrl } = stage.programme;
    const urls = { rpcUrl, apiUrl: stage.relayer.url, operatorUrl: stage.operator.url };
    writeFileSync(path("endpoints.json"), JSON.stringify(urls));
    for (const name of ["alice", "bob", "carol"]) writeFileSync(path(`${name}.key`), keyOf(name));
    const token = await deployPlayToken(rpcUrl, { by: keyOf("alice"), holder: addressOf("treasurer"), supply: AMOUNT });
    await stage.ask("/v1/polls", pollDocument({ opensAt: OPENS, closesAt: CLOSES }));
    const deadline = CLAIMABLE + 40 * DAY_S;
    await stage.ask("/v1/rounds", roundDocument({ token, amount: String(AMOUNT), day: 0, deadline }));
  });

  after(async () => {
    session?.close();
    await stage?.stop();
  });

  const cairn = (...args: readonly string[]) => session.run([...args, "--work", stage.programme.workDir]);
  const json = async <T>(...args: readonly string[]): Promise<T> => {
    const { code, stdout, stderr } = await cairn(...args, "--json");
    assert.equal(code, 0, stderr);
    return JSON.parse(stdout) as T;
  };
  const vote = (name: string, option: number, out: string) =>
    cairn("poll", "vote", "1", `${option}`, "--key-file", path(`${name}.key`), "--out", path(out));

  test("when polls are listed and shown, their texts, terms and options are", async () => {
    assert.match((await cairn("poll", "list")).stdout, /^ +1 +announced .*The name of the next colour$/m);
    const { polls } = await json<{ polls: { state: string }[] }>("poll", "list");
    assert.deepEqual(
      polls.map(({ state }) => state),
      ["announced"],
    );
    const { stdout } = await cairn("poll", "show", "1");
    assert.match(stdout, /^rules +One vote each; the first one counts\.$/m);
    assert.match(stdout, /^ +2 +– +Dawn$/m);
    const { rpcUrl } = stage.programme;
    const elsewhere = ["--rpc", rpcUrl, "--deployment", path("deployment.json")];
    const shown = (...more: readonly string[]) => session.run(["poll", "show", "1", ...elsewhere, ...more]);
    assert.match((await shown()).stdout, /^rules +unknown: no operator was asked/m);
    assert.match((await shown("--operator", stage.operator.url)).stdout, /^rules +One vote each/m);
    assert.match((await cairn("poll", "show", "7")).stderr, /^NOT_FOUND: .*poll 7/);
  });

  test("when an owner votes, the receipt is kept, and a second vote is refused", async () => {
    await stage.moveTo(OPENS + 60);
    const { code, stdout, stderr } = await vote("alice", 2, "vote.json");
    assert.equal(code, 0, stderr);
    assert.match(stdout, new RegExp(`^voted +option 2 of poll 1, as ${addressOf("alice")}$`, "m"));
    const kept = JSON.parse(readFileSync(path("vote.json"), "utf8")) as VoteFile;
    assert.deepEqual([kept.type, kept.vote.option], ["cairn.vote/1", 2]);
    assert.match((await vote("alice", 1, "second.json")).stderr, /^INTENT_REJECTED: .*has voted/);
    assert.match((await vote("bob", 1, "vote.json")).stderr, /^ARGUMENT_INVALID: .*--out/);
    assert.match((await vote("carol", 1, "carol.json")).stderr, /^INTENT_REJECTED: .*held no vehicle/);
  });

  test("when the vote is verified before there is a result, it says so and ends with 2", async () => {
    const { code, stderr } = await cairn("poll", "verify", path("vote.json"));
    assert.equal(code, 2);
    assert.match(stderr, /^INTENT_REJECTED: .*no result yet/);
  });

  test("when the result is published, the vote is found in it, and a changed one is not", async () => {
    await stage.moveTo(CLOSES + 60);
    const { code, stdout } = await cairn("poll", "verify", path("vote.json"), "--out", path("counted.json"));
    assert.equal(code, 0);
    assert.match(stdout, /It was counted as it was cast\.$/m);
    assert.match((await cairn("poll", "show", "1")).stdout, /^ +2 +1 +Dawn$/m);
    const counted = JSON.parse(readFileSync(path("counted.json"), "utf8")) as VoteFile;
    writeFileSync(path("changed.json"), JSON.stringify({ ...counted, vote: { ...counted.vote, option: 1 } }));
    const changed = await cairn("poll", "verify", path("changed.json"), "--json");
    const { valid, checks } = JSON.parse(changed.stdout) as {
      valid: boolean;
      checks: { check: string; ok: boolean }[];
    };
    const failed = checks.filter(({ ok }) => !ok).map(({ check }) => check);
    assert.deepEqual([changed.code, valid, failed], [1, false, ["vote-digest", "leaf"]]);
  });

  test("when rounds are listed and shown, an account's part is, too", async () => {
    await stage.moveTo(CLAIMABLE);
    assert.match((await cairn("round", "list")).stdout, /^ +1 +claimable +1001 +1001 .*Thanks to owners$/m);
    const { stdout } = await cairn("round", "show", "1", "--account", addressOf("alice"));
    assert.match(stdout, new RegExp(`^part +500 for .* of ${addressOf("alice")}, not claimed$`, "m"));
    const { stderr } = await cairn("round", "show", "1", "--account", addressOf("carol"));
    assert.match(stderr, /^NOT_FOUND: .*no part/);
  });

  test("when an owner claims, the part is paid, and a second claim is refused", async () => {
    const claim = ["round", "claim", "1", "--key-file", path("alice.key")];
    const { amount, account } = await json<{ amount: string; account: string }>(...claim);
    assert.deepEqual([amount, account], ["500", addressOf("alice")]);
    const again = await cairn(...claim);
    assert.equal(again.code, 2);
    assert.match(again.stderr, /^INTENT_REJECTED: .*BenefitRounds_AlreadyClaimed/);
    const { rounds } = await json<{ rounds: { left: string }[] }>("round", "list");
    assert.deepEqual(
      rounds.map(({ left }) => left),
      ["501"],
    );
  });

  test("when somebody claims the part of another account, it is refused", async () => {
    const { code, stderr } = await cairn(
      ...["round", "claim", "1", "--account", addressOf("bob"), "--key-file", path("alice.key")],
    );
    assert.equal(code, 2);
    assert.match(stderr, /^INTENT_REJECTED: .*BenefitRounds_WrongAccount/);
  });

  test("when an owner signs a claim, somebody else has it paid to whom it names, once", async () => {
    const to = addressOf("a wallet");
    const sign = ["round", "sign-claim", "1", "--to", to, "--key-file", path("bob.key"), "--out", path("claim.json")];
    const { code, stdout, stderr } = await cairn(...sign);
    assert.equal(code, 0, stderr);
    assert.match(stdout, new RegExp(`^claimed +the part of ${addressOf("bob")} in round 1, to be paid to ${to}$`, "m"));
    assert.match((await cairn(...sign)).stderr, /^ARGUMENT_INVALID: .*--out/);
    const send = ["round", "send-claims", path("claim.json"), "--key-file", path("carol.key")];
    const sent = await cairn(...send);
    assert.deepEqual([sent.code, sent.stderr], [0, ""]);
    assert.match(sent.stdout, new RegExp(`^500 paid to ${to}, the part of ${addressOf("bob")} in round 1\\.$`, "m"));
    const again = await cairn(...send);
    assert.equal(again.code, 1);
    assert.match(again.stdout, /^Skipped, the part of 0x.* in round 1: BenefitRounds_AlreadyClaimed: \S/m);
  });
});
