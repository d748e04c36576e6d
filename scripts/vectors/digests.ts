import { createHash, createPublicKey, verify } from "node:crypto";
import { p256 } from "@noble/curves/nist.js";
import { bytesToHex, concat, type Hex, hashTypedData, hexToBytes, keccak256 } from "viem";
import { privateKeyToAccount } from "viem/accounts";
import { address, bytes32, domainOf } from "./values.ts";

const OWNER_KEY = bytes32("owner key");
const DEVICE_KEY = bytes32("device key");
/** Of the account that the owner moves to, which signs too. */
const TARGET_KEY = bytes32("target key");

/**
 * The signed types, written out as EIP-712 texts, and a message of each with the largest numbers where they fit. The contract
 * tests carry the intents out as they stand, so each is one that a contract takes.
 */
const MESSAGES = [
  {
    contract: "ConsentRegistry",
    type: "ConsentGrant(address account,address recipient,uint16 purpose,uint64 categories,uint40 expires,uint32 notice,uint40 version,uint40 deadline,bytes32 recordHash)",
    message: { purpose: 1, categories: "207", expires: 0, notice: 1, version: 1, deadline: 1_700_086_400 },
  },
  {
    contract: "ConsentRegistry",
    type: "ConsentWithdrawal(address account,address recipient,uint16 purpose,uint40 version)",
    message: { purpose: 65_535, version: 2 ** 40 - 2 },
  },
  {
    contract: "ConsentRegistry",
    type: "WithdrawalReceipt(bytes32 withdrawalDigest,address account,uint40 receivedAt)",
    message: { receivedAt: 1_700_000_000 },
  },
  {
    contract: "VehicleRegistry",
    type: "VehiclePairing(bytes32 vehicle,address account,uint40 deadline)",
    message: { deadline: 1_700_000_000 },
    device: true,
  },
  {
    contract: "VehicleRegistry",
    type: "VehicleRelease(bytes32 vehicle,address account,uint40 deadline)",
    message: { deadline: 1_700_000_000 },
  },
  {
    contract: "VehicleRegistry",
    type: "ReleaseContest(bytes32 vehicle,address account,uint40 deadline)",
    message: { deadline: 1_700_000_000 },
  },
  {
    contract: "VehicleRegistry",
    type: "Reading(bytes32 vehicle,uint64 sequence,uint64 startedAt,uint64 endedAt,uint32 odometerStart,uint32 odometerEnd,uint16 takeovers,uint64 categories,bytes32 payload)",
    message: {
      sequence: `${Number.MAX_SAFE_INTEGER}`,
      startedAt: "1700000000",
      endedAt: "1700000600",
      odometerStart: 4_294_955_000,
      odometerEnd: 4_294_967_295,
      takeovers: 65_535,
      categories: "207",
    },
    device: true,
  },
  {
    contract: "DropAnchor",
    type: "Receipt(bytes32 readingDigest,address account,uint64 drop,uint40 deadline)",
    message: { drop: "1234567", deadline: 1_700_003_600 },
  },
  {
    contract: "DropAnchor",
    type: "PublishedFile(string path,bytes32 sha256,uint64 bytes,uint64 rows,bytes32 digest)",
    message: { path: "drops/00000012.parquet", bytes: "4096", rows: "17" },
  },
  {
    contract: "StoneLedger",
    type: "StoneMigration(address account,address successor,uint64 migrated,uint40 deadline)",
    message: { migrated: `${2n ** 63n}`, deadline: 1_700_000_000 },
  },
  {
    contract: "RedemptionDesk",
    type: "OrderIntent(address account,uint32 item,bytes32 vehicle,uint64 maxPrice,uint64 nonce,uint40 deadline)",
    message: { item: 3, maxPrice: `${2n ** 64n - 1n}`, nonce: `${2n ** 63n}`, deadline: 1_700_000_000 },
  },
  {
    contract: "RedemptionDesk",
    type: "VoucherOrder(address account,uint32 item,bytes32 vehicle,uint64 nonce,uint40 deadline)",
    message: { item: 3, nonce: `${2n ** 64n - 1n}`, deadline: 1_700_000_000 },
  },
  {
    contract: "RedemptionDesk",
    type: "OrderAcceptance(bytes32 order,uint40 deadline)",
    message: { deadline: 1_700_000_000 },
  },
  {
    contract: "RedemptionDesk",
    type: "OrderObjection(bytes32 order,bytes32 reasonHash,uint40 deadline)",
    message: { deadline: 1_700_000_000 },
  },
  {
    contract: "AccountMoves",
    type: "AccountMove(address account,address to,uint40 deadline)",
    message: { to: addressOf(TARGET_KEY), deadline: 1_700_000_000 },
    target: true,
  },
  {
    contract: "AccountMoves",
    type: "RecoveryCancellation(address account,uint64 recovery,uint40 deadline)",
    message: { recovery: `${2n ** 64n - 1n}`, deadline: 1_700_000_000 },
  },
  {
    contract: "MineBox",
    type: "BoxRequest(address account,uint24 season,uint64 boxes,uint8 count,uint96 salt,uint40 deadline)",
    message: {
      season: 3,
      // The most with which ten more still fit into the 24 bits of the contract.
      boxes: `${2n ** 24n - 11n}`,
      count: 10,
      salt: `${2n ** 96n - 1n}`,
      deadline: 1_700_000_000,
    },
  },
  {
    contract: "TaskBook",
    type: "TaskAward(uint32 task,address account,bytes32 occurrence,uint32 crystals,uint40 awardedAt)",
    message: { task: 2 ** 32 - 1, crystals: 1_000_000, awardedAt: 1_700_000_000 },
  },
  {
    contract: "Exclusions",
    type: "ExclusionAppeal(address account,uint32 exclusion,bytes32 statementHash,uint40 deadline)",
    message: { exclusion: 2 ** 32 - 1, deadline: 1_700_000_000 },
  },
  {
    contract: "BenefitRounds",
    type: "BenefitClaim(address account,uint32 round,uint40 index,address to,uint40 deadline)",
    // The last part of a round with as many accounts as a round can have.
    message: { round: 2 ** 32 - 1, index: 2 ** 40 - 2, deadline: 1_700_000_000 },
  },
  {
    contract: "Polls",
    type: "Vote(uint32 poll,address account,uint8 option,uint40 castAt)",
    message: { poll: 2 ** 32 - 1, option: 255, castAt: 1_700_000_000 },
  },
  {
    contract: "Polls",
    type: "VoteReceipt(bytes32 voteDigest,uint40 receivedAt)",
    message: { receivedAt: 2 ** 40 - 1 },
  },
  {
    contract: "Polls",
    type: "Proposal(address account,uint8 topic,bytes32 contentHash,uint40 submittedAt)",
    message: { topic: 2, submittedAt: 1_700_000_000 },
  },
  {
    contract: "RedemptionDesk",
    type: "Entitlement(bytes32 order,bytes32 vehicle,bytes32 sku,uint40 issuedAt)",
    message: { issuedAt: 2 ** 40 - 1 },
    device: true,
  },
  {
    contract: "RedemptionDesk",
    type: "WorkshopRecord(bytes32 order,bytes32 vehicle,bytes32 sku,bytes32 work,uint40 doneAt)",
    message: { doneAt: 2 ** 40 - 1 },
  },
] as const;

