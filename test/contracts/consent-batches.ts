import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import { expect } from "chai";
import { describe, it } from "mocha";
import type { Programme } from "../support/contracts.ts";
import { type Grant, grantOf, RECORD_HASH, signGrants, withdrawalOf } from "../support/contracts-consents.ts";
import { expectSkips, type SigningPlace, signIntent, withHighS, withKind } from "../support/contracts-intents.ts";
import { at, DAY_S, GENESIS, programme, seeded } from "./fixture.ts";

const NOW = GENESIS;
const DEADLINE = GENESIS + 3_600;

interface Given {
  readonly p: Programme;
  readonly owners: readonly [HardhatEthersSigner, HardhatEthersSigner, HardhatEthersSigner];
  readonly place: SigningPlace;
}

async function given(): Promise<Given> {
  const p = await programme();
  return { p, owners: p.owners.slice(0, 3) as unknown as Given["owners"], place: { contracts: p } };
}

function grantFor(p: Programme, owner: HardhatEthersSigner, more: Partial<Grant> = {}): Grant {
  return grantOf(p, owner, { deadline: DEADLINE, ...more });
}

/** Somebody without a role carries a batch of grants out at NOW. */
async function submit(p: Programme, grants: readonly Grant[], signatures: readonly string[], time = NOW) {
  await at(time);
  return p.consentRegistry.connect(p.roles.operator).grantConsents([...grants], [...signatures]);
}

function submitWithdrawals(p: Programme, withdrawals: ReturnType<typeof withdrawalOf>[], signatures: string[]) {
  return p.consentRegistry.connect(p.roles.operator).withdrawConsents(withdrawals, signatures);
}

async function versionOf(p: Programme, owner: HardhatEthersSigner): Promise<bigint> {
  return (await p.consentRegistry.consentOf(owner.address, p.operator, 1)).version;
}

