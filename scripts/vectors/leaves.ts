import { encodeAbiParameters, type Hex, keccak256, parseAbiParameters } from "viem";
import { address, below, bytes32, ZERO } from "./values.ts";

const MILEAGE = parseAbiParameters(
  "uint8, uint64, uint64, bytes32, bytes32, address, uint64, uint64, uint64, bytes32, bytes32, bytes32",
);
const METRES = parseAbiParameters("uint8, uint40, address, uint64, bytes32, bytes32, bytes32");
const STONES = parseAbiParameters("uint8, uint40, address, uint64, uint64, bytes32, bytes32, bytes32");

function twice(encoded: Hex): Hex {
  return keccak256(keccak256(encoded));
}

interface MileageLeaf {
  readonly drop: number;
  readonly index: number;
  readonly readingDigest: Hex;
  readonly signatureHash: Hex;
  readonly account: Hex;
  readonly countedM: number;
  readonly vehicleDayAfterM: number;
  readonly accountAfterM: number;
  readonly prevVehicleLeaf: Hex;
  readonly prevAccountLeaf: Hex;
  readonly salt: Hex;
}

export function hashMileage(leaf: MileageLeaf): Hex {
  const words = [
    1,
    BigInt(leaf.drop),
    BigInt(leaf.index),
    leaf.readingDigest,
    leaf.signatureHash,
    leaf.account,
    BigInt(leaf.countedM),
    BigInt(leaf.vehicleDayAfterM),
    BigInt(leaf.accountAfterM),
    leaf.prevVehicleLeaf,
    leaf.prevAccountLeaf,
    leaf.salt,
  ] as const;
  return twice(encodeAbiParameters(MILEAGE, words));
}

function mileage(n: number) {
  const at = (field: string) => `mileage ${n} ${field}`;
  const leaf = {
    drop: n === 0 ? 0 : below(10_000_000, at("drop")),
    index: n === 0 ? 0 : below(100_000, at("index")),
    readingDigest: bytes32(at("reading")),
    signatureHash: bytes32(at("signature")),
    account: address(at("account")),
    countedM: below(200_000, at("counted")),
    vehicleDayAfterM: below(200_001, at("vehicle day")),
    accountAfterM: n === 1 ? Number.MAX_SAFE_INTEGER : below(1_000_000_000, at("account after")),
    prevVehicleLeaf: n === 0 ? ZERO : bytes32(at("previous vehicle")),
    prevAccountLeaf: n === 0 ? ZERO : bytes32(at("previous account")),
    salt: bytes32(at("salt")),
  };
  return { leaf, hash: hashMileage(leaf) };
}

interface MetresLeaf {
  readonly index: number;
  readonly account: Hex;
  readonly metres: number;
  readonly prefix: Hex;
  readonly headLeaf: Hex;
  readonly salt: Hex;
}

export function hashMetresPrefix(prefixMetres: number, salt: Hex): Hex {
  return keccak256(encodeAbiParameters(parseAbiParameters("uint64, bytes32"), [BigInt(prefixMetres), salt]));
}

export function hashMetres(leaf: MetresLeaf): Hex {
  const words = [4, leaf.index, leaf.account, BigInt(leaf.metres), leaf.prefix, leaf.headLeaf, leaf.salt] as const;
  return twice(encodeAbiParameters(METRES, words));
}

function metres(n: number) {
  const at = (field: string) => `metres ${n} ${field}`;
  const prefixMetres = n === 0 ? 0 : below(Number.MAX_SAFE_INTEGER, at("prefix"));
  const prefixSalt = bytes32(at("prefix salt"));
  const leaf = {
    index: n === 0 ? 0 : below(1_000_000, at("index")),
    account: address(at("account")),
    metres: below(1_000_000_000, at("metres")),
    prefix: hashMetresPrefix(prefixMetres, prefixSalt),
    headLeaf: bytes32(at("head")),
    salt: bytes32(at("salt")),
  };
  return { prefixMetres, prefixSalt, leaf, hash: hashMetres(leaf) };
}

interface StonesLeaf {
  readonly index: number;
  readonly account: Hex;
  readonly stones: string;
  readonly crystals: string;
  readonly prefix: Hex;
  readonly headAward: Hex;
  readonly salt: Hex;
}

export function hashStonesPrefix(prefixStones: string, prefixCrystals: string, salt: Hex): Hex {
  const words = [BigInt(prefixStones), BigInt(prefixCrystals), salt] as const;
  return keccak256(encodeAbiParameters(parseAbiParameters("uint64, uint64, bytes32"), words));
}

export function hashStones(leaf: StonesLeaf): Hex {
  const [units, crystals] = [BigInt(leaf.stones), BigInt(leaf.crystals)];
  const words = [5, leaf.index, leaf.account, units, crystals, leaf.prefix, leaf.headAward, leaf.salt] as const;
  return twice(encodeAbiParameters(STONES, words));
}

function stones(n: number) {
  const at = (field: string) => `stones ${n} ${field}`;
  const amount = (field: string) => (n === 1 ? `${2n ** 64n - 1n}` : `${below(Number.MAX_SAFE_INTEGER, at(field))}`);
  const prefixStones = n === 0 ? "0" : amount("prefix stones");
  const prefixCrystals = n === 0 ? "0" : amount("prefix crystals");
  const prefixSalt = bytes32(at("prefix salt"));
  const leaf = {
    index: n === 0 ? 0 : below(1_000_000, at("index")),
    account: address(at("account")),
    stones: amount("stones"),
    crystals: amount("crystals"),
    prefix: hashStonesPrefix(prefixStones, prefixCrystals, prefixSalt),
    headAward: n === 0 ? ZERO : bytes32(at("head")),
    salt: bytes32(at("salt")),
  };
  return { prefixStones, prefixCrystals, prefixSalt, leaf, hash: hashStones(leaf) };
}

/** Leaves of kinds 1, 4 and 5 with their hashes; the first of each kind has the zeros of a beginning. */
export function leafVectors() {
  const numbers = [0, 1, 2, 3];
  return { mileage: numbers.map(mileage), metres: numbers.map(metres), stones: numbers.map(stones) };
}
