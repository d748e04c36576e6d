import {
  concat,
  encodeAbiParameters,
  encodeFunctionData,
  encodePacked,
  type Hex,
  keccak256,
  parseAbi,
  parseAbiParameters,
  parseSignature,
  zeroAddress,
  zeroHash,
} from "viem";
import { type Actor, actor, type Bench, seeded } from "../chain.ts";
import type { PeerMeasurement } from "../measurement.ts";
import { publishedBytecode } from "./package.ts";

const ARTIFACTS = "@ethereum-attestation-service/eas-contracts/artifacts/contracts";
const ABI = parseAbi([
  "struct AttestationRequestData { address recipient; uint64 expirationTime; bool revocable; bytes32 refUID; bytes data; uint256 value; }",
  "struct RevocationRequestData { bytes32 uid; uint256 value; }",
  "struct Signature { uint8 v; bytes32 r; bytes32 s; }",
  "struct DelegatedAttestationRequest { bytes32 schema; AttestationRequestData data; Signature signature; address attester; uint64 deadline; }",
  "struct DelegatedRevocationRequest { bytes32 schema; RevocationRequestData data; Signature signature; address revoker; uint64 deadline; }",
  "struct MultiDelegatedAttestationRequest { bytes32 schema; AttestationRequestData[] data; Signature[] signatures; address attester; uint64 deadline; }",
  "struct MultiDelegatedRevocationRequest { bytes32 schema; RevocationRequestData[] data; Signature[] signatures; address revoker; uint64 deadline; }",
  "function attestByDelegation(DelegatedAttestationRequest request) payable returns (bytes32)",
  "function multiAttestByDelegation(MultiDelegatedAttestationRequest[] requests) payable returns (bytes32[])",
  "function revokeByDelegation(DelegatedRevocationRequest request) payable",
  "function multiRevokeByDelegation(MultiDelegatedRevocationRequest[] requests) payable",
  "function timestamp(bytes32 data) returns (uint64)",
  "function multiTimestamp(bytes32[] data) returns (uint64)",
]);
const REGISTRY_ABI = parseAbi(["function register(string schema, address resolver, bool revocable) returns (bytes32)"]);
const TYPES = {
  Attest: [
    { name: "attester", type: "address" },
    { name: "schema", type: "bytes32" },
    { name: "recipient", type: "address" },
    { name: "expirationTime", type: "uint64" },
    { name: "revocable", type: "bool" },
    { name: "refUID", type: "bytes32" },
    { name: "data", type: "bytes" },
    { name: "value", type: "uint256" },
    { name: "nonce", type: "uint256" },
    { name: "deadline", type: "uint64" },
  ],
  Revoke: [
    { name: "revoker", type: "address" },
    { name: "schema", type: "bytes32" },
    { name: "uid", type: "bytes32" },
    { name: "value", type: "uint256" },
    { name: "nonce", type: "uint256" },
    { name: "deadline", type: "uint64" },
  ],
} as const;

/**
 * What our consent says and an attestation has no field for: purpose, categories and notice in one word, and the record. This
 * favours EAS: a word per field would cost it 22,000 more for each.
 */
const SCHEMA = "uint256 terms,bytes32 record";
/** Purpose 1, four categories, notice 1. */
const TERMS = (1n << 96n) | (0x0fn << 32n) | 1n;
const DEADLINE_AHEAD_S = 3_600;
const TOGETHER = 20;
/** As many contributions as ours has in six drops of ten readings, and as many roots. */
const CONTRIBUTIONS = 60;
const ROOTS = 6;

const ROOT_ALONE =
  "it notes a time for a root: no order of drops, one anchor a drop, data digest, role, standby or correction";

const SINGLE = "EAS, delegated";
const MULTI = `EAS, multi-delegated ×${TOGETHER}`;

interface Eas {
  readonly bench: Bench;
  readonly at: Hex;
  readonly schema: Hex;
}

/** Consents as revocable attestations, and roots and contributions as timestamps, on EAS's published bytecode. */
export async function measureEas(bench: Bench): Promise<PeerMeasurement[]> {
  const eas = await deploy(bench);
  return [...(await measureAttestations(eas)), ...(await measureTimestamps(eas))];
}

async function deploy(bench: Bench): Promise<Eas> {
  const by = actor("deployer of EAS");
  const registry = await bench.create(by, publishedBytecode(`${ARTIFACTS}/SchemaRegistry.sol/SchemaRegistry.json`));
  const bytecode = publishedBytecode(`${ARTIFACTS}/EAS.sol/EAS.json`);
  const at = await bench.create(by, concat([bytecode, encodeAbiParameters(parseAbiParameters("address"), [registry])]));
  const args = [SCHEMA, zeroAddress, true] as const;
  await bench.send(by, registry, encodeFunctionData({ abi: REGISTRY_ABI, functionName: "register", args }));
  const schema = keccak256(encodePacked(["string", "address", "bool"], args));
  return { bench, at, schema };
}

async function measureAttestations(eas: Eas): Promise<PeerMeasurement[]> {
  const [one = actor("unreachable"), ...many] = Array.from({ length: 1 + TOGETHER }, (_, i) => actor(`attester ${i}`));
  const relayer = eas.bench.roles.relayer;
  const send = (calldata: Hex) => eas.bench.send(relayer, eas.at, calldata);
  const first = await send(await attestOne(eas, one, 0));
  const manyFirst = await send(await attestMany(eas, many, 0));
  const again = await send(await attestOne(eas, one, 1));
  const uid = uidOf(eas, one, 1);
  const manyAgain = await send(await attestMany(eas, many, 1));
  const uids = many.map((attester) => uidOf(eas, attester, 1));
  const revoked = await send(await revokeOne(eas, one, uid));
  const manyRevoked = await send(await revokeMany(eas, many, uids));
  return [
    { operation: "consent grant, first", peer: SINGLE, items: 1, ...first },
    { operation: "consent grant, first", peer: MULTI, items: TOGETHER, ...manyFirst },
    { operation: "consent grant, again", peer: SINGLE, items: 1, ...again },
    { operation: "consent grant, again", peer: MULTI, items: TOGETHER, ...manyAgain },
    { operation: "consent withdrawal", peer: SINGLE, items: 1, ...revoked },
    { operation: "consent withdrawal", peer: MULTI, items: TOGETHER, ...manyRevoked },
  ];
}

