import { concatBytes, encodeWords, fromHex, type Hex, type Word } from "./bytes.ts";
import { keccak, keccakBytes } from "./keccak.ts";

/** An EIP-712 domain of this programme: one per contract. */
export interface Domain {
  readonly name: string;
  readonly version: "1";
  readonly chainId: number;
  readonly verifyingContract: Hex;
}

/** Names of the contracts' EIP-712 domains. */
export const DOMAIN_NAMES = {
  consentRegistry: "Cairn ConsentRegistry",
  vehicleRegistry: "Cairn VehicleRegistry",
  dropAnchor: "Cairn DropAnchor",
  stoneLedger: "Cairn StoneLedger",
  redemptionDesk: "Cairn RedemptionDesk",
  accountMoves: "Cairn AccountMoves",
  mineBox: "Cairn MineBox",
  taskBook: "Cairn TaskBook",
  exclusions: "Cairn Exclusions",
  polls: "Cairn Polls",
  benefitRounds: "Cairn BenefitRounds",
} as const;
export type DomainContract = keyof typeof DOMAIN_NAMES;

/** The types of everything that is signed, as EIP-712 member lists. */
export const TYPES = {
  ConsentGrant: [
    { name: "account", type: "address" },
    { name: "recipient", type: "address" },
    { name: "purpose", type: "uint16" },
    { name: "categories", type: "uint64" },
    { name: "expires", type: "uint40" },
    { name: "notice", type: "uint32" },
    { name: "version", type: "uint40" },
    { name: "deadline", type: "uint40" },
    { name: "recordHash", type: "bytes32" },
  ],
  ConsentWithdrawal: [
    { name: "account", type: "address" },
    { name: "recipient", type: "address" },
    { name: "purpose", type: "uint16" },
    { name: "version", type: "uint40" },
  ],
  VehiclePairing: [
    { name: "vehicle", type: "bytes32" },
    { name: "account", type: "address" },
    { name: "deadline", type: "uint40" },
  ],
  VehicleRelease: [
    { name: "vehicle", type: "bytes32" },
    { name: "account", type: "address" },
    { name: "deadline", type: "uint40" },
  ],
  ReleaseContest: [
    { name: "vehicle", type: "bytes32" },
    { name: "account", type: "address" },
    { name: "deadline", type: "uint40" },
  ],
  Reading: [
    { name: "vehicle", type: "bytes32" },
    { name: "sequence", type: "uint64" },
    { name: "startedAt", type: "uint64" },
    { name: "endedAt", type: "uint64" },
    { name: "odometerStart", type: "uint32" },
    { name: "odometerEnd", type: "uint32" },
    { name: "takeovers", type: "uint16" },
    { name: "categories", type: "uint64" },
    { name: "payload", type: "bytes32" },
  ],
  Receipt: [
    { name: "readingDigest", type: "bytes32" },
    { name: "account", type: "address" },
    { name: "drop", type: "uint64" },
    { name: "deadline", type: "uint40" },
  ],
  WithdrawalReceipt: [
    { name: "withdrawalDigest", type: "bytes32" },
    { name: "account", type: "address" },
    { name: "receivedAt", type: "uint40" },
  ],
  PublishedFile: [
    { name: "path", type: "string" },
    { name: "sha256", type: "bytes32" },
    { name: "bytes", type: "uint64" },
    { name: "rows", type: "uint64" },
    { name: "digest", type: "bytes32" },
  ],
  StoneMigration: [
    { name: "account", type: "address" },
    { name: "successor", type: "address" },
    { name: "migrated", type: "uint64" },
    { name: "deadline", type: "uint40" },
  ],
  OrderIntent: [
    { name: "account", type: "address" },
    { name: "item", type: "uint32" },
    { name: "vehicle", type: "bytes32" },
    { name: "maxPrice", type: "uint64" },
    { name: "nonce", type: "uint64" },
    { name: "deadline", type: "uint40" },
  ],
  VoucherOrder: [
    { name: "account", type: "address" },
    { name: "item", type: "uint32" },
    { name: "vehicle", type: "bytes32" },
    { name: "nonce", type: "uint64" },
    { name: "deadline", type: "uint40" },
  ],
  OrderAcceptance: [
    { name: "order", type: "bytes32" },
    { name: "deadline", type: "uint40" },
  ],
  OrderObjection: [
    { name: "order", type: "bytes32" },
    { name: "reasonHash", type: "bytes32" },
    { name: "deadline", type: "uint40" },
  ],
  AccountMove: [
    { name: "account", type: "address" },
    { name: "to", type: "address" },
    { name: "deadline", type: "uint40" },
  ],
  RecoveryCancellation: [
    { name: "account", type: "address" },
    { name: "recovery", type: "uint64" },
    { name: "deadline", type: "uint40" },
  ],
  BoxRequest: [
    { name: "account", type: "address" },
    { name: "season", type: "uint24" },
    { name: "boxes", type: "uint64" },
    { name: "count", type: "uint8" },
    { name: "salt", type: "uint96" },
    { name: "deadline", type: "uint40" },
  ],
  TaskAward: [
    { name: "task", type: "uint32" },
    { name: "account", type: "address" },
    { name: "occurrence", type: "bytes32" },
    { name: "crystals", type: "uint32" },
    { name: "awardedAt", type: "uint40" },
  ],
  ExclusionAppeal: [
    { name: "account", type: "address" },
    { name: "exclusion", type: "uint32" },
    { name: "statementHash", type: "bytes32" },
    { name: "deadline", type: "uint40" },
  ],
  BenefitClaim: [
    { name: "account", type: "address" },
    { name: "round", type: "uint32" },
    { name: "index", type: "uint40" },
    { name: "to", type: "address" },
    { name: "deadline", type: "uint40" },
  ],
  Vote: [
    { name: "poll", type: "uint32" },
    { name: "account", type: "address" },
    { name: "option", type: "uint8" },
    { name: "castAt", type: "uint40" },
  ],
  VoteReceipt: [
    { name: "voteDigest", type: "bytes32" },
    { name: "receivedAt", type: "uint40" },
  ],
  Entitlement: [
    { name: "order", type: "bytes32" },
    { name: "vehicle", type: "bytes32" },
    { name: "sku", type: "bytes32" },
    { name: "issuedAt", type: "uint40" },
  ],
  WorkshopRecord: [
    { name: "order", type: "bytes32" },
    { name: "vehicle", type: "bytes32" },
    { name: "sku", type: "bytes32" },
    { name: "work", type: "bytes32" },
    { name: "doneAt", type: "uint40" },
  ],
  Proposal: [
    { name: "account", type: "address" },
    { name: "topic", type: "uint8" },
    { name: "contentHash", type: "bytes32" },
    { name: "submittedAt", type: "uint40" },
  ],
} as const;
export type SignedType = keyof typeof TYPES;

