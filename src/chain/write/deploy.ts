import {
  createWalletClient,
  encodeDeployData,
  encodeFunctionData,
  getContractAddress,
  http,
  toFunctionSelector,
} from "viem";
import { privateKeyToAccount } from "viem/accounts";
import type { Hex } from "../../protocol/codec/bytes.ts";
import { CONTRACTS, type ContractName, type Deployment } from "../../protocol/codec/deployment.ts";
import { CairnError } from "../../protocol/errors.ts";
import { type ChainClient, createChainClient, reach } from "../client.ts";
import { ABIS } from "../contracts.ts";
import { accessManagerAbi, accessManagerBytecode } from "../generated/accessManager.ts";
import { consentRegistryAbi, consentRegistryBytecode } from "../generated/consentRegistry.ts";
import { dropAnchorAbi, dropAnchorBytecode } from "../generated/dropAnchor.ts";
import { redemptionDeskAbi, redemptionDeskBytecode } from "../generated/redemptionDesk.ts";
import { rulesAbi, rulesBytecode } from "../generated/rules.ts";
import { stoneLedgerAbi, stoneLedgerBytecode } from "../generated/stoneLedger.ts";
import { vehicleRegistryAbi, vehicleRegistryBytecode } from "../generated/vehicleRegistry.ts";
import { ROLE_FUNCTIONS, ROLES, type Role } from "./roles.ts";

/** The programme's numbers (docs/protocol.md 1.6), named as in the contracts. */
export interface RuleSet {
  readonly dailyCapM: number;
  readonly windowDays: number;
  readonly maxUnitsPerMetre: bigint;
  readonly challengeWindowS: number;
  readonly noticeS: number;
  readonly redemptionDelayDays: number;
  readonly readingMaxAgeS: number;
  readonly receiptDeadlineS: number;
  readonly objectionS: number;
  readonly maxFulfilmentS: number;
  readonly pushIntervalDays: number;
  readonly maxCrystalsPerDay: number;
  readonly maxRegistrationsPerDay: number;
}

/** The published rules of the programme. */
export const DEFAULT_RULES: RuleSet = {
  dailyCapM: 200_000,
  windowDays: 30,
  maxUnitsPerMetre: 100_000n,
  challengeWindowS: 86_400,
  noticeS: 2_592_000,
  redemptionDelayDays: 90,
  readingMaxAgeS: 604_800,
  receiptDeadlineS: 3_600,
  objectionS: 604_800,
  maxFulfilmentS: 15_552_000,
  pushIntervalDays: 30,
  maxCrystalsPerDay: 1_000_000,
  maxRegistrationsPerDay: 10_000,
};

/** What a programme is deployed with. Every role is another address: one key, one duty. */
export interface DeployParameters {
  readonly rpcUrl: string;
  /** Private key that pays and deploys; it keeps no power afterwards unless it is also an address below. */
  readonly deployerKey: Hex;
  readonly roles: Readonly<Record<Role, Hex>>;
  /** The recipient that consents for mining name. */
  readonly operator: Hex;
  /** Address of the key that signs receipts and manifests, valid from the deployment on. */
  readonly receiptKey: Hex;
  /** First second of day 0, unix seconds. */
  readonly genesis: number;
  readonly rules?: RuleSet;
  /** Hashes of the consent notices, numbered from 1. */
  readonly notices: readonly Hex[];
}

/**
 * Deploys a programme: seven contracts, then one call that names the roles, receipt key and notices and gives the admin's
 * power away. The contracts that know each other get their addresses in advance, from the deployer's nonces.
 * @returns The deployment as it goes into deployment.json.
 * @throws CHAIN_UNREACHABLE, TRANSACTION_REVERTED.
 */
export async function deployProgramme(parameters: DeployParameters): Promise<Deployment> {
  const client = createChainClient(parameters.rpcUrl);
  const account = privateKeyToAccount(parameters.deployerKey);
  const sender = await createSender(client, parameters);
  const addresses = programmeAddresses(account.address, sender.nonce);
  for (const data of creationCode(addresses, account.address, parameters)) await sender.send({ data });
  const setup = encodeFunctionData({
    abi: accessManagerAbi,
    functionName: "multicall",
    args: [setupCalls(addresses, account.address, parameters)],
  });
  const block = await sender.send({ to: addresses.accessManager, data: setup });
  return {
    chainId: await reach(client.getChainId()),
    block: Number(block.blockNumber),
    blockHash: block.blockHash,
    genesis: parameters.genesis,
    operator: parameters.operator.toLowerCase() as Hex,
    contracts: addresses,
  };
}

/**
 * Where a programme's contracts come to stand: a contract's address follows from its deployer and the deployer's nonce.
 * @param firstNonce The deployer's nonce before the first contract; 0 for a fresh key.
 */
export function programmeAddresses(deployer: Hex, firstNonce: number): Record<ContractName, Hex> {
  return Object.fromEntries(
    CONTRACTS.map((name, i) => [
      name,
      getContractAddress({ from: deployer, nonce: BigInt(firstNonce + i) }).toLowerCase(),
    ]),
  ) as Record<ContractName, Hex>;
}

