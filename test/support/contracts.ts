import type { HardhatEthers, HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import type { NetworkConnection } from "hardhat/types/network";
import { artifactName } from "../../scripts/contract-sources.ts";
import { constructorArguments } from "../../src/chain/write/constructors.ts";
import { setupCalls } from "../../src/chain/write/deploy.ts";
import { DEFAULT_RULES, type RuleSet } from "../../src/chain/write/rule-set.ts";
import { ROLES, type Role } from "../../src/protocol/codec/roles.ts";
import { CONTRACTS, type ContractName, type Hex } from "../../src/protocol/index.ts";
import type {
  AccessManager,
  AccountMoves,
  BenefitRounds,
  Catalogue,
  ConsentRegistry,
  DropAnchor,
  ERC7913P256Verifier,
  ERC7913WebAuthnVerifier,
  Exclusions,
  Milestones,
  MineBox,
  Polls,
  RedemptionDesk,
  Rules,
  StoneLedger,
  TaskBook,
  VehicleRegistry,
  VehicleToken,
} from "../../types/ethers-contracts/index.ts";

/** The contracts of a programme by their names in a deployment, as TypeChain types them. */
export interface Contracts {
  readonly accessManager: AccessManager;
  readonly p256Verifier: ERC7913P256Verifier;
  readonly webAuthnVerifier: ERC7913WebAuthnVerifier;
  readonly rules: Rules;
  readonly consentRegistry: ConsentRegistry;
  readonly vehicleRegistry: VehicleRegistry;
  readonly dropAnchor: DropAnchor;
  readonly stoneLedger: StoneLedger;
  readonly redemptionDesk: RedemptionDesk;
  readonly catalogue: Catalogue;
  readonly accountMoves: AccountMoves;
  readonly milestones: Milestones;
  readonly mineBox: MineBox;
  readonly taskBook: TaskBook;
  readonly exclusions: Exclusions;
  readonly polls: Polls;
  readonly benefitRounds: BenefitRounds;
  readonly vehicleToken: VehicleToken;
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
  /** Seconds that the admin's acts wait; none unless given, so that a test may act at once. */
  readonly adminDelayS?: number;
  /** Addresses to build into the contracts instead of the predicted ones. */
  readonly linked?: Partial<Record<ContractName, string>>;
}

/** How many consent notices {@link deployContracts} publishes. */
export const NOTICES = 2;

/** Deploys a programme: every contract at the address that the deployer's nonce predicts, then the setup in one call. */
export async function deployContracts(
  { ethers }: NetworkConnection,
  { genesis, rules, adminDelayS = 0, linked }: ProgrammeOptions,
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
  const setup = setupCalls(addressesOf(contracts), deployer.address as Hex, {
    roles: Object.fromEntries(names.map((role) => [role, roles[role].address])) as Record<Role, Hex>,
    receiptKey: receiptKey.address as Hex,
    notices: Array.from({ length: NOTICES }, (_, i) => ethers.toBeHex(i + 1, 32) as Hex),
    adminDelayS,
  });
  await contracts.accessManager.multicall(setup);
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
  const args = constructorArguments(at, { deployer: deployer.address, genesis, operator, rules });
  const deployed: [ContractName, unknown][] = [];
  // In the order of CONTRACTS, from which the addresses were predicted.
  for (const name of CONTRACTS) deployed.push([name, await ethers.deployContract(artifactName(name), [...args[name]])]);
  return Object.fromEntries(deployed) as unknown as Contracts;
}

function addressesOf(contracts: Contracts): Record<ContractName, Hex> {
  return Object.fromEntries(CONTRACTS.map((name) => [name, addressOf(contracts[name])])) as Record<ContractName, Hex>;
}

/** The address of a deployed contract, without another question to the network. */
export function addressOf(contract: { readonly target: unknown }): string {
  return contract.target as string;
}