describe("ConsentRegistry: grantConsents", () => {
  it("when all are good, each is granted and none skipped", async () => {
    const { p, owners, place } = await given();
    const grants = owners.map((owner) => grantFor(p, owner));
    const transaction = submit(p, grants, await signGrants(owners, grants, place));
    for (const { address } of owners) {
      await expect(transaction)
        .to.emit(p.consentRegistry, "ConsentGranted")
        .withArgs(address, p.operator, 1, 1, 0, 1, 1, RECORD_HASH);
    }
    await expectSkips(transaction, p.consentRegistry, []);
    expect(await Promise.all(owners.map((owner) => versionOf(p, owner)))).to.deep.equal([1n, 1n, 1n]);
  });

  it("given a bad one among good ones, only that one is skipped", async () => {
    const { p, owners, place } = await given();
    const grants = owners.map((owner, i) => grantFor(p, owner, { version: i === 1 ? 3 : 1 }));
    const transaction = submit(p, grants, await signGrants(owners, grants, place));
    const skip = { index: 1, account: owners[1].address, error: "ConsentRegistry_WrongVersion" };
    await expectSkips(transaction, p.consentRegistry, [skip]);
    expect(await Promise.all(owners.map((owner) => versionOf(p, owner)))).to.deep.equal([1n, 0n, 1n]);
  });

  it("given two versions of one account in order, both are carried out", async () => {
    const { p, owners, place } = await given();
    const grants = [grantFor(p, owners[0]), grantFor(p, owners[0], { version: 7, categories: 2 })];
    const signatures = await signGrants([owners[0], owners[0]], grants, place);
    await expectSkips(submit(p, grants, signatures), p.consentRegistry, []);
    expect(await versionOf(p, owners[0])).to.equal(7n);
  });

  const WRONG: readonly (readonly [string, Partial<Grant>, string])[] = [
    ["a version that is not next", { version: 2 }, "ConsentRegistry_WrongVersion"],
    ["a purpose that does not exist", { purpose: 5 }, "ConsentRegistry_InvalidPurpose"],
    ["no categories", { categories: 0 }, "ConsentRegistry_InvalidCategories"],
    ["an expiry that is not ahead", { expires: NOW }, "ConsentRegistry_InvalidExpiry"],
    ["a notice never published", { notice: 9 }, "ConsentRegistry_UnknownNotice"],
    ["location together with mileage", { categories: 0x11 }, "ConsentRegistry_SensitiveNeedsOwnConsent"],
    ["a deadline a second ago", { deadline: NOW - 1 }, "InvalidDeadline"],
    ["a deadline more than a day ahead", { deadline: NOW + DAY_S + 1 }, "InvalidDeadline"],
  ];
  for (const [title, wrong, error] of WRONG) {
    it(`given ${title}, it is skipped with the direct call's error`, async () => {
      const { p, owners, place } = await given();
      const grant = grantFor(p, owners[0], wrong);
      const transaction = submit(p, [grant], await signGrants(owners, [grant], place));
      await expectSkips(transaction, p.consentRegistry, [{ index: 0, account: owners[0].address, error }]);
      expect(await versionOf(p, owners[0])).to.equal(0n);
    });
  }

  for (const deadline of [NOW, NOW + DAY_S]) {
    it(`given a deadline ${deadline - NOW} s ahead, it is carried out`, async () => {
      const { p, owners, place } = await given();
      const grant = grantFor(p, owners[0], { deadline });
      await expectSkips(submit(p, [grant], await signGrants(owners, [grant], place)), p.consentRegistry, []);
      expect(await versionOf(p, owners[0])).to.equal(1n);
    });
  }

  it("given lists of two lengths, all is refused", async () => {
    const { p, owners } = await given();
    await expect(p.consentRegistry.grantConsents([grantFor(p, owners[0])], []))
      .to.be.revertedWithCustomError(p.consentRegistry, "LengthMismatch")
      .withArgs();
  });

  it("given nothing, nothing happens", async () => {
    const { p } = await given();
    const receipt = await (await submit(p, [], [])).wait();
    expect(receipt?.logs).to.deep.equal([]);
  });
});

describe("ConsentRegistry: grantConsents, signatures", () => {
  const FORGED: readonly (readonly [string, (g: Given, grant: Grant, good: string) => Promise<string> | string])[] = [
    ["another account's signature", ({ owners, place }, grant) => signIntent(owners[1], "ConsentGrant", grant, place)],
    [
      "a signature over another mask",
      ({ owners, place }, grant) => signIntent(owners[0], "ConsentGrant", { ...grant, categories: 3 }, place),
    ],
    [
      "a signature over another record",
      ({ owners, place }, grant) =>
        signIntent(owners[0], "ConsentGrant", { ...grant, recordHash: seeded("another") }, place),
    ],
    [
      "a signature for another chain",
      ({ owners, place }, grant) => signIntent(owners[0], "ConsentGrant", grant, { ...place, chainId: 1 }),
    ],
    [
      "a signature for another contract",
      ({ owners, place }, grant) =>
        signIntent(owners[0], "ConsentGrant", grant, { ...place, contract: "vehicleRegistry" }),
    ],
    ["the high-s twin of a good signature", (_, __, good) => withHighS(good)],
    ["kind byte 1", (_, __, good) => withKind(good, 1)],
    ["kind byte 2", (_, __, good) => withKind(good, 2)],
    ["kind byte 255", (_, __, good) => withKind(good, 255)],
    ["no kind byte", (_, __, good) => `0x${good.slice(4)}`],
    ["a byte too many", (_, __, good) => `${good}00`],
    ["a byte too few", (_, __, good) => good.slice(0, -2)],
    ["v of 0", (_, __, good) => `${good.slice(0, -2)}00`],
    ["no signature at all", () => "0x"],
  ];
  for (const [title, forge] of FORGED) {
    it(`given ${title}, it is skipped`, async () => {
      const g = await given();
      const grant = grantFor(g.p, g.owners[0]);
      const [good = ""] = await signGrants(g.owners, [grant], g.place);
      const transaction = submit(g.p, [grant], [await forge(g, grant, good)]);
      const skip = { index: 0, account: g.owners[0].address, error: "InvalidSignature" };
      await expectSkips(transaction, g.p.consentRegistry, [skip]);
      expect(await versionOf(g.p, g.owners[0])).to.equal(0n);
    });
  }

  it("given the zero account and a signature that recovers nothing, it is skipped", async () => {
    const { p, owners } = await given();
    const account = `0x${"00".repeat(20)}`;
    const grant = { ...grantFor(p, owners[0]), account };
    const transaction = submit(p, [grant], [`0x00${"00".repeat(65)}`]);
    await expectSkips(transaction, p.consentRegistry, [{ index: 0, account, error: "InvalidSignature" }]);
  });
});

