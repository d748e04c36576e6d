import { SimpleMerkleTree } from "@openzeppelin/merkle-tree";
import { concat, encodeAbiParameters, type Hex, keccak256, parseAbiParameters } from "viem";
import { typedDigest } from "./digests.ts";
import { address, below, bytes32, ZERO } from "./values.ts";

type Members = Readonly<{ [member: string]: number | string }>;

/** The largest number that members of 64 bits have where files carry them. */
const LARGEST = `${2n ** 64n - 1n}`;

// Each names its members as the project does, so that a value finds its place by name.
const AWARD_LEAF =
  "uint8 kind, uint64 drop, uint64 index, bytes32 awardDigest, address account, uint32 crystals, uint64 accountCrystalsAfter, bytes32 prevAwardLeaf, bytes32 salt";
const VOTE_LEAF =
  "uint8 kind, uint32 poll, uint40 index, bytes32 voteDigest, address account, uint8 option, uint64 weight, bytes32 salt";
const ROUND_LEAF = "uint8 kind, uint32 round, uint40 index, address account, uint64 weight, bytes32 salt";
const AWARD_ROW =
  "uint8 kind, uint64 drop, uint64 index, uint32 task, address account, bytes32 occurrence, uint32 crystals, uint40 awardedAt, bytes32 r, bytes32 s, uint8 v, uint64 accountCrystalsAfter, bytes32 prevAwardLeaf, bytes32 salt";
const VOTE_ROW =
  "uint8 kind, uint32 poll, uint40 index, address account, uint8 option, uint40 castAt, bytes32 signatureHash, uint64 weight, bytes32 salt";
const ROUND_ROW = "uint8 kind, uint32 round, uint40 index, address account, uint64 weight, bytes32 salt";

function encode(signature: string, record: Members): Hex {
  const parameters = parseAbiParameters(signature) as readonly { name: string; type: string }[];
  const values = parameters.map(({ name, type }) => {
    const value = record[name] as number | string;
    return type === "uint64" ? BigInt(value) : value;
  });
  return encodeAbiParameters(parameters, values as never);
}

function hashLeaf(signature: string, kind: number, leaf: Members): Hex {
  return keccak256(keccak256(encode(signature, { kind, ...leaf })));
}

function leafOf(signature: string, kind: number, leaf: Members) {
  return { leaf, hash: hashLeaf(signature, kind, leaf) };
}

function rowOf(signature: string, kind: number, row: Members, rowSalt: Hex) {
  const inner = keccak256(encode(signature, { kind, ...row }));
  return { row, rowSalt, hash: keccak256(concat([rowSalt, inner])) };
}

function awardLeaf(n: number) {
  const at = (field: string) => `award ${n} ${field}`;
  return leafOf(AWARD_LEAF, 3, {
    drop: n === 0 ? 0 : below(10_000_000, at("drop")),
    index: n === 0 ? 0 : below(100_000, at("index")),
    awardDigest: bytes32(at("digest")),
    account: address(at("account")),
    crystals: n === 1 ? 2 ** 32 - 1 : below(1_000_000, at("crystals")),
    accountCrystalsAfter: n === 1 ? LARGEST : `${below(1_000_000_000, at("after"))}`,
    prevAwardLeaf: n === 0 ? ZERO : bytes32(at("previous")),
    salt: bytes32(at("salt")),
  });
}

function voteLeaf(n: number) {
  const at = (field: string) => `vote ${n} ${field}`;
  return leafOf(VOTE_LEAF, 6, {
    poll: n === 1 ? 2 ** 32 - 1 : 1 + below(1_000, at("poll")),
    index: n === 0 ? 0 : below(1_000_000, at("index")),
    voteDigest: bytes32(at("digest")),
    account: address(at("account")),
    option: n === 1 ? 255 : below(64, at("option")),
    weight: n === 0 ? "1" : n === 1 ? LARGEST : `${below(Number.MAX_SAFE_INTEGER, at("weight"))}`,
    salt: bytes32(at("salt")),
  });
}

