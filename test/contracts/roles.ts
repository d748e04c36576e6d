import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import { expect } from "chai";
import { describe, it } from "mocha";
import { ABIS, PROGRAMME_CONTRACTS, type ProgrammeContract } from "../../src/chain/contracts.ts";
import { ROLES } from "../../src/protocol/codec/roles.ts";
import { addressOf } from "../support/contracts.ts";
import { attempt, OPEN, RESTRICTED, titleOf, writingOf } from "./callable.ts";
import { ethers, programme } from "./fixture.ts";

type ManagedContract = Exclude<ProgrammeContract, "consentRegistry" | "vehicleToken">;

/** The contracts whose roles the AccessManager keeps. */
const MANAGED = PROGRAMME_CONTRACTS.filter((name): name is ManagedContract =>
  ABIS[name].some((entry) => entry.type === "function" && entry.name === "setAuthority"),
);

describe("Roles", () => {
  it("when every function that writes is listed, each is open or has one role", async () => {
    const contracts = await programme();
    for (const contract of PROGRAMME_CONTRACTS) {
      const writing = writingOf(contracts, contract);
      const listed = RESTRICTED.filter((entry) => entry.contract === contract).map(({ name }) => name);
      const open = OPEN[contract].filter(
        (name) => contracts[contract].interface.getFunction(name as never)?.constant === false,
      );
      expect(writing.sort(), contract).to.deep.equal([...listed, ...open].sort());
    }
  });

  it("given the deployer, no role is left to it", async () => {
    const { accessManager, deployer } = await programme();
    const held = Object.values(ROLES).map((role) => accessManager.hasRole(role, deployer.address));
    expect((await Promise.all(held)).map(({ isMember }) => isMember)).to.deep.equal(held.map(() => false));
  });
});

for (const entry of RESTRICTED) {
  describe(`${titleOf(entry.contract)}: ${entry.name}`, () => {
    it(`given any caller but the ${entry.role}, it is refused`, async () => {
      const contracts = await programme();
      const { roles, deployer, owners } = contracts;
      const others = Object.entries(roles).filter(([role]) => role !== entry.role);
      for (const caller of [...others.map(([, signer]) => signer), deployer, owners[0] as HardhatEthersSigner]) {
        const error = await attempt(contracts, entry, caller);
        expect(error?.name).to.equal("AccessManagedUnauthorized");
        expect(error?.args.toArray()).to.deep.equal([caller.address]);
      }
    });

    it(`given the ${entry.role}, it is let in`, async () => {
      const contracts = await programme();
      const error = await attempt(contracts, entry, contracts.roles[entry.role]);
      expect(error?.name).to.not.equal("AccessManagedUnauthorized");
    });
  });
}

for (const contract of PROGRAMME_CONTRACTS) {
  for (const name of OPEN[contract]) {
    const [bare, types] = name.split("(");
    describe(`${titleOf(contract)}: ${bare}`, () => {
      const subject = types === undefined ? "it" : name;
      it(`given that the admin has closed every contract, ${subject} is open all the same`, async () => {
        const contracts = await programme();
        const { accessManager, roles, owners } = contracts;
        for (const other of PROGRAMME_CONTRACTS) {
          await accessManager.connect(roles.admin).setTargetClosed(addressOf(contracts[other]), true);
        }
        const error = await attempt(contracts, { contract, name }, owners[0] as HardhatEthersSigner);
        expect(error?.name).to.not.equal("AccessManagedUnauthorized");
      });
    });
  }
}

for (const contract of MANAGED) {
  describe(`${titleOf(contract)}: setAuthority`, () => {
    it("given any caller but the AccessManager, it is refused", async () => {
      const contracts = await programme();
      const { roles, deployer } = contracts;
      for (const caller of [...Object.values(roles), deployer]) {
        await expect(contracts[contract].connect(caller).setAuthority(addressOf(contracts.accessManager)))
          .to.be.revertedWithCustomError(contracts[contract], "AccessManagedUnauthorized")
          .withArgs(caller.address);
      }
    });

    it("given the AccessManager, the contract asks another one from then on", async () => {
      const contracts = await programme();
      const { accessManager, roles, deployer } = contracts;
      const another = addressOf(await ethers.deployContract("AccessManager", [deployer.address]));
      await expect(accessManager.connect(roles.admin).updateAuthority(addressOf(contracts[contract]), another))
        .to.emit(contracts[contract], "AuthorityUpdated")
        .withArgs(another);
      expect(await contracts[contract].authority()).to.equal(another);
    });
  });
}
