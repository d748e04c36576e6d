import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import type { ErrorDescription, FunctionFragment, Interface } from "ethers";
import type { ProgrammeContract } from "../../src/chain/contracts.ts";
import { ROLE_FUNCTIONS } from "../../src/chain/write/roles.ts";
import type { Role } from "../../src/protocol/codec/roles.ts";
import { addressOf, type Contracts, type Programme } from "../support/contracts.ts";
import { ethers } from "./fixture.ts";

/** What nobody's role is asked for: owners and strangers call these, or another contract does. */
export const OPEN: Readonly<Record<ProgrammeContract, readonly string[]>> = {
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
  taskBook: [],
  exclusions: ["appealExclusion", "appealExclusions", "followMove"],
  polls: [],
  benefitRounds: ["claimBenefit", "claimBenefits", "returnRest"],
  vehicleToken: [
    "approve",
    "safeTransferFrom(address,address,uint256)",
    "safeTransferFrom(address,address,uint256,bytes)",
    "setApprovalForAll",
    "syncToken",
    "transferFrom",
  ],
};

/** A function that one role may call. */
export interface Restricted {
  readonly role: Role;
  readonly contract: ProgrammeContract;
  readonly name: string;
}

export const RESTRICTED: readonly Restricted[] = [
  ...ROLE_FUNCTIONS.flatMap(({ role, contract, functions }) =>
    functions.map((name) => ({ role, contract: contract as ProgrammeContract, name })),
  ),
  { role: "admin", contract: "stoneLedger", name: "announceSuccessor" },
  { role: "admin", contract: "stoneLedger", name: "announceMiningEnd" },
];

/** The names of a contract's functions that write, but for AccessManaged's own. */
export function writingOf(contracts: Contracts, contract: ProgrammeContract): string[] {
  return contracts[contract].interface.fragments
    .filter((fragment) => fragment.type === "function")
    .map((fragment) => fragment as FunctionFragment)
    .filter(({ constant, name }) => !constant && name !== "setAuthority")
    .map(nameOf);
}

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
export async function attempt(
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
export function titleOf(contract: ProgrammeContract): string {
  return `${contract.charAt(0).toUpperCase()}${contract.slice(1)}`;
}