function roundLeaf(n: number) {
  const at = (field: string) => `round ${n} ${field}`;
  return leafOf(ROUND_LEAF, 7, {
    round: n === 1 ? 2 ** 32 - 1 : 1 + below(1_000, at("round")),
    index: n === 0 ? 0 : below(1_000_000, at("index")),
    account: address(at("account")),
    weight: n === 1 ? LARGEST : `${below(Number.MAX_SAFE_INTEGER, at("weight"))}`,
    salt: bytes32(at("salt")),
  });
}

function awardRow(n: number) {
  const at = (field: string) => `award row ${n} ${field}`;
  const row = {
    drop: n === 0 ? 0 : below(1_000_000, at("drop")),
    index: n,
    task: 1 + below(100, at("task")),
    account: address(at("account")),
    occurrence: bytes32(at("occurrence")),
    crystals: below(1_000_000, at("crystals")),
    awardedAt: 1_700_000_000 + below(86_400, at("time")),
    r: bytes32(at("r")),
    s: bytes32(at("s")),
    v: 27 + (n % 2),
    accountCrystalsAfter: n === 1 ? LARGEST : `${below(1_000_000_000, at("after"))}`,
    prevAwardLeaf: n === 0 ? ZERO : bytes32(at("previous")),
    salt: bytes32(at("salt")),
  };
  const digest = typedDigest("TaskAward", row);
  const leaf = hashLeaf(AWARD_LEAF, 3, { ...row, awardDigest: digest });
  return { ...rowOf(AWARD_ROW, 3, row, bytes32(at("row salt"))), digest, leaf };
}

function voteRow(n: number) {
  const at = (field: string) => `vote row ${n} ${field}`;
  const row = {
    poll: 1 + below(1_000, at("poll")),
    index: n,
    account: address(at("account")),
    option: below(64, at("option")),
    castAt: 1_700_000_000 + below(86_400, at("time")),
    signatureHash: bytes32(at("signature")),
    weight: n === 1 ? LARGEST : `${1 + below(Number.MAX_SAFE_INTEGER, at("weight"))}`,
    salt: bytes32(at("salt")),
  };
  const digest = typedDigest("Vote", row);
  const leaf = hashLeaf(VOTE_LEAF, 6, { ...row, voteDigest: digest });
  return { ...rowOf(VOTE_ROW, 6, row, bytes32(at("row salt"))), digest, leaf };
}

function roundRow(n: number) {
  const at = (field: string) => `round row ${n} ${field}`;
  const row = {
    round: 1 + below(1_000, at("round")),
    index: n,
    account: address(at("account")),
    weight: n === 1 ? LARGEST : `${below(Number.MAX_SAFE_INTEGER, at("weight"))}`,
    salt: bytes32(at("salt")),
  };
  return { ...rowOf(ROUND_ROW, 7, row, bytes32(at("row salt"))), leaf: hashLeaf(ROUND_LEAF, 7, row) };
}

const NUMBERS = [0, 1, 2, 3];

/** Leaves of kinds 3, 6 and 7 with their hashes. */
export function serviceLeafVectors() {
  return { award: NUMBERS.map(awardLeaf), vote: NUMBERS.map(voteLeaf), round: NUMBERS.map(roundLeaf) };
}

/** Rows of awards, votes and parts of benefit rounds with what they open into; the digest of a drop with and without awards, with and without readings. */
export function serviceRowVectors() {
  const award = NUMBERS.map(awardRow);
  const readings = bytes32("digest of readings");
  const awards = SimpleMerkleTree.of(award.map(({ hash }) => hash)).root as Hex;
  return {
    ...{ award, vote: NUMBERS.map(voteRow), round: NUMBERS.map(roundRow), awardFileDigest: awards },
    dropDigests: [
      { readings: ZERO, awards: ZERO, digest: ZERO },
      { readings, awards: ZERO, digest: readings },
      { readings: ZERO, awards, digest: keccak256(concat([ZERO, awards])) },
      { readings, awards, digest: keccak256(concat([readings, awards])) },
    ],
  };
}
