import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import { expect } from "chai";
import { describe, it } from "mocha";
import { addressOf, type Programme } from "../support/contracts.ts";
import { RECORD_HASH, signGrants } from "../support/contracts-consents.ts";
import { expectSkips } from "../support/contracts-intents.ts";
import { at, ethers, GENESIS, programme } from "./fixture.ts";
import { deployWallet, HOSTILE_WALLETS, MOST_COST, QUARTER_MEGABYTE, YES } from "./hostile-wallets.ts";

const DEADLINE = GENESIS + 3_600;

/** A wallet's grant of mileage, or another one. */
function grantOf(p: Programme, account: string, more: object = {}) {
  return {
    ...{ account, recipient: p.operator, purpose: 1, categories: 1, expires: 0, notice: 1 },
    ...{ version: 1, deadline: DEADLINE, recordHash: RECORD_HASH, ...more },
  };
}

function versionOf(p: Programme, account: string, purpose = 1): Promise<bigint> {
  return p.consentRegistry.consentOf(account, p.operator, purpose).then(({ version }) => version);
}

/** Submits grants of two ordinary accounts, and of a wallet between them if there is one. */
async function submitAround(p: Programme, wallet?: string) {
  const owners = p.owners.slice(0, 2);
  const good = owners.map(({ address }) => grantOf(p, address));
  const signatures = await signGrants(owners, good, { contracts: p });
  const place = wallet === undefined ? [] : [wallet];
  const grants = good.toSpliced(1, 0, ...place.map((account) => grantOf(p, account)));
  await at(GENESIS);
  return p.consentRegistry.grantConsents(grants, signatures.toSpliced(1, 0, ...place.map(() => "0x01c0ffee")));
}

async function gasOf(transaction: ReturnType<typeof submitAround>): Promise<bigint> {
  const receipt = await (await transaction).wait();
  return receipt?.gasUsed as bigint;
}

describe("Signatures: hostile wallets", () => {
  for (const [title, made] of HOSTILE_WALLETS) {
    it(`given one that ${title}, it alone is skipped, at a bounded cost`, async () => {
      const p = await programme();
      const without = await gasOf(submitAround(p));
      const fresh = await programme();
      const wallet = addressOf(await deployWallet(made));
      const transaction = submitAround(fresh, wallet);
      await expectSkips(transaction, fresh.consentRegistry, [{ index: 1, account: wallet, error: "InvalidSignature" }]);
      const accounts = [fresh.owners[0]?.address, wallet, fresh.owners[1]?.address] as string[];
      const versions = await Promise.all(accounts.map((account) => versionOf(fresh, account)));
      expect(versions).to.deep.equal([1n, 0n, 1n]);
      expect((await gasOf(transaction)) - without < MOST_COST).to.equal(true);
    });
  }

  it("given one that burns all its gas, that is 200,000", async () => {
    const costs: bigint[] = [];
    for (const length of [ethers.MaxUint256, 0]) {
      const p = await programme();
      const wallet = addressOf(await deployWallet([YES, length, false]));
      costs.push(await gasOf(submitAround(p, wallet)));
    }
    // The other one is asked, too, and answers nothing.
    const burnt = (costs[0] as bigint) - (costs[1] as bigint);
    expect(burnt <= 200_000n && burnt > 199_500n).to.equal(true);
  });

  it("given one that answers rightly at the head of a quarter of a megabyte, it is taken, at a bounded cost", async () => {
    const p = await programme();
    const without = await gasOf(submitAround(p));
    const fresh = await programme();
    const wallet = addressOf(await deployWallet([YES, QUARTER_MEGABYTE, false]));
    const transaction = submitAround(fresh, wallet);
    await expectSkips(transaction, fresh.consentRegistry, []);
    // A grant carried out writes a word more than one that is skipped.
    expect((await gasOf(transaction)) - without < MOST_COST + 22_100n).to.equal(true);
  });
});

describe("Signatures: wallets that do something else when they are asked", () => {
  const OTHER_PURPOSE = 2;

  /** What such a wallet calls, and whose consent for another purpose that would make. */
  const CALLS: readonly (readonly [
    string,
    (p: Programme, wallet: string) => Promise<{ readonly data: string; readonly account: string }>,
  ])[] = [
    [
      "acts for itself",
      async (p, wallet) => {
        const grant = grantOf(p, wallet, { purpose: OTHER_PURPOSE });
        return { data: p.consentRegistry.interface.encodeFunctionData("grantConsent", [grant]), account: wallet };
      },
    ],
    [
      "submits somebody's signed intent",
      async (p) => {
        const owner = p.owners[2] as HardhatEthersSigner;
        const grant = grantOf(p, owner.address, { purpose: OTHER_PURPOSE });
        const signatures = await signGrants([owner], [grant], { contracts: p });
        const data = p.consentRegistry.interface.encodeFunctionData("grantConsents", [[grant], signatures]);
        return { data, account: owner.address };
      },
    ],
  ];

  for (const [title, callOf] of CALLS) {
    const deploy = async () => {
      const p = await programme();
      const wallet = await ethers.deployContract("ReenteringWallet");
      const { data, account } = await callOf(p, addressOf(wallet));
      await wallet.plan(addressOf(p.consentRegistry), data);
      return { p, wallet, account };
    };

    it(`given one that ${title}, when a batch asks it, nothing happens but what was signed`, async () => {
      const { p, wallet, account } = await deploy();
      const transaction = submitAround(p, addressOf(wallet));
      await expectSkips(transaction, p.consentRegistry, []);
      const receipt = await (await transaction).wait();
      expect(receipt?.logs.length).to.equal(3);
      expect(await versionOf(p, addressOf(wallet))).to.equal(1n);
      expect(await versionOf(p, account, OTHER_PURPOSE)).to.equal(0n);
    });

    it(`given one that ${title}, when a transaction asks it, that happens`, async () => {
      const { p, wallet, account } = await deploy();
      await at(GENESIS);
      await wallet.getFunction("isValidSignature").send(ethers.ZeroHash, "0x");
      expect(await versionOf(p, account, OTHER_PURPOSE)).to.equal(1n);
    });
  }
});