async function measureTimestamps({ bench, at }: Eas): Promise<PeerMeasurement[]> {
  const send = (calldata: Hex) => bench.send(bench.roles.relayer, at, calldata);
  const many = (name: string, count: number) => {
    const data = Array.from({ length: count }, (_, i) => seeded(`${name} ${i}`));
    return send(encodeFunctionData({ abi: ABI, functionName: "multiTimestamp", args: [data] }));
  };
  const alone = await send(encodeFunctionData({ abi: ABI, functionName: "timestamp", args: [seeded("root")] }));
  const roots = await many("root", ROOTS);
  const contributions = await many("contribution", CONTRIBUTIONS);
  return ["10", "100,000"].flatMap((readings) => [
    {
      operation: `drop anchored alone, ${readings} readings a drop`,
      peer: "EAS, timestamp of the root",
      items: 1,
      omits: ROOT_ALONE,
      ...alone,
    },
    {
      operation: `drops anchored together, ${readings} readings a drop`,
      peer: `EAS, multi-timestamp of the roots ×${ROOTS}`,
      items: ROOTS,
      omits: ROOT_ALONE,
      ...roots,
    },
    {
      operation: `contribution recorded, ${readings} readings a drop`,
      peer: `EAS, multi-timestamp ×${CONTRIBUTIONS}`,
      items: CONTRIBUTIONS,
      ...contributions,
    },
  ]);
}

/** What the attestation says: the same consent as ours, of this nonce. */
function attestationOf({ bench }: Eas, attester: Actor, nonce: number) {
  const record = seeded(`record of ${attester.address} ${nonce}`);
  const data = encodeAbiParameters(parseAbiParameters(SCHEMA), [TERMS, record]);
  const recipient = bench.deployment.operator;
  return { recipient, expirationTime: 0n, revocable: true, refUID: zeroHash, data, value: 0n };
}

/** The identity that the latest block's attestation got. */
function uidOf(eas: Eas, attester: Actor, nonce: number): Hex {
  const { recipient, expirationTime, revocable, refUID, data } = attestationOf(eas, attester, nonce);
  return keccak256(
    encodePacked(
      ["bytes32", "address", "address", "uint64", "uint64", "bool", "bytes32", "bytes", "uint32"],
      [eas.schema, recipient, attester.address, BigInt(eas.bench.now()), expirationTime, revocable, refUID, data, 0],
    ),
  );
}

async function signed({ bench, at }: Eas, by: Actor, primaryType: keyof typeof TYPES, message: object) {
  const domain = { name: "EAS", version: "1.4.0", chainId: bench.deployment.chainId, verifyingContract: at };
  const { r, s, v } = parseSignature(await by.signTypedData({ domain, types: TYPES, primaryType, message } as never));
  return { v: Number(v), r, s };
}

function deadlineOf({ bench }: Eas): bigint {
  return BigInt(bench.now() + DEADLINE_AHEAD_S);
}

async function attestationRequest(eas: Eas, attester: Actor, nonce: number) {
  const data = attestationOf(eas, attester, nonce);
  const common = { schema: eas.schema, attester: attester.address, deadline: deadlineOf(eas) };
  const signature = await signed(eas, attester, "Attest", { ...common, ...data, nonce: BigInt(nonce) });
  return { ...common, data, signature };
}

/** Every revoker here has attested twice before. */
async function revocationRequest(eas: Eas, revoker: Actor, uid: Hex) {
  const data = { uid, value: 0n };
  const common = { schema: eas.schema, revoker: revoker.address, deadline: deadlineOf(eas) };
  const signature = await signed(eas, revoker, "Revoke", { ...common, ...data, nonce: 2n });
  return { ...common, data, signature };
}

async function attestOne(eas: Eas, attester: Actor, nonce: number): Promise<Hex> {
  const args = [await attestationRequest(eas, attester, nonce)] as const;
  return encodeFunctionData({ abi: ABI, functionName: "attestByDelegation", args });
}

async function revokeOne(eas: Eas, revoker: Actor, uid: Hex): Promise<Hex> {
  const args = [await revocationRequest(eas, revoker, uid)] as const;
  return encodeFunctionData({ abi: ABI, functionName: "revokeByDelegation", args });
}

async function attestMany(eas: Eas, attesters: readonly Actor[], nonce: number): Promise<Hex> {
  const requests = await Promise.all(attesters.map((attester) => attestationRequest(eas, attester, nonce)));
  return encodeFunctionData({ abi: ABI, functionName: "multiAttestByDelegation", args: [requests.map(asMulti)] });
}

async function revokeMany(eas: Eas, revokers: readonly Actor[], uids: readonly Hex[]): Promise<Hex> {
  const requests = await Promise.all(revokers.map((revoker, i) => revocationRequest(eas, revoker, uids[i] as Hex)));
  return encodeFunctionData({ abi: ABI, functionName: "multiRevokeByDelegation", args: [requests.map(asMulti)] });
}

/** A multi-request is of one signer: here each signs one. */
function asMulti<Request extends { data: object; signature: object }>({ data, signature, ...common }: Request) {
  return { ...common, data: [data as Request["data"]], signatures: [signature as Request["signature"]] };
}
