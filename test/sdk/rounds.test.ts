import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { readFunds } from "../../src/chain/read/rounds.ts";
import { deployPlayToken } from "../../src/chain/write/play-token.ts";
import { DAY_S, type Hex } from "../../src/protocol/index.ts";
import { roundDocument, text } from "../operator/support/documents.ts";
import { addressOf, keyOf } from "../relayer/support/keys.ts";
import { CREDITABLE, type ServicesStage, startServices } from "./services-stage.ts";
import { withAltered } from "./support.ts";

const AMOUNT = 1_000_001n;
const CLAIMABLE = CREDITABLE + 4_000;
const DEADLINE = CLAIMABLE + 31 * DAY_S;

/** Alice and bob drove as far as each other on day 0; carol did not drive. */
describe("benefit rounds in the hands of owners", () => {
  let stage: ServicesStage;
  let token: Hex;

  before(async () => {
    stage = await startServices();
    const { rpcUrl } = stage.programme;
    token = await deployPlayToken(rpcUrl, { by: keyOf("alice"), holder: addressOf("treasurer"), supply: 2n * AMOUNT });
    await stage.ask("/v1/rounds", document("Thanks to owners"));
    await stage.ask("/v1/rounds", document("A second time"));
  });

  after(() => stage?.stop());

  const document = (title: string) =>
    roundDocument({ title: text(title), token, amount: String(AMOUNT), day: 0, deadline: DEADLINE });
  const balanceOf = async (name: string) => {
    const { client, deployment } = stage.programme;
    return (await readFunds(client, deployment, { token, funder: addressOf(name) })).balance;
  };
  const refused = (error: string) => ({ code: "INTENT_REJECTED", details: { error, round: 1 } });

  test("given a round that can still be cancelled, it is shown with its text, and cannot be claimed", async () => {
    const alice = stage.clientOf("alice");
    const { state, amount, day, accounts, deadline, text: shown } = await alice.getRound({ round: 1 });
    assert.deepEqual([state, amount, day, accounts, deadline], ["opened", AMOUNT, 0, 2, DEADLINE]);
    assert.deepEqual(shown?.title, text("Thanks to owners"));
    await assert.rejects(alice.claimBenefit({ round: 1 }), refused("BenefitRounds_NotClaimable"));
    await assert.rejects(alice.getRound({ round: 9 }), { code: "NOT_FOUND" });
    await assert.rejects(alice.claimBenefit({ round: 9 }), { code: "NOT_FOUND" });
  });

  test("given a part, it is found under the round's root with what it gives", async () => {
    const { leaf, amount, isClaimed } = await stage.clientOf("alice").getBenefit({ round: 1 });
    assert.deepEqual([leaf.account, leaf.round, amount, isClaimed], [addressOf("alice"), 1, AMOUNT / 2n, false]);
    await assert.rejects(stage.clientOf("carol").getBenefit({ round: 1 }), { code: "NOT_FOUND" });
  });

  for (const path of [
    ["leaf", "round"],
    ["leaf", "index"],
    ["leaf", "account"],
    ["leaf", "weight"],
    ["leaf", "salt"],
  ]) {
    test(`when the operator tells another ${path.join(".")}, nothing is sent`, async () => {
      await stage.moveTo(CLAIMABLE);
      const operatorUrl = await stage.liar((_, body) => withAltered(body, path, another));
      const sent = await stage.programme.client.getTransactionCount({ address: addressOf("alice") });
      await assert.rejects(stage.clientOf("alice", { operatorUrl }).claimBenefit({ round: 1 }), {
        code: "EVIDENCE_INVALID",
      });
      assert.equal(await stage.programme.client.getTransactionCount({ address: addressOf("alice") }), sent);
    });
  }

  test("when an owner claims, the part is paid, once", async () => {
    const alice = stage.clientOf("alice");
    const { amount, account } = await alice.claimBenefit({ round: 1 });
    assert.deepEqual([amount, account, await balanceOf("alice")], [AMOUNT / 2n, addressOf("alice"), AMOUNT / 2n]);
    assert.equal((await alice.getBenefit({ round: 1 })).isClaimed, true);
    await assert.rejects(alice.claimBenefit({ round: 1 }), refused("BenefitRounds_AlreadyClaimed"));
  });

  test("when somebody claims for another account, that account is paid", async () => {
    await stage.clientOf("alice").claimBenefit({ round: 1, account: addressOf("bob") });
    assert.deepEqual([await balanceOf("alice"), await balanceOf("bob")], [AMOUNT / 2n, AMOUNT / 2n]);
  });

  test("given an account without a part, or a client that cannot send, nothing is claimed", async () => {
    await assert.rejects(stage.clientOf("carol").claimBenefit({ round: 1 }), { code: "NOT_FOUND" });
    const account = { address: addressOf("alice"), signTypedData: async (): Promise<Hex> => "0x" };
    const { code } = await stage
      .clientOf("alice", { account })
      .claimBenefit({ round: 2 })
      .catch((error) => error);
    assert.equal(code, "ARGUMENT_INVALID");
  });

  test("given an operator that is away, that is said when the patience is at its end", async () => {
    const away = stage.clientOf("alice", { operatorUrl: "http://127.0.0.1:1", timeoutMs: 20 });
    await assert.rejects(away.getBenefit({ round: 1 }), { code: "OPERATOR_UNREACHABLE" });
  });

  test("when the deadline has passed, the round is over", async () => {
    await stage.moveTo(DEADLINE + 1);
    const bob = stage.clientOf("bob");
    assert.equal((await bob.getRound({ round: 1 })).state, "over");
    await assert.rejects(bob.claimBenefit({ round: 1 }), refused("BenefitRounds_NotClaimable"));
  });
});

/** Another value of the same form. */
function another(found: unknown): unknown {
  if (typeof found === "number") return found + 1;
  const digits = String(found);
  return digits.startsWith("0x") ? `${digits.slice(0, -1)}${digits.endsWith("0") ? "1" : "0"}` : `${digits}1`;
}
