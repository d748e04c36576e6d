import type { HardhatEthers, HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import type { NetworkConnection } from "hardhat/types/network";
import { DEFAULT_RULES, type RuleSet } from "../../src/chain/write/deploy.ts";
import { ROLE_FUNCTIONS, ROLES, type Role } from "../../src/chain/write/roles.ts";
import { CONTRACTS, type ContractName } from "../../src/protocol/index.ts";
import type {
  AccessManager,
  ConsentRegistry,
  DropAnchor,
  RedemptionDesk,
  Rules,
  StoneLedger,
  VehicleRegistry,
} from "../../types/ethers-contracts/index.ts";

/** The contracts of a programme by their names in a deployment, as TypeChain types them. */
export interface Contracts {
  readonly accessManager: AccessManager;
  readonly rules: Rules;
  readonly consentRegistry: ConsentRegistry;
  readonly vehicleRegistry: VehicleRegistry;
  readonly dropAnchor: DropAnchor;
  readonly stoneLedger: StoneLedger;
  readonly redemptionDesk: RedemptionDesk;
}

/** A programme on Hardhat's network, deployed as src/chain/write/deploy.ts deploys one. */
export interface Programme extends Contracts {
  /** The key of each duty: all different, and none of them the deployer's. */
  readonly roles: Readonly<Record<Role, HardhatEthersSigner>>;
  /** The recipient that consents for mining name. */
  readonly operator: string;
  readonly receiptKey: string;
  /** Deployed everything and has no power left. */
  readonly deployer: HardhatEthersSigner;
  /** Signers without any role, who own vehicles or call as strangers. */
  readonly owners: readonly HardhatEthersSigner[];
  readonly genesis: number;
  readonly rulesInForce: RuleSet;
}

export interface ProgrammeOptions {
  readonly genesis: number;
  readonly rules?: Partial<RuleSet>;
  /** Addresses to build into the contracts instead of the predicted ones. */
  readonly linked?: Partial<Record<ContractName, string>>;
}

/** How many consent notices {@link deployContracts} publishes. */
export const NOTICES = 2;

/** Deploys a programme: every contract at the address that the deployer's nonce predicts, then the setup in one call. */
export async function deployContracts(
  { ethers }: NetworkConnection,
  { genesis, rules, linked }: ProgrammeOptions,
): Promise<Programme> {
  const [deployer, operator, receiptKey, ...others] = (await ethers.getSigners()) as [
    HardhatEthersSigner,
    HardhatEthersSigner,
    HardhatEthersSigner,
    ...HardhatEthersSigner[],
  ];
  const names = Object.keys(ROLES) as Role[];
  const roles = Object.fromEntries(names.map((role, i) => [role, others[i]])) as Programme["roles"];
  const rulesInForce = { ...DEFAULT_RULES, ...rules };
  const contracts = await deployLinked(ethers, {
    deployer,
    operator: operator.address,
    genesis,
    rules: rulesInForce,
    linked: linked ?? {},
  });
  await contracts.accessManager.multicall(setupCalls(contracts, { deployer, receiptKey, roles }));
  return {
    ...contracts,
    roles,
    operator: operator.address,
    receiptKey: receiptKey.address,
    deployer,
    owners: others.slice(names.length),
    genesis,
    rulesInForce,
  };
}

interface Construction {
  readonly deployer: HardhatEthersSigner;
  readonly operator: string;
  readonly genesis: number;
  readonly rules: RuleSet;
  readonly linked: Partial<Record<ContractName, string>>;
}

async function deployLinked(ethers: HardhatEthers, construction: Construction): Promise<Contracts> {
  const { deployer, operator, genesis, rules, linked } = construction;
  const first = await deployer.getNonce();
  const predicted = CONTRACTS.map((name, i) => [
    name,
    ethers.getCreateAddress({ from: deployer.address, nonce: first + i }),
  ]);
  const at = { ...(Object.fromEntries(predicted) as Record<ContractName, string>), ...linked };
  // In the order of CONTRACTS, from which the addresses were predicted.
  return {
    accessManager: await ethers.deployContract("AccessManager", [deployer.address]),
    rules: await ethers.deployContract("Rules", [at.accessManager, genesis, operator, rules]),
    consentRegistry: await ethers.deployContract("ConsentRegistry", [at.rules]),
    vehicleRegistry: await ethers.deployContract("VehicleRegistry", [at.accessManager, at.rules]),
    dropAnchor: await ethers.deployContract("DropAnchor", [at.accessManager, at.rules, at.stoneLedger]),
    stoneLedger: await ethers.deployContract("StoneLedger", [
      at.accessManager,
      at.rules,
      at.vehicleRegistry,
      at.dropAnchor,
      at.redemptionDesk,
    ]),
    redemptionDesk: await ethers.deployContract("RedemptionDesk", [
      at.accessManager,
      at.rules,
      at.vehicleRegistry,
      at.stoneLedger,
    ]),
  };
}

interface Setup {
  readonly deployer: HardhatEthersSigner;
  readonly receiptKey: HardhatEthersSigner;
  readonly roles: Programme["roles"];
}

function setupCalls(contracts: Contracts, { deployer, receiptKey, roles }: Setup): string[] {
  const { accessManager, rules } = contracts;
  const manager = accessManager.interface;
  const execute = (data: string) => manager.encodeFunctionData("execute", [addressOf(contracts.rules), data]);
  const functionRoles = ROLE_FUNCTIONS.map(({ role, contract, functions }) => {
    const { interface: abi } = contracts[contract];
    const selectors = functions.map((name) => abi.getFunction(name as never)?.selector ?? name);
    return manager.encodeFunctionData("setTargetFunctionRole", [
      addressOf(contracts[contract]),
      selectors,
      ROLES[role],
    ]);
  });
  const grants = (Object.keys(ROLES) as Role[]).map((role) =>
    manager.encodeFunctionData("grantRole", [ROLES[role], roles[role].address, 0]),
  );
  const notices = Array.from({ length: NOTICES }, (_, i) =>
    rules.interface.encodeFunctionData("publishNotice", [`0x${`${i + 1}`.padStart(64, "0")}`]),
  );
  const key = rules.interface.encodeFunctionData("setReceiptKey", [receiptKey.address, 1, 0]);
  return [
    ...functionRoles,
    ...grants,
    manager.encodeFunctionData("grantRole", [ROLES.rules, deployer.address, 0]),
    ...[key, ...notices].map(execute),
    manager.encodeFunctionData("renounceRole", [ROLES.rules, deployer.address]),
    manager.encodeFunctionData("renounceRole", [ROLES.admin, deployer.address]),
  ];
}

/** The address of a deployed contract, without another question to the network. */
export function addressOf(contract: { readonly target: unknown }): string {
  return contract.target as string;
}