/** Whether a member's values can be above 2^53, so that they stand as bigint here and as decimal text in JSON. */
export function isWideMember(type: string): boolean {
  return type === "uint64" || type === "uint96";
}

/** The contract in whose domain each type is signed. */
export const DOMAIN_OF = {
  ConsentGrant: "consentRegistry",
  ConsentWithdrawal: "consentRegistry",
  VehiclePairing: "vehicleRegistry",
  VehicleRelease: "vehicleRegistry",
  ReleaseContest: "vehicleRegistry",
  Reading: "vehicleRegistry",
  Receipt: "dropAnchor",
  WithdrawalReceipt: "consentRegistry",
  PublishedFile: "dropAnchor",
  StoneMigration: "stoneLedger",
  OrderIntent: "redemptionDesk",
  VoucherOrder: "redemptionDesk",
  OrderAcceptance: "redemptionDesk",
  OrderObjection: "redemptionDesk",
  AccountMove: "accountMoves",
  RecoveryCancellation: "accountMoves",
  BoxRequest: "mineBox",
  TaskAward: "taskBook",
  ExclusionAppeal: "exclusions",
  BenefitClaim: "benefitRounds",
  Vote: "polls",
  VoteReceipt: "polls",
  Entitlement: "redemptionDesk",
  WorkshopRecord: "redemptionDesk",
  Proposal: "polls",
} as const satisfies Record<SignedType, DomainContract>;

const textEncoder = new TextEncoder();

/** The domain of one of the programme's contracts. */
export function domainOf(contract: DomainContract, chainId: number, verifyingContract: Hex): Domain {
  return { name: DOMAIN_NAMES[contract], version: "1", chainId, verifyingContract };
}

function hashText(text: string): Hex {
  return keccak(textEncoder.encode(text));
}

const DOMAIN_TYPE_HASH = hashText("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)");

const typeHashes = new Map<SignedType, Hex>();

function typeHash(type: SignedType): Hex {
  let hash = typeHashes.get(type);
  if (hash === undefined) {
    hash = hashText(`${type}(${TYPES[type].map((member) => `${member.type} ${member.name}`).join(",")})`);
    typeHashes.set(type, hash);
  }
  return hash;
}

const separators = new WeakMap<Domain, Uint8Array>();

function domainSeparator(domain: Domain): Uint8Array {
  let separator = separators.get(domain);
  if (separator === undefined) {
    separator = keccakBytes(
      encodeWords([
        DOMAIN_TYPE_HASH,
        hashText(domain.name),
        hashText(domain.version),
        domain.chainId,
        domain.verifyingContract,
      ]),
    );
    separators.set(domain, separator);
  }
  return separator;
}

const PREFIX = Uint8Array.of(0x19, 0x01);

/**
 * The EIP-712 digest of a message of this programme.
 * @param domain Domain of the contract that {@link DOMAIN_OF} names; the same object again makes it faster.
 * @param type Name of the type.
 * @param message A value for each member: numbers or bigints, hex for addresses and bytes32, text for strings.
 * @returns 32 bytes as hex. Source: EIP-712.
 * @throws ARGUMENT_INVALID for values that are not unsigned integers or hex of the right length.
 */
export function typedDigest(domain: Domain, type: SignedType, message: object): Hex {
  const values = message as Readonly<Record<string, Word>>;
  const words: Word[] = [typeHash(type)];
  for (const member of TYPES[type]) {
    const value = values[member.name] as Word;
    words.push(member.type === "string" ? hashText(value as string) : value);
  }
  return keccak(concatBytes(PREFIX, domainSeparator(domain), fromHex(keccak(encodeWords(words)))));
}
