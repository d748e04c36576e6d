import { privateKeyToAccount } from "viem/accounts";
import { deviceKeyFromSeed } from "../../src/device/index.ts";
import {
  CONTRACTS,
  type ContractName,
  type Deployment,
  type Hex,
  hashMetresLeaf,
  hashMileageLeaf,
  hashStonesLeaf,
  lowerHex,
  MerkleTree,
  type MetresLeaf,
  type MileageLeaf,
  type Reading,
  type Receipt,
  readingDigest,
  type StonesLeaf,
  signatureHash,
  signingDomain,
  TYPES,
} from "../../src/protocol/index.ts";
import type { Contribution, ContributionFacts, DayProof, DayProofFacts } from "../../src/sdk/index.ts";

/** Thirty-two or twenty equal bytes. */
export function filled(byte: number, length = 32): Hex {
  return `0x${byte.toString(16).padStart(2, "0").repeat(length)}`;
}

export const DEPLOYMENT: Deployment = {
  chainId: 31337,
  deployer: filled(0xde, 20),
  firstBlock: 1,
  block: 9,
  blockHash: filled(0xb1),
  genesis: 1_767_196_800,
  operator: filled(0x0e, 20),
  contracts: Object.fromEntries(CONTRACTS.map((name, i) => [name, filled(0xc0 + i, 20)])) as Record<ContractName, Hex>,
  codeHashes: Object.fromEntries(CONTRACTS.map((name, i) => [name, filled(0xc0 + i)])) as Record<ContractName, Hex>,
};

const { dropAnchor, vehicleRegistry, stoneLedger } = DEPLOYMENT.contracts;
const EVIDENCE_OF = { chainId: DEPLOYMENT.chainId, contracts: { dropAnchor, vehicleRegistry, stoneLedger } } as const;
const DEVICE = deviceKeyFromSeed(new Uint8Array(32).fill(7));
const RECEIPT_KEY = privateKeyToAccount(filled(0x22));
const ACCOUNT = filled(0xac, 20);

/** A genuine contribution, and the facts of the chain under which it is one. */
export async function genuineContribution(): Promise<{ file: Contribution; facts: ContributionFacts }> {
  const reading: Reading = {
    vehicle: filled(0x11),
    sequence: 3,
    startedAt: DEPLOYMENT.genesis + 60,
    endedAt: DEPLOYMENT.genesis + 600,
    odometerStart: 10_000,
    odometerEnd: 17_000,
    takeovers: 0,
    categories: 1,
    payload: filled(0x99),
  };
  const digest = readingDigest(signingDomain(DEPLOYMENT, "Reading"), reading);
  const readingSignature = DEVICE.signDigest(digest);
  const receipt: Receipt = {
    readingDigest: digest,
    account: ACCOUNT,
    drop: 1,
    deadline: DEPLOYMENT.genesis + 1_200 + 3_600,
  };
  const leaf: MileageLeaf = {
    drop: 1,
    index: 0,
    readingDigest: digest,
    signatureHash: signatureHash(readingSignature),
    account: ACCOUNT,
    countedM: 7_000,
    vehicleDayAfterM: 7_000,
    accountAfterM: 7_000,
    prevVehicleLeaf: filled(0),
    prevAccountLeaf: filled(0),
    salt: filled(0x5a),
  };
  const tree = new MerkleTree([hashMileageLeaf(leaf), filled(1), filled(2), filled(3)]);
  const file: Contribution = {
    type: "cairn.contribution/1",
    ...EVIDENCE_OF,
    reading,
    readingSignature,
    receipt,
    receiptSignature: await RECEIPT_KEY.signTypedData({
      domain: signingDomain(DEPLOYMENT, "Receipt"),
      types: { Receipt: TYPES.Receipt },
      primaryType: "Receipt",
      message: { ...receipt, drop: BigInt(receipt.drop) },
    }),
    leaf,
    root: tree.root,
    proof: tree.proof(0),
  };
  return {
    file,
    facts: {
      deployment: DEPLOYMENT,
      root: tree.root,
      deviceKey: DEVICE.publicKey,
      receiptSigner: lowerHex(RECEIPT_KEY.address),
      isReceiptKey: true,
    },
  };
}

/** A genuine day proof, and the facts of the chain under which it is one. */
export function genuineDayProof(): { file: DayProof; facts: DayProofFacts } {
  const stonesLeaf: StonesLeaf = {
    index: 1,
    account: ACCOUNT,
    stones: 12_345_678_901n,
    crystals: 0n,
    prefix: filled(0x31),
    headAward: filled(0),
    salt: filled(0x32),
  };
  const metresLeaf: MetresLeaf = {
    index: 1,
    account: ACCOUNT,
    metres: 7_000,
    prefix: filled(0x33),
    headLeaf: filled(0x34),
    salt: filled(0x35),
  };
  const stones = new MerkleTree([filled(1), hashStonesLeaf(stonesLeaf), filled(2)]);
  const metres = new MerkleTree([filled(1), hashMetresLeaf(metresLeaf), filled(2)]);
  return {
    file: {
      type: "cairn.day-proof/1",
      ...EVIDENCE_OF,
      day: 4,
      stonesLeaf,
      stonesRoot: stones.root,
      stonesProof: stones.proof(1),
      metresLeaf,
      metresRoot: metres.root,
      metresProof: metres.proof(1),
    },
    facts: { deployment: DEPLOYMENT, settlement: { stonesRoot: stones.root, metresRoot: metres.root } },
  };
}

/** Every place in a value where text or a number stands, as a path. */
export function leavesOf(value: unknown, path: readonly string[] = []): string[][] {
  if (typeof value !== "object" || value === null) return [[...path]];
  return Object.entries(value).flatMap(([key, part]) => leavesOf(part, [...path, key]));
}

/** A copy of a value with what stands at a path replaced. */
export function withAltered<T>(value: T, path: readonly string[], alter: (found: unknown) => unknown): T {
  const [key, ...rest] = path;
  if (key === undefined) return alter(value) as T;
  if (Array.isArray(value)) {
    return value.map((part, i) => (String(i) === key ? withAltered(part, rest, alter) : part)) as T;
  }
  const record = value as Record<string, unknown>;
  return { ...record, [key]: withAltered(record[key], rest, alter) } as T;
}
