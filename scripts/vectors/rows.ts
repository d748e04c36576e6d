import { SimpleMerkleTree } from "@openzeppelin/merkle-tree";
import { concat, encodeAbiParameters, type Hex, keccak256, parseAbiParameters } from "viem";
import { typedDigest } from "./digests.ts";
import { hashMetres, hashMetresPrefix, hashMileage, hashStones, hashStonesPrefix } from "./leaves.ts";
import { address, below, bytes32, domainOf, ZERO } from "./values.ts";

const DROP_ROW = parseAbiParameters(
  "uint8 kind, uint64 drop, uint64 index, bytes32 vehicle, uint64 sequence, uint64 startedAt, uint64 endedAt, " +
    "uint32 odometerStart, uint32 odometerEnd, uint16 takeovers, uint64 categories, bytes32 payload, bytes32 r, bytes32 s, " +
    "address account, uint64 countedM, uint64 vehicleDayAfterM, uint64 accountAfterM, bytes32 prevVehicleLeaf, " +
    "bytes32 prevAccountLeaf, bytes32 salt",
);
const DAY_ROW = parseAbiParameters(
  "uint8 kind, uint64 day, uint40 index, address account, uint64 metres, bytes32 headLeaf, bytes32 metresSalt, " +
    "uint64 prefixMetres, bytes32 metresPrefixSalt, uint64 stones, uint64 crystals, bytes32 headAward, bytes32 stonesSalt, " +
    "uint64 prefixStones, uint64 prefixCrystals, bytes32 stonesPrefixSalt",
);

type Parameters = readonly { readonly name?: string | undefined; readonly type: string }[];

/** A row's columns in the order of the parameters; small numbers as viem wants them, wide ones as bigint. */
function columns(parameters: Parameters, row: Readonly<Record<string, number | string>>): unknown[] {
  return parameters.map(({ name, type }) => {
    const value = row[name as string] as number | string;
    return type === "uint64" ? BigInt(value) : value;
  });
}

function hashRow(parameters: Parameters, row: Readonly<Record<string, number | string>>, rowSalt: Hex): Hex {
  const inner = keccak256(encodeAbiParameters(parameters as never, columns(parameters, row) as never));
  return keccak256(encodeAbiParameters(parseAbiParameters("bytes32, bytes32"), [rowSalt, inner]));
}

function dropRow(n: number) {
  const at = (field: string) => `drop row ${n} ${field}`;
  const startedAt = 1_700_000_000 + below(86_400, at("start"));
  const odometerStart = below(400_000_000, at("odometer"));
  const driven = below(12_000, at("driven"));
  const row = {
    drop: n === 0 ? 0 : below(1_000_000, at("drop")),
    index: n,
    vehicle: bytes32(at("vehicle")),
    sequence: n === 0 ? 1 : below(Number.MAX_SAFE_INTEGER, at("sequence")),
    startedAt,
    endedAt: startedAt + 1 + below(600, at("length")),
    odometerStart,
    odometerEnd: odometerStart + driven,
    takeovers: below(5, at("takeovers")),
    categories: 1 + 2 * below(128, at("categories")),
    payload: bytes32(at("payload")),
    r: bytes32(at("r")),
    s: bytes32(at("s")),
    account: address(at("account")),
    countedM: driven,
    vehicleDayAfterM: driven,
    accountAfterM: driven + below(1_000_000, at("before")),
    prevVehicleLeaf: n === 0 ? ZERO : bytes32(at("previous vehicle")),
    prevAccountLeaf: n === 0 ? ZERO : bytes32(at("previous account")),
    salt: bytes32(at("salt")),
  };
  const rowSalt = bytes32(at("row salt"));
  const digest = typedDigest("Reading", row);
  const leaf = hashMileage({ ...row, readingDigest: digest, signatureHash: keccak256(concat([row.r, row.s])) });
  return { row, rowSalt, hash: hashRow(DROP_ROW, { kind: 1, ...row }, rowSalt), digest, leaf };
}

function dayRow(n: number) {
  const at = (field: string) => `day row ${n} ${field}`;
  const row = {
    day: n === 0 ? 0 : below(10_000, at("day")),
    index: n,
    account: address(at("account")),
    metres: below(1_000_000_000, at("metres")),
    headLeaf: bytes32(at("head leaf")),
    metresSalt: bytes32(at("metres salt")),
    prefixMetres: n === 0 ? 0 : below(1_000_000_000_000, at("prefix metres")),
    metresPrefixSalt: bytes32(at("metres prefix salt")),
    stones: n === 1 ? `${2n ** 64n - 1n}` : `${below(Number.MAX_SAFE_INTEGER, at("stones"))}`,
    crystals: `${below(1_000_000, at("crystals"))}`,
    headAward: n === 0 ? ZERO : bytes32(at("head award")),
    stonesSalt: bytes32(at("stones salt")),
    prefixStones: `${below(Number.MAX_SAFE_INTEGER, at("prefix stones"))}`,
    prefixCrystals: `${below(1_000_000, at("prefix crystals"))}`,
    stonesPrefixSalt: bytes32(at("stones prefix salt")),
  };
  const rowSalt = bytes32(at("row salt"));
  const metresPrefix = hashMetresPrefix(row.prefixMetres, row.metresPrefixSalt);
  const stonesPrefix = hashStonesPrefix(row.prefixStones, row.prefixCrystals, row.stonesPrefixSalt);
  return {
    row,
    rowSalt,
    hash: hashRow(DAY_ROW, { kind: 5, ...row }, rowSalt),
    metresLeaf: hashMetres({ ...row, prefix: metresPrefix, salt: row.metresSalt }),
    stonesLeaf: hashStones({ ...row, prefix: stonesPrefix, salt: row.stonesSalt }),
  };
}

/** Rows of published files with the digests and leaves that they open into, the digest of a file of all of them, and the digest of a call over several files. */
export function rowVectors() {
  const drop = [0, 1, 2].map(dropRow);
  const day = [0, 1, 2].map(dayRow);
  const digestOf = (rows: readonly { hash: Hex }[]) => SimpleMerkleTree.of(rows.map(({ hash }) => hash)).root as Hex;
  const fileDigests = [digestOf(drop), ZERO, digestOf(day)];
  return {
    domains: { reading: domainOf("VehicleRegistry"), award: domainOf("TaskBook"), vote: domainOf("Polls") },
    drop,
    day,
    dropFileDigest: digestOf(drop),
    dayFileDigest: digestOf(day),
    dataDigests: [
      { fileDigests, dataDigest: keccak256(concat(fileDigests)) },
      { fileDigests: [ZERO], dataDigest: keccak256(ZERO) },
    ],
  };
}
