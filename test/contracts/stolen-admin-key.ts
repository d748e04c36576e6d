import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import { expect } from "chai";
import type { BaseContract } from "ethers";
import { describe, it } from "mocha";
import { PROGRAMME_CONTRACTS } from "../../src/chain/contracts.ts";
import { ROLES, type Role } from "../../src/protocol/codec/roles.ts";
import { addressOf, type Programme } from "../support/contracts.ts";
import { grantOf, withdrawalOf } from "../support/contracts-consents.ts";
import { openingOf } from "../support/contracts-days.ts";
import { expectSkips, signIntent } from "../support/contracts-intents.ts";
import { attempt, titleOf, writingOf } from "./callable.ts";
import { settle, treeOf } from "./creditable.ts";
import { at, ethers, moveTo } from "./fixture.ts";
import {
  callByAdmin,
  creditFirst,
  EARNED,
  type Guarded,
  guarded,
  operationOf,
  replaceKey,
  scheduleByAdmin,
  T0,
  WINDOW_S,
} from "./guarded.ts";
import { TERMS } from "./orderable.ts";

function asAdmin({ accessManager, roles }: Programme) {
  return accessManager.connect(roles.admin);
}

/** The admin gives itself every other role, as fast as it can. @returns The second in which it has them. */
async function takeEveryRole({ p }: Guarded, from = T0): Promise<number> {
  const others = (Object.keys(ROLES) as Role[]).filter((role) => role !== "admin");
  const { address } = p.roles.admin;
  for (const [i, role] of others.entries()) {
    await at(from + i);
    await scheduleByAdmin(p, "grantRole", [ROLES[role], address, 0]);
  }
  for (const [i, role] of others.entries()) {
    await at(from + WINDOW_S + i);
    await asAdmin(p).grantRole(ROLES[role], address, 0);
  }
  return from + WINDOW_S + others.length;
}

