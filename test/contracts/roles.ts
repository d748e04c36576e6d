import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import { expect } from "chai";
import type { ErrorDescription, FunctionFragment, Interface } from "ethers";
import { describe, it } from "mocha";
import { ABIS, PROGRAMME_CONTRACTS, type ProgrammeContract } from "../../src/chain/contracts.ts";
import { ROLE_FUNCTIONS, ROLES, type Role } from "../../src/chain/write/roles.ts";
import { addressOf, type Programme } from "../support/contracts.ts";
import { ethers, programme } from "./fixture.ts";

/** What nobody's role is asked for: owners and strangers call these, or another contract does. */
const OPEN: Readonly<Record<ProgrammeContract, readonly string[]>> = {
  rules: [],
  consentRegistry: ["grantConsent", "grantConsents", "withdrawConsent", "withdrawConsents"],
  vehicleRegistry: [
    "contestRelease",
    "contestReleases",
    "followMove",
    "pairVehicle",
    "pairVehicles",
    "releaseVehicle",
    "releaseVehicles",
  ],
  dropAnchor: [],
  stoneLedger: [
    "approve",
    "credit",
    "creditAndReserve",
    "creditMany",
    "flowOn",
    "issuePrize",
    "migrateStones",
    "migrateStonesOf",
    "moveStones",
    "reserve",
    "spendReserved",
    "transfer",
    "transferFrom",
    "unreserve",
  ],
  redemptionDesk: [
    "acceptOrder",
    "acceptOrders",
    "completeOrder",
    "creditAndPlaceOrder",
    "creditAndPlaceOrders",
    "followMove",
    "grantVouchers",
    "setItem",
    "objectOrder",
    "objectOrders",
    "placeOrder",
    "placeOrders",
    "placeVoucherOrder",
    "placeVoucherOrders",
    "refundOrder",
  ],
  catalogue: ["applyItemChange"],
  accountMoves: [
    "cancelRecoveries",
    "cancelRecovery",
    "executeRecovery",
    "moveAccount",
    "moveAccounts",
    "shortenForward",
  ],
  milestones: ["followMove"],
  mineBox: [
    "claimPrize",
    "closeSeason",
    "creditCrystals",
    "creditCrystalsMany",
    "followMove",
    "forceSeason",
    "openBoxes",
    "requestBoxes",
    "requestBoxesOf",
    "revealDrop",
  ],
  vehicleToken: [
    "approve",
    "safeTransferFrom(address,address,uint256)",
    "safeTransferFrom(address,address,uint256,bytes)",
    "setApprovalForAll",
    "syncToken",
    "transferFrom",
  ],
};

const RESTRICTED: readonly { role: Role; contract: ProgrammeContract; name: string }[] = [
  ...ROLE_FUNCTIONS.flatMap(({ role, contract, functions }) =>
    functions.map((name) => ({ role, contract: contract as ProgrammeContract, name })),
  ),
  { role: "admin", contract: "stoneLedger", name: "announceSuccessor" },
  { role: "admin", contract: "stoneLedger", name: "announceMiningEnd" },
];

type ManagedContract = Exclude<ProgrammeContract, "consentRegistry" | "vehicleToken">;

/** The contracts whose roles the AccessManager keeps. */
const MANAGED = PROGRAMME_CONTRACTS.filter((name): name is ManagedContract =>
  ABIS[name].some((entry) => entry.type === "function" && entry.name === "setAuthority"),
);

/** Arguments of the right types, all zero or empty. */
function emptyArguments(fragment: FunctionFragment): unknown[] {
  const emptyOf = (type: (typeof fragment.inputs)[number]): unknown => {
    if (type.baseType === "array") return [];
    if (type.baseType === "tuple") return type.components?.map(emptyOf);
    if (type.type === "bytes32") return ethers.ZeroHash;
    if (type.type === "address") return ethers.ZeroAddress;
    return type.type === "bool" ? false : type.type === "bytes" ? "0x" : 0;
  };
  return fragment.inputs.map(emptyOf);
}

/** A function's name, with its types where it has two. */
function nameOf(fragment: FunctionFragment): string {
  return fragment.name === "safeTransferFrom" ? fragment.format("sighash") : fragment.name;
}

/** Calls a function with nothing in its arguments. @returns The error that it reverts with, if it does. */
async function attempt(
  contracts: Programme,
  { contract, name }: { contract: ProgrammeContract; name: string },
  caller: HardhatEthersSigner,
): Promise<ErrorDescription | null> {
  const abi: Interface = contracts[contract].interface;
  const fragment = abi.getFunction(name) as FunctionFragment;
  const data = abi.encodeFunctionData(fragment, emptyArguments(fragment));
  const call = { to: addressOf(contracts[contract]), from: caller.address, data };
  try {
    await ethers.provider.call(call);
    return null;
  } catch (error) {
    const { data: revert } = error as { data: string | { data: string } };
    return abi.parseError(typeof revert === "string" ? revert : revert.data);
  }
}

/** How describes call a contract. */
function titleOf(contract: ProgrammeContract): string {
  return `${contract.charAt(0).toUpperCase()}${contract.slice(1)}`;
}

describe("Roles", () => {
  it("when every function that writes is listed, each is open or has one role", async () => {
    const contracts = await programme();
    for (const contract of PROGRAMME_CONTRACTS) {
      const writing = contracts[contract].interface.fragments
        .filter((fragment) => fragment.type === "function")
        .map((fragment) => fragment as FunctionFragment)
        .filter(({ constant, name }) => !constant && name !== "setAuthority")
        .map(nameOf);
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
    describe(`${titleOf(contract)}: ${name}`, () => {
      it("given that the admin has closed every contract, it is open all the same", async () => {
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