describe("ConsentRegistry: grantConsents, replay", () => {
  it("given a grant carried out, the same again is skipped", async () => {
    const { p, owners, place } = await given();
    const grants = [grantFor(p, owners[0])];
    const signatures = await signGrants(owners, grants, place);
    await submit(p, grants, signatures);
    const skip = { index: 0, account: owners[0].address, error: "ConsentRegistry_WrongVersion" };
    await expectSkips(submit(p, grants, signatures), p.consentRegistry, [skip]);
  });

  it("given a withdrawal since, the old grant cannot revive the consent", async () => {
    const { p, owners, place } = await given();
    const grants = [grantFor(p, owners[0])];
    const signatures = await signGrants(owners, grants, place);
    await submit(p, grants, signatures);
    await p.consentRegistry.connect(owners[0]).withdrawConsent(withdrawalOf(p, owners[0]));
    const skip = { index: 0, account: owners[0].address, error: "ConsentRegistry_WrongVersion" };
    await expectSkips(submit(p, grants, signatures, NOW + 1_000), p.consentRegistry, [skip]);
    expect(await versionOf(p, owners[0])).to.equal(2n);
  });

  it("given a withdrawal since, a grant that was signed before it and never used cannot revive the consent", async () => {
    const { p, owners, place } = await given();
    const [first, wider] = [grantFor(p, owners[0]), grantFor(p, owners[0], { version: 7, categories: 3 })];
    const [signature, held] = (await signGrants([owners[0], owners[0]], [first, wider], place)) as [string, string];
    await submit(p, [first], [signature]);
    await p.consentRegistry.connect(owners[0]).withdrawConsent(withdrawalOf(p, owners[0]));
    const skip = { index: 0, account: owners[0].address, error: "ConsentRegistry_WrongVersion" };
    await expectSkips(submit(p, [wider], [held], NOW + 1_000), p.consentRegistry, [skip]);
    await p.consentRegistry.connect(owners[0]).grantConsent(grantFor(p, owners[0], { version: 5 }));
    await expectSkips(submit(p, [wider], [held], NOW + 2_000), p.consentRegistry, [skip]);
    expect(await versionOf(p, owners[0])).to.equal(5n);
  });

  it("given an intent that was skipped, it is good once its reason is gone", async () => {
    const { p, owners, place } = await given();
    const grants = [grantFor(p, owners[0], { notice: 3 })];
    const signatures = await signGrants(owners, grants, place);
    await submit(p, grants, signatures);
    await p.rules.connect(p.roles.rules).publishNotice(seeded("third notice"));
    await expectSkips(submit(p, grants, signatures, NOW + 1_000), p.consentRegistry, []);
    expect(await versionOf(p, owners[0])).to.equal(1n);
  });
});

