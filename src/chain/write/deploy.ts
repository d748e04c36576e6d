import {
  createWalletClient,
  encodeDeployData,
  encodeFunctionData,
  getContractAddress,
  http,
  toFunctionSelector,
} from "viem";
import { privateKeyToAccount } from "viem/accounts";
import { type Hex, lowerHex } from "../../protocol/codec/bytes.ts";
import { CONTRACTS, type ContractName, type Deployment } from "../../protocol/codec/deployment.ts";
import { ROLES, type Role } from "../../protocol/codec/roles.ts";
import { CairnError } from "../../protocol/errors.ts";
import { type ChainClient, createChainClient, reach } from "../client.ts";
import { accessManagerAbi } from "../generated/accessManager.ts";
import { rulesAbi } from "../generated/rules.ts";
import { recordDeployment } from "../read/code.ts";
import { readHead } from "../read/head.ts";
import { constructorArguments } from "./constructors.ts";
import { CREATION_CODE } from "./creation-code.ts";
import { ROLE_FUNCTIONS } from "./roles.ts";
import { DEFAULT_RULES, type RuleSet } from "./rule-set.ts";

const OTHER_ROLES = (Object.keys(ROLES) as Role[]).filter((role) => role !== "admin");

/** What a programme is deployed with. Every role is another address: one key, one duty. */
export interface DeployParameters extends Omit<Setup, "adminDelayS"> {
  readonly rpcUrl: string;
  /** Private key that pays and deploys; it keeps no power afterwards unless it is also an address below. */
  readonly deployerKey: Hex;
  /** The recipient that consents for mining name. */
  readonly operator: Hex;
  /** First second of day 0, unix seconds. */
  readonly genesis: number;
  readonly rules?: RuleSet;
  /** As in {@link Setup}; challengeWindowS of the rules unless given. */
  readonly adminDelayS?: number;
}

/** Who may do what in a programme, and what is set from the start. */
export interface Setup {
  readonly roles: Readonly<Record<Role, Hex>>;
  /** Address of the key that signs receipts and manifests, valid from the deployment on. */
  readonly receiptKey: Hex;
  /** Hashes of the consent notices, numbered from 1. */
  readonly notices: readonly Hex[];
  /** Seconds between an act of the admin and its effect, at most challengeWindowS (docs/protocol.md 7.4). */
  readonly adminDelayS: number;
}

/**
 * Deploys a programme: its contracts, then one call that names the roles, receipt key and notices and gives the admin's
 * power away. The contracts that know each other get their addresses in advance, from the deployer's nonces.
 * @returns The deployment as it goes into deployment.json.
 * @throws CHAIN_UNREACHABLE, TRANSACTION_REVERTED.
 */
export async function deployProgramme(parameters: DeployParameters): Promise<Deployment> {
  const client = createChainClient(parameters.rpcUrl);
  const account = privateKeyToAccount(parameters.deployerKey);
  const head = await readHead(client);
  const sender = await createSender(client, parameters);
  const addresses = programmeAddresses(account.address, sender.nonce);
  for (const data of creationCode(addresses, account.address, parameters)) await sender.send({ data });
  const setup = encodeFunctionData({
    abi: accessManagerAbi,
    functionName: "multicall",
    args: [setupCalls(addresses, account.address, { adminDelayS: defaultDelay(parameters), ...parameters })],
  });
  const block = await sender.send({ to: addresses.accessManager, data: setup });
  return recordDeployment(client, {
    deployer: lowerHex(account.address),
    firstBlock: head.number,
    block: Number(block.blockNumber),
    blockHash: block.blockHash,
    genesis: parameters.genesis,
    operator: lowerHex(parameters.operator),
    contracts: addresses,
  });
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
  const { genesis, operator, rules = DEFAULT_RULES } = parameters;
  const args = constructorArguments(at, { deployer, genesis, operator, rules });
  return CONTRACTS.map((name) => encodeDeployData({ ...CREATION_CODE[name], args: args[name] } as never));
}

/** The AccessManager calls that set the programme up; the deployer's last act is to give up its own power. */
export function setupCalls(at: Record<ContractName, Hex>, deployer: Hex, parameters: Setup): Hex[] {
  const { roles, adminDelayS } = parameters;
  const grant = (role: bigint, who: Hex, delayS = 0): Hex =>
    encodeFunctionData({ abi: accessManagerAbi, functionName: "grantRole", args: [role, who, delayS] });
  const renounce = (role: bigint): Hex =>
    encodeFunctionData({ abi: accessManagerAbi, functionName: "renounceRole", args: [role, deployer] });
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
    ...OTHER_ROLES.map((role) => grant(ROLES[role], roles[role])),
    grant(ROLES.rules, deployer),
    ...[receiptKey, ...notices].map(execute),
    ...(same(roles.rules, deployer) ? [] : [renounce(ROLES.rules)]),
    // Last: a deployer that is the admin too has to wait for its own delay from here on.
    grant(ROLES.admin, roles.admin, adminDelayS),
    ...(same(roles.admin, deployer) ? [] : [renounce(ROLES.admin)]),
  ];
}

function defaultDelay({ rules = DEFAULT_RULES }: DeployParameters): number {
  return rules.challengeWindowS;
}

function same(a: Hex, b: Hex): boolean {
  return a.toLowerCase() === b.toLowerCase();
}

function selectorOf(contract: ContractName, name: string): Hex {
  const { abi }: { abi: readonly { type: string; name?: string }[] } = CREATION_CODE[contract];
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
