import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { signingDomain, typedDigest } from "../../src/protocol/index.ts";
import { checkVote, createCairnClient, type VoteCheck, type VoteFacts, type VoteFile } from "../../src/sdk/index.ts";
import { pollDocument, text } from "../operator/support/documents.ts";
import { accountOf, addressOf } from "../relayer/support/keys.ts";
import { CREDITABLE, type ServicesStage, startServices } from "./services-stage.ts";
import { filled, leavesOf, withAltered } from "./support.ts";

const OPENS = CREDITABLE + 1_000;
const CLOSES = OPENS + 3_600;
const BY_ACCOUNT = pollDocument({ opensAt: OPENS, closesAt: CLOSES });
const BY_STONES = pollDocument({ opensAt: OPENS, closesAt: CLOSES, weighting: "stones", title: text("By stones") });

/** Alice and bob hold cars that drove on day 0; carol holds none. */
describe("polls in the hands of owners", () => {
  let stage: ServicesStage;
  let alices: VoteFile;
  let bobs: VoteFile;
  let byStones: VoteFile;

  before(async () => {
    stage = await startServices();
    await stage.ask("/v1/polls", BY_ACCOUNT);
    await stage.ask("/v1/polls", BY_STONES);
  });

  after(() => stage?.stop());

  test("given a poll that is not open yet, its text is shown, and a vote is refused before it is signed", async () => {
    const { state, weighting, text: asked, result } = await stage.clientOf("alice").getPoll({ poll: 1 });
    assert.deepEqual([state, weighting, result], ["announced", "account", undefined]);
    assert.deepEqual(asked, { title: BY_ACCOUNT.title, rules: BY_ACCOUNT.rules, options: BY_ACCOUNT.options });
    const silent = { ...accountOf("alice"), signTypedData: () => Promise.reject(new Error("asked to sign")) };
    const client = stage.clientOf("alice", { account: silent });
    await assert.rejects(client.vote({ poll: 1, option: 0 }), { code: "INTENT_REJECTED", message: /not open yet/ });
    await assert.rejects(client.vote({ poll: 9, option: 0 }), { code: "NOT_FOUND" });
  });

  test("given a client without an operator, terms are shown without a text, and nobody can vote", async () => {
    const { rpcUrl, deployment } = stage.programme;
    const client = createCairnClient({ rpcUrl, deployment, account: accountOf("alice") });
    assert.equal((await client.getPoll({ poll: 2 })).text, undefined);
    await assert.rejects(client.vote({ poll: 1, option: 0 }), { code: "ARGUMENT_INVALID" });
    await assert.rejects(client.getPoll({ poll: 9 }), { code: "NOT_FOUND" });
  });

  test("given an operator that shows another text, it is not believed", async () => {
    const operatorUrl = await stage.liar((_, body) => ({ ...(body as object), rules: text("The last vote counts.") }));
    await assert.rejects(stage.clientOf("alice", { operatorUrl }).getPoll({ poll: 1 }), { code: "EVIDENCE_INVALID" });
  });

  test("when an owner votes, the receipt names the vote and a receipt key has signed it", async () => {
    await stage.moveTo(OPENS + 600);
    alices = await stage.clientOf("alice").vote({ poll: 1, option: 2 });
    assert.deepEqual(alices.vote, { poll: 1, account: addressOf("alice"), option: 2, castAt: OPENS + 600 });
    const digest = typedDigest(signingDomain(stage.programme.deployment, "Vote"), "Vote", alices.vote);
    assert.deepEqual(alices.receipt, { voteDigest: digest, receivedAt: OPENS + 600 });
    bobs = await stage.clientOf("bob").vote({ poll: 1, option: 0 });
    byStones = await stage.clientOf("alice").vote({ poll: 2, option: 1 });
    assert.equal((await stage.clientOf("bob").getPoll({ poll: 1 })).state, "open");
  });

  test("when the same vote is cast again it has the same receipt, and another one is refused", async () => {
    await stage.moveTo(OPENS + 700);
    const alice = stage.clientOf("alice");
    assert.deepEqual(await alice.vote({ poll: 1, option: 2, castAt: alices.vote.castAt }), alices);
    await assert.rejects(alice.vote({ poll: 1, option: 1 }), { code: "INTENT_REJECTED", message: /has voted/ });
  });

  test("when there is no such option, or the account holds no vehicle, the vote is refused", async () => {
    await assert.rejects(stage.clientOf("carol").vote({ poll: 1, option: 3 }), /no option 3/);
    await assert.rejects(stage.clientOf("carol").vote({ poll: 1, option: 0 }), /held no vehicle/);
  });

  for (const [what, path] of [
    ["of another vote", ["receipt", "voteDigest"]],
    ["of another time, which its signature does not cover", ["receipt", "receivedAt"]],
    ["with another signature", ["receiptSignature"]],
  ] as const) {
    test(`when the operator answers with a receipt ${what}, it is not believed`, async () => {
      const operatorUrl = await stage.liar((_, body) => withAltered(body, path, another));
      const { castAt } = alices.vote;
      const client = stage.clientOf("alice", { operatorUrl });
      await assert.rejects(client.vote({ poll: 1, option: 2, castAt }), { code: "EVIDENCE_INVALID" });
    });
  }

  test("when the operator answers with anything else, that is refused", async () => {
    const operatorUrl = await stage.liar(() => ({ receipt: "later" }));
    const client = stage.clientOf("alice", { operatorUrl });
    await assert.rejects(client.vote({ poll: 1, option: 2, castAt: alices.vote.castAt }), { code: "EVIDENCE_INVALID" });
  });

  test("given a poll without a result, there is nothing to verify yet", async () => {
    await assert.rejects(stage.clientOf("alice").verifyVote(alices), { code: "INTENT_REJECTED" });
    await assert.rejects(stage.clientOf("alice").verifyVote({ ...alices, type: "cairn.vote/2" }), {
      code: "EVIDENCE_INVALID",
    });
  });

  test("when the result is published, every voter finds the own vote in it", async () => {
    await stage.moveTo(CLOSES + 60);
    const { state, result } = await stage.clientOf("alice").getPoll({ poll: 1 });
    assert.deepEqual([state, result?.voters, result?.tallies], ["published", 2, [1n, 0n, 1n]]);
    for (const [name, kept] of [
      ["alice", alices],
      ["bob", bobs],
    ] as const) {
      const { valid, file } = await stage.clientOf(name).verifyVote(JSON.parse(JSON.stringify(kept)));
      assert.deepEqual([valid, file.counted?.leaf.option], [true, kept.vote.option]);
    }
  });

  test("given a poll by stones, the weight is the one of the account's settled leaf", async () => {
    const alice = stage.clientOf("alice");
    const { valid, file, checks } = await alice.verifyVote(byStones);
    assert.ok(valid);
    assert.equal(file.counted?.leaf.weight, (await alice.getStones()).pending);
    assert.ok(checks.some(({ check }) => check === "weight"));
  });

  test("given a file with its leaf, nobody but the chain is asked", async () => {
    const { file } = await stage.clientOf("alice").verifyVote(alices);
    const { rpcUrl, deployment } = stage.programme;
    const wire = JSON.parse(JSON.stringify(file, (_, value) => (typeof value === "bigint" ? String(value) : value)));
    const { valid, checks } = await createCairnClient({ rpcUrl, deployment }).verifyVote(wire);
    assert.deepEqual([valid, checks.length], [true, 9]);
  });

  test("when the operator has no leaf for an acknowledged vote, or another's, that is found", async () => {
    const silent = await stage.liar((path, body) => (path.includes("/votes/") ? { leaf: null } : body));
    await assert.rejects(stage.clientOf("alice", { operatorUrl: silent }).verifyVote(alices), {
      code: "EVIDENCE_INVALID",
    });
    const { file } = await stage.clientOf("bob").verifyVote(bobs);
    const { counted } = file;
    assert.ok(counted);
    const swapped = await stage.clientOf("alice").verifyVote({ ...alices, counted });
    assert.deepEqual(failed(swapped.checks), ["leaf"]);
    // Alice's receipt in the hands of carol, who has no leaf.
    const lost: VoteFile = { ...alices, vote: { ...alices.vote, account: addressOf("carol") } };
    const { valid, checks } = await stage.clientOf("alice").verifyVote(lost);
    assert.deepEqual([valid, failed(checks).includes("counted")], [false, true]);
  });

  test("given facts and no connection, a file is checked by them, and whatever is changed in it is named", async () => {
    const { file } = await stage.clientOf("alice").verifyVote(alices);
    const { deployment } = stage.programme;
    const facts: VoteFacts = {
      ...{ deployment, opensAt: OPENS, closesAt: CLOSES, weight: 1n },
      ...{ receiptSigner: addressOf("second receipts"), isReceiptKey: true },
      root: (file.counted as { root: `0x${string}` }).root,
    };
    assert.deepEqual(failed(checkVote(file, facts)), []);
    // Time and signature of the receipt are judged through the address that the signature recovers to.
    const judged = (path: readonly string[]) =>
      path[0] !== "type" && path[0] !== "receiptSignature" && path[1] !== "receivedAt";
    for (const path of leavesOf(file).filter(judged)) {
      const changed = withAltered(file, path, another);
      assert.notDeepEqual(failed(checkVote(changed, facts)), [], path.join("."));
    }
    assert.deepEqual(failed(checkVote(file, { ...facts, isReceiptKey: false })), ["receipt-signature"]);
    assert.deepEqual(failed(checkVote(file, { ...facts, root: filled(7) })), ["chain-root"]);
    assert.deepEqual(failed(checkVote(file, { ...facts, closesAt: OPENS + 1 })), ["receipt-time"]);
    assert.deepEqual(failed(checkVote(file, { ...facts, weight: 2n })), ["weight"]);
  });
});

function failed(checks: readonly VoteCheck[]): string[] {
  return checks.filter(({ ok }) => !ok).map(({ check }) => check);
}

/** Another value of the same form. */
function another(found: unknown): unknown {
  if (typeof found === "number") return found + 1;
  if (typeof found === "bigint") return found + 1n;
  const digits = String(found);
  // Not the last digit: that is the signature's v, of which several stand for the same.
  return `${digits.slice(0, 10)}${digits[10] === "0" ? "1" : "0"}${digits.slice(11)}`;
}