describe("Stolen keys: admin", () => {
  it("given a role that it would give at once, it is refused", async () => {
    const { p, thief } = await guarded();
    await expect(asAdmin(p).grantRole(ROLES.relayer, thief.address, 0))
      .to.be.revertedWithCustomError(p.accessManager, "AccessManagerNotScheduled")
      .withArgs(await operationOf(p, p.accessManager, "grantRole", [ROLES.relayer, thief.address, 0]));
  });

  it("given a role that it scheduled, the wait is public, and over to the second", async () => {
    const { p, thief } = await guarded();
    await at(T0);
    await scheduleByAdmin(p, "grantRole", [ROLES.relayer, thief.address, 0]);
    const [scheduled] = await p.accessManager.queryFilter(p.accessManager.filters.OperationScheduled());
    expect(scheduled?.args.schedule).to.equal(T0 + WINDOW_S);
    await at(T0 + WINDOW_S - 1);
    await expect(asAdmin(p).grantRole(ROLES.relayer, thief.address, 0))
      .to.be.revertedWithCustomError(p.accessManager, "AccessManagerNotReady")
      .withArgs(scheduled?.args.operationId);
    await at(T0 + WINDOW_S);
    await asAdmin(p).grantRole(ROLES.relayer, thief.address, 0);
    expect((await p.accessManager.hasRole(ROLES.relayer, thief.address)).isMember).to.equal(true);
  });

  it("given a key that it replaces rightly, that takes the challenge window and no longer", async () => {
    const { p, stranger } = await guarded();
    await replaceKey(p, "relayer", { to: stranger.address, from: T0 });
    expect((await p.accessManager.hasRole(ROLES.relayer, stranger.address)).isMember).to.equal(true);
    expect((await p.accessManager.hasRole(ROLES.relayer, p.roles.relayer.address)).isMember).to.equal(false);
    expect(WINDOW_S).to.equal(p.rulesInForce.challengeWindowS);
  });

  it("given a shorter delay for itself, that waits for the delay twice", async () => {
    const { p } = await guarded();
    const { address } = p.roles.admin;
    await at(T0);
    await scheduleByAdmin(p, "grantRole", [ROLES.admin, address, 0]);
    await at(T0 + WINDOW_S);
    await asAdmin(p).grantRole(ROLES.admin, address, 0);
    const delayAt = async (time: number) => {
      await moveTo(time);
      return (await p.accessManager.hasRole(ROLES.admin, address)).executionDelay;
    };
    expect(await delayAt(T0 + 2 * WINDOW_S - 1)).to.equal(WINDOW_S);
    expect(await delayAt(T0 + 2 * WINDOW_S)).to.equal(0n);
  });

  it("given a second admin without a delay, the first waits in public, and the second acts at once", async () => {
    const { p, thief } = await guarded();
    await at(T0);
    await scheduleByAdmin(p, "grantRole", [ROLES.admin, thief.address, 0]);
    await at(T0 + WINDOW_S - 1);
    await expect(asAdmin(p).grantRole(ROLES.admin, thief.address, 0))
      .to.be.revertedWithCustomError(p.accessManager, "AccessManagerNotReady")
      .withArgs(await operationOf(p, p.accessManager, "grantRole", [ROLES.admin, thief.address, 0]));
    await at(T0 + WINDOW_S);
    await asAdmin(p).grantRole(ROLES.admin, thief.address, 0);
    await p.accessManager.connect(thief).grantRole(ROLES.relayer, thief.address, 0);
    expect((await p.accessManager.hasRole(ROLES.relayer, thief.address)).isMember).to.equal(true);
  });

  it("given what a thief scheduled, whoever else has the key cancels it before it holds", async () => {
    const { p, thief } = await guarded();
    const grant = [ROLES.admin, thief.address, 0] as const;
    await at(T0);
    await scheduleByAdmin(p, "grantRole", grant);
    await at(T0 + WINDOW_S - 1);
    await asAdmin(p).cancel(...callByAdmin(p, p.accessManager, "grantRole", grant));
    await at(T0 + WINDOW_S);
    await expect(asAdmin(p).grantRole(...grant))
      .to.be.revertedWithCustomError(p.accessManager, "AccessManagerNotScheduled")
      .withArgs(await operationOf(p, p.accessManager, "grantRole", grant));
  });

  it("given another authority for a contract, that waits too", async () => {
    const { p, thief } = await guarded();
    const authority = [addressOf(p.stoneLedger), thief.address] as const;
    await expect(asAdmin(p).updateAuthority(...authority))
      .to.be.revertedWithCustomError(p.accessManager, "AccessManagerNotScheduled")
      .withArgs(await operationOf(p, p.accessManager, "updateAuthority", authority));
    expect(await p.stoneLedger.authority()).to.equal(addressOf(p.accessManager));
  });

  it("given the guardian's duties, the admin is another party and has none of them", async () => {
    const { p } = await guarded();
    const { admin, guardian } = p.roles;
    expect((await p.accessManager.hasRole(ROLES.guardian, admin.address)).isMember).to.equal(false);
    expect((await p.accessManager.hasRole(ROLES.admin, guardian.address)).isMember).to.equal(false);
    await expect(p.stoneLedger.connect(admin).vetoDay(0))
      .to.be.revertedWithCustomError(p.stoneLedger, "AccessManagedUnauthorized")
      .withArgs(admin.address);
    await expect(p.stoneLedger.connect(admin).pause())
      .to.be.revertedWithCustomError(p.stoneLedger, "AccessManagedUnauthorized")
      .withArgs(admin.address);
  });

  describe("given that it has given itself every role", () => {
    /** What only a partner contract may do, whatever roles there are, and an example of each. */
    const PARTNERS_ONLY: readonly (readonly [
      contract: "stoneLedger" | "redemptionDesk",
      name: string,
      argumentsOf: (g: Guarded) => readonly unknown[],
    ])[] = [
      ["stoneLedger", "reserve", ({ owner }) => [owner.address, 1]],
      ["stoneLedger", "creditAndReserve", ({ owner: { address } }) => [0, leafOf(address), [], address, 1]],
      ["stoneLedger", "unreserve", ({ owner }) => [owner.address, 1]],
      ["stoneLedger", "spendReserved", ({ owner }) => [owner.address, 1]],
      ["stoneLedger", "issuePrize", ({ thief }) => [thief.address, 1]],
      ["stoneLedger", "moveStones", ({ owner, thief }) => [owner.address, thief.address]],
      ["redemptionDesk", "setItem", () => [1, TERMS]],
      ["redemptionDesk", "grantVouchers", ({ thief }) => [thief.address, 1, 1]],
    ];

    function leafOf(account: string) {
      return openingOf(treeOf({ stones: { [account]: EARNED } }), 0).leaf;
    }

    for (const [contract, name, argumentsOf] of PARTNERS_ONLY) {
      it(`when it calls ${name} of the ${titleOf(contract)} itself, it is refused`, async () => {
        const g = await guarded();
        await takeEveryRole(g);
        const { admin } = g.p.roles;
        const called = (g.p[contract].connect(admin) as BaseContract).getFunction(name).send(...argumentsOf(g));
        await expect(called)
          .to.be.revertedWithCustomError(g.p[contract], `${titleOf(contract)}_NotPartner`)
          .withArgs(admin.address);
      });
    }

    it("when it calls every function that writes, those are all that only partners may call", async () => {
      const g = await guarded();
      await takeEveryRole(g);
      const refused: string[] = [];
      for (const contract of PROGRAMME_CONTRACTS) {
        for (const name of writingOf(g.p, contract)) {
          const error = await attempt(g.p, { contract, name }, g.p.roles.admin);
          if (error?.name.endsWith("_NotPartner")) refused.push(`${contract}.${name}`);
        }
      }
      expect(refused.sort()).to.deep.equal(PARTNERS_ONLY.map(([contract, name]) => `${contract}.${name}`).sort());
    });

    it("when it grants a consent for an owner, it is refused", async () => {
      const g = await guarded();
      await takeEveryRole(g);
      const grant = grantOf(g.p, g.owner as HardhatEthersSigner);
      await expect(g.p.consentRegistry.connect(g.p.roles.admin).grantConsent(grant))
        .to.be.revertedWithCustomError(g.p.consentRegistry, "InvalidSignature")
        .withArgs(g.owner.address);
    });

    it("when it withdraws an owner's consent, it is refused and the consent stands", async () => {
      const g = await guarded();
      const { consentRegistry, operator, roles } = g.p;
      await consentRegistry.connect(g.owner).grantConsent(grantOf(g.p, g.owner));
      await takeEveryRole(g);
      await expect(consentRegistry.connect(roles.admin).withdrawConsent(withdrawalOf(g.p, g.owner)))
        .to.be.revertedWithCustomError(consentRegistry, "InvalidSignature")
        .withArgs(g.owner.address);
      expect((await consentRegistry.consentOf(g.owner.address, operator, 1)).revoked).to.equal(0n);
    });

    it("when it signs the withdrawal of an owner's consent, it is skipped and the consent stands", async () => {
      const g = await guarded();
      const { consentRegistry, operator, roles } = g.p;
      await consentRegistry.connect(g.owner).grantConsent(grantOf(g.p, g.owner));
      await takeEveryRole(g);
      const withdrawal = withdrawalOf(g.p, g.owner);
      const signature = await signIntent(roles.admin, "ConsentWithdrawal", withdrawal, { contracts: g.p });
      const submitted = consentRegistry.connect(roles.admin).withdrawConsents([withdrawal], [signature]);
      const skip = { index: 0, account: g.owner.address, error: "InvalidSignature" };
      await expectSkips(submitted, consentRegistry, [skip]);
      expect((await consentRegistry.consentOf(g.owner.address, operator, 1)).revoked).to.equal(0n);
    });

    it("when it orders for an owner, it is refused", async () => {
      const g = await guarded();
      await takeEveryRole(g);
      const intent = { account: g.owner.address, item: 1, vehicle: g.vehicle, maxPrice: 1n, nonce: 0n, deadline: 0 };
      await expect(g.p.redemptionDesk.connect(g.p.roles.admin).placeOrder(intent))
        .to.be.revertedWithCustomError(g.p.redemptionDesk, "InvalidSignature")
        .withArgs(g.owner.address);
    });

    it("when it settles a day for itself, it is held to the metres and the window like any relayer", async () => {
      const g = await guarded();
      const { admin } = g.p.roles;
      const has = await takeEveryRole(g);
      await at(has);
      const asRelayer = { ...g.p, roles: { ...g.p.roles, relayer: admin } };
      const { creditableAt } = await settle(asRelayer, 0, { stones: { [admin.address]: EARNED } });
      expect(creditableAt).to.equal(has + WINDOW_S);
      await expect(settle(asRelayer, 1, { stones: { [admin.address]: 2n * EARNED + 1n } }))
        .to.be.revertedWithCustomError(g.p.stoneLedger, "StoneLedger_TotalOutOfBounds")
        .withArgs(ethers.encodeBytes32String("stones"), 2n * EARNED + 1n, EARNED, 2n * EARNED);
    });

    it("when it vetoes without end, what is creditable is paid all the same", async () => {
      const g = await guarded();
      const { tree, creditableAt } = await settle(g.p, 0, { stones: { [g.owner.address]: EARNED } });
      await moveTo(creditableAt);
      await takeEveryRole(g, creditableAt + 10);
      await expect(g.p.stoneLedger.connect(g.p.roles.admin).vetoDayByOverseer(0))
        .to.be.revertedWithCustomError(g.p.stoneLedger, "StoneLedger_ChallengeWindow")
        .withArgs(0, creditableAt);
      await creditFirst(g, tree);
      expect(await g.p.stoneLedger.balanceOf(g.owner.address)).to.equal(EARNED);
    });
  });
});