describe("ConsentRegistry: withdrawConsents", () => {
  it("when all are good, each is withdrawn and none skipped", async () => {
    const { p, owners, place } = await given();
    for (const owner of owners) await p.consentRegistry.connect(owner).grantConsent(grantFor(p, owner));
    const withdrawals = owners.map((owner) => withdrawalOf(p, owner));
    const signatures = await Promise.all(
      withdrawals.map((withdrawal, i) => signIntent(owners[i] as never, "ConsentWithdrawal", withdrawal, place)),
    );
    await at(NOW);
    const transaction = submitWithdrawals(p, withdrawals, signatures);
    for (const { address } of owners) {
      await expect(transaction).to.emit(p.consentRegistry, "ConsentWithdrawn").withArgs(address, p.operator, 1, 2);
    }
    await expectSkips(transaction, p.consentRegistry, []);
    const records = await Promise.all(owners.map(({ address }) => p.consentRegistry.consentOf(address, p.operator, 1)));
    expect(records.map(({ revoked, version }) => [revoked, version])).to.deep.equal(
      owners.map(() => [BigInt(NOW), 2n]),
    );
  });

  it("given nothing to withdraw, a wrong version and a forged signature, each is skipped with its error", async () => {
    const { p, owners, place } = await given();
    for (const owner of owners.slice(1)) await p.consentRegistry.connect(owner).grantConsent(grantFor(p, owner));
    const withdrawals = owners.map((owner, i) => withdrawalOf(p, owner, i === 1 ? 4 : 2));
    const signatures = await Promise.all(
      withdrawals.map((withdrawal, i) =>
        signIntent((i === 2 ? owners[0] : owners[i]) as never, "ConsentWithdrawal", withdrawal, place),
      ),
    );
    await expectSkips(submitWithdrawals(p, withdrawals, signatures), p.consentRegistry, [
      { index: 0, account: owners[0].address, error: "ConsentRegistry_NothingToWithdraw" },
      { index: 1, account: owners[1].address, error: "ConsentRegistry_WrongVersion" },
      { index: 2, account: owners[2].address, error: "InvalidSignature" },
    ]);
    expect(await Promise.all(owners.map((owner) => versionOf(p, owner)))).to.deep.equal([0n, 1n, 1n]);
  });

  it("given a withdrawal carried out, the same cannot withdraw a later grant", async () => {
    const { p, owners, place } = await given();
    const withdrawal = withdrawalOf(p, owners[0]);
    const signature = await signIntent(owners[0], "ConsentWithdrawal", withdrawal, place);
    await p.consentRegistry.connect(owners[0]).grantConsent(grantFor(p, owners[0]));
    await submitWithdrawals(p, [withdrawal], [signature]);
    await p.consentRegistry.connect(owners[0]).grantConsent(grantFor(p, owners[0], { version: 5 }));
    const skip = { index: 0, account: owners[0].address, error: "ConsentRegistry_WrongVersion" };
    await expectSkips(submitWithdrawals(p, [withdrawal], [signature]), p.consentRegistry, [skip]);
    expect(await versionOf(p, owners[0])).to.equal(5n);
  });

  it("given a signature of long ago, it is carried out: a withdrawal has no deadline", async () => {
    const { p, owners, place } = await given();
    const signature = await signIntent(owners[0], "ConsentWithdrawal", withdrawalOf(p, owners[0]), place);
    await p.consentRegistry.connect(owners[0]).grantConsent(grantFor(p, owners[0]));
    await at(GENESIS + 4_000 * DAY_S);
    await expectSkips(submitWithdrawals(p, [withdrawalOf(p, owners[0])], [signature]), p.consentRegistry, []);
    expect(await versionOf(p, owners[0])).to.equal(2n);
  });

  it("given lists of two lengths, all is refused", async () => {
    const { p, owners } = await given();
    await expect(p.consentRegistry.withdrawConsents([withdrawalOf(p, owners[0])], ["0x", "0x"]))
      .to.be.revertedWithCustomError(p.consentRegistry, "LengthMismatch")
      .withArgs();
  });
});
