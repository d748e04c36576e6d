import assert from "node:assert/strict";
import { erc20Abi, recoverAddress } from "viem";
import { ABIS } from "../../../src/chain/contracts.ts";
import { encodeEcdsaSignature, type Hex, signingDomain, typedDigest } from "../../../src/protocol/index.ts";
import { accountOf, addressOf } from "../../relayer/support/keys.ts";
import type { VoteAnswer } from "./participants.ts";
import type { OperatorApi } from "./running.ts";
import { OWNERS, type ServiceStage } from "./services.ts";

interface Proof<Leaf> {
  readonly leaf: Leaf;
  readonly proof: readonly Hex[];
}

/** Requires that the relayer has exactly these awards of accounts, once each. @param awards Digests by owner. */
export async function assertAwarded(
  { relayer }: ServiceStage,
  awards: Readonly<Record<string, readonly Hex[]>>,
): Promise<void> {
  for (const [owner, digests] of Object.entries(awards)) {
    const { body } = await relayer.get(`/v1/accounts/${addressOf(owner)}/awards?limit=100`);
    const taken = (body as { awards: { digest: Hex }[] }).awards.map(({ digest }) => digest);
    assert.deepEqual(taken.sort(), [...digests].sort(), owner);
  }
}

/** Requires that poll 1 has one result with these sums, in which each receipted vote is, by proofs that the contract takes. */
export async function assertCounted(
  { client, deployment, events }: ServiceStage,
  api: OperatorApi,
  { receipts, tallies }: { receipts: readonly VoteAnswer[]; tallies: readonly bigint[] },
): Promise<void> {
  const published = (await events("polls")).flatMap((event) => (event.name === "ResultPublished" ? [event.args] : []));
  assert.deepEqual(
    published.map((result) => [result.poll, result.tallies, result.voters]),
    [[1, tallies, receipts.length]],
  );
  const call = { abi: ABIS.polls, address: deployment.contracts.polls, functionName: "isCounted" } as const;
  const counted = new Set<Hex>();
  for (const owner of OWNERS) {
    const { body } = await api.get(`/v1/polls/1/votes/${addressOf(owner)}`);
    const { leaf, proof } = body as Proof<{
      index: number;
      voteDigest: Hex;
      account: Hex;
      option: number;
      weight: string;
      salt: Hex;
    }>;
    assert.ok(
      await client.readContract({ ...call, args: [1, { ...leaf, weight: BigInt(leaf.weight) }, proof] }),
      owner,
    );
    counted.add(leaf.voteDigest);
  }
  for (const { receipt, receiptSignature: signature } of receipts) {
    const hash = typedDigest(signingDomain(deployment, "VoteReceipt"), "VoteReceipt", receipt);
    assert.equal((await recoverAddress({ hash, signature })).toLowerCase(), addressOf("operator receipts"));
    assert.ok(counted.has(receipt.voteDigest));
  }
}

/** Everything that was attested, as [milestone, account], sorted. */
export async function attested({ events }: ServiceStage): Promise<[number, string][]> {
  const all = await events("milestones");
  return all
    .flatMap(({ name, args }): [number, string][] =>
      name === "MilestoneAttested" ? [[args.milestone, args.account.toLowerCase()]] : [],
    )
    .sort();
}

/** Requires that rounds of these amounts are open, once each, and that every owner claims each part by the operator's proofs. */
export async function assertPaid(
  stage: ServiceStage,
  api: OperatorApi,
  { token, amounts, left }: { token: Hex; amounts: readonly bigint[]; left: bigint },
): Promise<void> {
  const { client, deployment, events } = stage;
  const balance = (of: Hex) =>
    client.readContract({ abi: erc20Abi, address: token, functionName: "balanceOf", args: [of] });
  const opened = (await events("benefitRounds")).flatMap((event) => (event.name === "RoundOpened" ? [event.args] : []));
  assert.deepEqual(
    opened.map(({ round, terms }) => [round, terms.amount]),
    amounts.map((amount, at) => [at + 1, amount]),
  );
  assert.equal(await balance(addressOf("treasurer")), left);
  for (const { round } of opened) {
    const signed = await Promise.all(OWNERS.map((owner) => signedClaim(stage, api, { owner, round })));
    await stage
      .writer("alice")
      .call("benefitRounds", "claimBenefits", [
        signed.map(({ claim }) => claim),
        signed.map(({ part }) => part),
        signed.map(({ proof }) => proof),
        signed.map(({ signature }) => signature),
      ]);
  }
  // Each part is rounded down.
  const rest = await balance(deployment.contracts.benefitRounds);
  assert.ok(rest < BigInt(opened.length * OWNERS.length), `${rest} units are left`);
}

/** An owner's signed claim, by the part and the proof that the operator gives. */
async function signedClaim(
  { client, deployment }: ServiceStage,
  api: OperatorApi,
  { owner, round }: { owner: string; round: number },
) {
  const account = addressOf(owner);
  const { body } = await api.get(`/v1/rounds/${round}/proof/${account}`);
  const { leaf, proof } = body as Proof<{ index: number; account: Hex; weight: string; salt: Hex }>;
  const part = { index: leaf.index, account: leaf.account, salt: leaf.salt, weight: BigInt(leaf.weight) };
  const deadline = Number((await client.getBlock()).timestamp) + 3_600;
  const claim = { account, round, index: leaf.index, to: account, deadline };
  const hash = typedDigest(signingDomain(deployment, "BenefitClaim"), "BenefitClaim", claim);
  const signature = encodeEcdsaSignature(await accountOf(owner).sign({ hash }));
  return { claim, part, proof, signature };
}