function addressOf(key: Hex): Hex {
  return privateKeyToAccount(key).address.toLowerCase() as Hex;
}

type Values = Readonly<Record<string, number | string>>;

/** Members of a type written as EIP-712 text. */
function membersOf(type: string): { type: string; name: string }[] {
  const list = type.slice(type.indexOf("(") + 1, -1).split(",");
  return list.map((member) => {
    const [kind = "", name = ""] = member.split(" ");
    return { type: kind, name };
  });
}

/** A value for every member: those given, the owner as account, and fixed bytes for the rest. */
function complete(members: readonly { name: string; type: string }[], given: Values): Values {
  const owner = addressOf(OWNER_KEY);
  const values = members.map(({ name, type }) => {
    if (given[name] !== undefined) return [name, given[name]];
    if (name === "account") return [name, owner];
    return [name, type === "address" ? address(`member ${name}`) : bytes32(`member ${name}`)];
  });
  return Object.fromEntries(values);
}

/** The digest of a message that is among a record's members, in the domain of its contract. */
export function typedDigest(primaryType: string, record: Values): Hex {
  const found = MESSAGES.find(({ type }) => type.startsWith(`${primaryType}(`));
  if (found === undefined) throw new Error(`no type ${primaryType}`);
  const types = { [primaryType]: membersOf(found.type) };
  return hashTypedData({ domain: domainOf(found.contract), types, primaryType, message: record } as never);
}

/** P-256 over SHA-256 of the digest, deterministic (RFC 6979), low s; node:crypto is the judge. */
function signAsDevice(digest: Hex) {
  const point = p256.getPublicKey(hexToBytes(DEVICE_KEY), false);
  const signature = bytesToHex(p256.sign(hexToBytes(digest), hexToBytes(DEVICE_KEY), { lowS: true }));
  const [x, y] = [point.subarray(1, 33), point.subarray(33)];
  const coordinate = (bytes: Uint8Array) => Buffer.from(bytes).toString("base64url");
  const key = createPublicKey({ key: { kty: "EC", crv: "P-256", x: coordinate(x), y: coordinate(y) }, format: "jwk" });
  const valid = verify("sha256", hexToBytes(digest), { key, dsaEncoding: "ieee-p1363" }, hexToBytes(signature));
  if (!valid) throw new Error("the device's signature does not verify");
  const signed = `0x${createHash("sha256").update(hexToBytes(digest)).digest("hex")}`;
  return { x: bytesToHex(x), y: bytesToHex(y), signed, signature, signatureHash: keccak256(signature) };
}

/**
 * Every signed type with its digest and the owner's signature as contracts take it; the target's where both ends sign, and the
 * device's where a car does.
 */
export async function digestVectors() {
  const vectors = MESSAGES.map(async ({ contract, type, message: given, ...rest }) => {
    const primaryType = type.slice(0, type.indexOf("("));
    const members = membersOf(type);
    const domain = domainOf(contract);
    const message = complete(members, given);
    const data = { domain, types: { [primaryType]: members }, primaryType, message } as never;
    const digest = hashTypedData(data);
    const sign = async (key: Hex) => concat(["0x00", await privateKeyToAccount(key).signTypedData(data)]);
    const signature = await sign(OWNER_KEY);
    const target = "target" in rest ? { targetSignature: await sign(TARGET_KEY) } : {};
    const device = "device" in rest ? { device: signAsDevice(digest) } : {};
    return { contract, primaryType, type, domain, message, digest, signature, ...target, ...device };
  });
  return {
    owner: addressOf(OWNER_KEY),
    ownerKey: OWNER_KEY,
    deviceKey: DEVICE_KEY,
    vectors: await Promise.all(vectors),
  };
}