/** Creation code of the contracts, in the order of CONTRACTS: the addresses were made from that order. */
function creationCode(at: Record<ContractName, Hex>, deployer: Hex, parameters: DeployParameters): Hex[] {
  const { genesis, operator, rules } = parameters;
  return [
    encodeDeployData({ abi: accessManagerAbi, bytecode: accessManagerBytecode, args: [deployer] }),
    encodeDeployData({
      abi: rulesAbi,
      bytecode: rulesBytecode,
      args: [at.accessManager, genesis, operator, rules ?? DEFAULT_RULES],
    }),
    encodeDeployData({ abi: consentRegistryAbi, bytecode: consentRegistryBytecode, args: [at.rules] }),
    encodeDeployData({
      abi: vehicleRegistryAbi,
      bytecode: vehicleRegistryBytecode,
      args: [at.accessManager, at.rules],
    }),
    encodeDeployData({
      abi: dropAnchorAbi,
      bytecode: dropAnchorBytecode,
      args: [at.accessManager, at.rules, at.stoneLedger],
    }),
    encodeDeployData({
      abi: stoneLedgerAbi,
      bytecode: stoneLedgerBytecode,
      args: [at.accessManager, at.rules, at.vehicleRegistry, at.dropAnchor, at.redemptionDesk],
    }),
    encodeDeployData({
      abi: redemptionDeskAbi,
      bytecode: redemptionDeskBytecode,
      args: [at.accessManager, at.rules, at.vehicleRegistry, at.stoneLedger],
    }),
  ];
}

/** The AccessManager calls that set the programme up; the deployer's last act is to give up its own power. */
function setupCalls(at: Record<ContractName, Hex>, deployer: Hex, parameters: DeployParameters): Hex[] {
  const { roles } = parameters;
  const manage = (functionName: "grantRole" | "renounceRole", role: bigint, who: Hex): Hex =>
    functionName === "grantRole"
      ? encodeFunctionData({ abi: accessManagerAbi, functionName, args: [role, who, 0] })
      : encodeFunctionData({ abi: accessManagerAbi, functionName, args: [role, who] });
  const execute = (data: Hex): Hex =>
    encodeFunctionData({ abi: accessManagerAbi, functionName: "execute", args: [at.rules, data] });
  const functionRoles = ROLE_FUNCTIONS.map(({ role, contract, functions }) =>
    encodeFunctionData({
      abi: accessManagerAbi,
      functionName: "setTargetFunctionRole",
      args: [at[contract], functions.map((name) => selectorOf(contract, name)), ROLES[role]],
    }),
  );
  const notices = parameters.notices.map((hash) =>
    encodeFunctionData({ abi: rulesAbi, functionName: "publishNotice", args: [hash] }),
  );
  const receiptKey = encodeFunctionData({
    abi: rulesAbi,
    functionName: "setReceiptKey",
    args: [parameters.receiptKey, 1, 0],
  });
  return [
    ...functionRoles,
    ...(Object.keys(ROLES) as Role[]).map((role) => manage("grantRole", ROLES[role], roles[role])),
    manage("grantRole", ROLES.rules, deployer),
    ...[receiptKey, ...notices].map(execute),
    ...(same(roles.rules, deployer) ? [] : [manage("renounceRole", ROLES.rules, deployer)]),
    ...(same(roles.admin, deployer) ? [] : [manage("renounceRole", ROLES.admin, deployer)]),
  ];
}

function same(a: Hex, b: Hex): boolean {
  return a.toLowerCase() === b.toLowerCase();
}

function selectorOf(contract: ContractName, name: string): Hex {
  const abi: readonly { type: string; name?: string }[] =
    contract === "accessManager" ? accessManagerAbi : ABIS[contract];
  const item = abi.find((entry) => entry.type === "function" && entry.name === name);
  if (item === undefined) throw new CairnError("UNEXPECTED", `${contract} has no function ${name}`);
  return toFunctionSelector(item as Parameters<typeof toFunctionSelector>[0]);
}

interface Sender {
  /** The nonce of the first transaction it sends. */
  readonly nonce: number;
  send(call: { to?: Hex; data: Hex }): Promise<{ blockNumber: bigint; blockHash: Hex }>;
}

/** Sends one transaction after the other and waits for each. */
async function createSender(client: ChainClient, { rpcUrl, deployerKey }: DeployParameters): Promise<Sender> {
  const account = privateKeyToAccount(deployerKey);
  const wallet = createWalletClient({ account, transport: http(rpcUrl) });
  const first = await reach(client.getTransactionCount({ address: account.address, blockTag: "pending" }));
  let nonce = first;
  return {
    nonce: first,
    async send(call) {
      const hash = await reach(wallet.sendTransaction({ ...call, nonce: nonce++, chain: null }));
      const receipt = await reach(client.waitForTransactionReceipt({ hash, pollingInterval: 20 }));
      if (receipt.status !== "success") {
        throw new CairnError("TRANSACTION_REVERTED", "a step of the deployment", { details: { transaction: hash } });
      }
      return receipt;
    },
  };
}
