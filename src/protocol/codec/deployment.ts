import { CairnError } from "../errors.ts";
import { type Hex, lowerHex } from "./bytes.ts";
import { DOMAIN_OF, type Domain, domainOf, type SignedType } from "./eip712.ts";

export const CONTRACTS = [
  "accessManager",
  "p256Verifier",
  "webAuthnVerifier",
  "rules",
  "consentRegistry",
  "vehicleRegistry",
  "dropAnchor",
  "stoneLedger",
  "redemptionDesk",
  "catalogue",
  "accountMoves",
  "milestones",
  "mineBox",
  "taskBook",
  "exclusions",
  "polls",
  "benefitRounds",
  "vehicleToken",
] as const;
export type ContractName = (typeof CONTRACTS)[number];

/** Where a programme stands: the content of `deployment.json`. */
export interface Deployment {
  readonly chainId: number;
  /** Deployed all contracts and gave its power away. */
  readonly deployer: Hex;
  /** No event of the programme lies before this block. */
  readonly firstBlock: number;
  /** Number and hash of the block after which all contracts stand; a chain without it is another chain. */
  readonly block: number;
  readonly blockHash: Hex;
  /** First second of day 0, unix seconds. */
  readonly genesis: number;
  /** The recipient that consents for mining name. */
  readonly operator: Hex;
  readonly contracts: Readonly<Record<ContractName, Hex>>;
  /** keccak256 of each contract's code, as it stood after the deployment. */
  readonly codeHashes: Readonly<Record<ContractName, Hex>>;
}

/** Reads a deployment from parsed JSON. @throws DEPLOYMENT_INVALID naming the first field that is wrong. */
export function parseDeployment(value: unknown): Deployment {
  const record = object(value, "the file");
  return {
    chainId: whole(record.chainId, "chainId"),
    deployer: hex(record.deployer, 20, "deployer"),
    firstBlock: whole(record.firstBlock, "firstBlock"),
    block: whole(record.block, "block"),
    blockHash: hex(record.blockHash, 32, "blockHash"),
    genesis: whole(record.genesis, "genesis"),
    operator: hex(record.operator, 20, "operator"),
    contracts: byContract(record.contracts, 20, "contracts"),
    codeHashes: byContract(record.codeHashes, 32, "codeHashes"),
  };
}

/** The EIP-712 domain in which a type is signed in this deployment. */
export function signingDomain(deployment: Deployment, type: SignedType): Domain {
  const contract = DOMAIN_OF[type];
  return domainOf(contract, deployment.chainId, deployment.contracts[contract]);
}

function invalid(field: string, wanted: string): never {
  throw new CairnError("DEPLOYMENT_INVALID", `${field} is not ${wanted}`, { details: { field } });
}

function object(value: unknown, field: string): Record<string, unknown> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return invalid(field, "an object");
  return value as Record<string, unknown>;
}

/** One hex value of `bytes` bytes for every contract. */
function byContract(value: unknown, bytes: number, field: string): Record<ContractName, Hex> {
  const record = object(value, field);
  const entries = CONTRACTS.map((name) => [name, hex(record[name], bytes, `${field}.${name}`)]);
  return Object.fromEntries(entries) as Record<ContractName, Hex>;
}

function whole(value: unknown, field: string): number {
  if (typeof value !== "number" || !Number.isSafeInteger(value) || value < 0) return invalid(field, "a whole number");
  return value;
}

function hex(value: unknown, bytes: number, field: string): Hex {
  if (typeof value !== "string" || !new RegExp(`^0x[0-9a-fA-F]{${2 * bytes}}$`).test(value)) {
    return invalid(field, `${bytes} bytes of hex`);
  }
  return lowerHex(value);
}
