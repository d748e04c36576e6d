import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { readFunds } from "../../src/chain/read/rounds.ts";
import { deployPlayToken } from "../../src/chain/write/play-token.ts";
import { DAY_S, type Hex } from "../../src/protocol/index.ts";
import type { BenefitClaimFile, CairnClient, IntentSigner } from "../../src/sdk/index.ts";
import { roundDocument, text } from "../operator/support/documents.ts";
import { addressOf, keyOf } from "../relayer/support/keys.ts";
import { passkeyAccount, type TestAccount, walletAccount } from "../relayer/support/wallets.ts";
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
    token = await deployPlayToken(rpcUrl, { by: keyOf("alice"), holder: addressOf("treasurer"), supply: 3n * AMOUNT });
    await stage.ask("/v1/rounds", document("Thanks to owners"));
    await stage.ask("/v1/rounds", document("A second time"));
  });

  after(() => stage?.stop());

  const document = (title: string) =>
    roundDocument({ title: text(title), token, amount: String(AMOUNT), day: 0, deadline: DEADLINE });
  const balanceAt = async (funder: Hex) => {
    const { client, deployment } = stage.programme;
    return (await readFunds(client, deployment, { token, funder })).balance;
  };
  const balanceOf = (name: string) => balanceAt(addressOf(name));
  /** An account that only signs takes over from an owner. @returns Its client. */
  const moveTo = async (name: string, { address, sign }: TestAccount): Promise<CairnClient> => {
    const account: IntentSigner = { address, signIntent: async (_, digest) => sign(digest) };
    await stage.clientOf(name).moveAccount({ to: account, via: "transaction" });
    return stage.clientOf(name, { account });
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

  test("when somebody claims the part of another account, or signs a claim of it, it is refused", async () => {
    const [alice, account] = [stage.clientOf("alice"), addressOf("bob")];
    await assert.rejects(alice.claimBenefit({ round: 1, account }), refused("BenefitRounds_WrongAccount"));
    await assert.rejects(alice.signBenefitClaim({ round: 1, account }), refused("BenefitRounds_WrongAccount"));
  });

  describe("given a passkey that stands for an owner", () => {
    const account = addressOf("bob");
    const wallet = addressOf("a wallet with a name");
    let passkey: CairnClient;
    let signed: BenefitClaimFile;

    before(async () => {
      passkey = await moveTo("bob", passkeyAccount(stage.programme, "dave"));
    });

    test("when it does not say who is paid, nothing is claimed or signed: it could not move the tokens", async () => {
      const unsaid = { code: "ARGUMENT_INVALID", message: /nobody can move tokens from 0x/ };
      await assert.rejects(passkey.claimBenefit({ round: 1, account }), unsaid);
      await assert.rejects(passkey.signBenefitClaim({ round: 1, account }), unsaid);
    });

    test("when it signs a claim, anybody has it paid to the wallet that it names", async () => {
      signed = JSON.parse(JSON.stringify(await passkey.signBenefitClaim({ round: 1, account, to: wallet })));
      const { claims } = await stage.clientOf("carol").submitBenefitClaims({ claims: [signed] });
      assert.deepEqual(claims, [{ round: 1, account, to: wallet, state: "paid", amount: AMOUNT / 2n }]);
      assert.deepEqual([await balanceAt(wallet), await balanceOf("bob")], [AMOUNT / 2n, 0n]);
    });

    test("when the claim is sent again, it is skipped", async () => {
      const { claims } = await stage.clientOf("carol").submitBenefitClaims({ claims: [signed] });
      const error = "BenefitRounds_AlreadyClaimed";
      assert.deepEqual(claims, [{ round: 1, account, to: wallet, state: "skipped", error }]);
      assert.equal(await balanceAt(wallet), AMOUNT / 2n);
      await assert.rejects(passkey.signBenefitClaim({ round: 1, account, to: wallet }), refused(error));
    });

    test("when what is sent is no claim of this programme, or nothing, or too much, it is not sent", async () => {
      const carol = stage.clientOf("carol");
      for (const claims of [
        [],
        [{ ...signed, chainId: 1 }],
        [{ ...signed, benefitRounds: wallet }],
        Array(26).fill(signed),
      ])
        await assert.rejects(carol.submitBenefitClaims({ claims }), { code: "ARGUMENT_INVALID" });
      const tooLate = { ...signed, claim: { ...signed.claim, deadline: 2 ** 40 } };
      for (const claims of [["claim"], [{ ...signed, type: "cairn.vote/1" }], [tooLate]])
        await assert.rejects(carol.submitBenefitClaims({ claims }), { code: "EVIDENCE_INVALID" });
    });
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

  test("given a contract that stands for an owner, its part is paid to itself, and what was changed is skipped", async () => {
    const contract = await walletAccount(stage.programme, "erin");
    const account = addressOf("alice");
    const signed = await (await moveTo("alice", contract)).signBenefitClaim({ round: 2, account });
    const changed = { ...signed, claim: { ...signed.claim, to: addressOf("carol") } };
    const { claims } = await stage.clientOf("carol").submitBenefitClaims({ claims: [changed, signed] });
    assert.deepEqual(
      claims.map(({ state, error, amount }) => [state, error ?? amount]),
      [
        ["skipped", "InvalidSignature"],
        ["paid", AMOUNT / 2n],
      ],
    );
    assert.equal(await balanceAt(contract.address), AMOUNT / 2n);
  });

  test("when a round is cancelled, it cannot be claimed, and what is left of it is told until it is returned", async () => {
    const { programme, operator } = stage;
    const told = async () => {
      const { body } = await operator.get("/v1/rounds");
      const [{ state, left, returned } = {}] = (body as { rounds: Record<string, string>[] }).rounds;
      return { state, left, returned };
    };
    await stage.ask("/v1/rounds", document("A third time"));
    await programme.writer("guardian").call("benefitRounds", "cancelRound", [3]);
    await stage.moveTo(CLAIMABLE + 600);
    assert.deepEqual(await told(), { state: "cancelled", left: String(AMOUNT), returned: undefined });
    const error = "BenefitRounds_NotClaimable";
    await assert.rejects(stage.clientOf("alice").claimBenefit({ round: 3 }), { details: { error, round: 3 } });
    await programme.writer("bob").call("benefitRounds", "returnRest", [3]);
    await stage.moveTo(CLAIMABLE + 1_200);
    assert.deepEqual(await told(), { state: "cancelled", left: "0", returned: String(AMOUNT) });
    const { state, left } = await stage.clientOf("alice").getRound({ round: 3 });
    assert.deepEqual([state, left, await balanceOf("treasurer")], ["cancelled", 0n, AMOUNT]);
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
