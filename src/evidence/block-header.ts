import { fromRlp, type Hex, toRlp } from "viem";
import { CairnError, fromHex, keccak } from "../protocol/index.ts";

/** What evidence takes from a block's header. */
export interface BlockHeader {
  readonly number: number;
  /** keccak256 of the header's RLP. */
  readonly hash: Hex;
  /** Unix seconds. */
  readonly time: number;
  /** Root of the trie of the block's receipts. */
  readonly receiptsRoot: Hex;
}

/** Fields of a header in the order of their RLP (Ethereum Yellow Paper 4.3, EIPs 1559, 4895, 4844, 4788 and 7685). */
const FIELDS = [
  ...["parentHash", "sha3Uncles", "miner", "stateRoot", "transactionsRoot", "receiptsRoot", "logsBloom", "difficulty"],
  ...["number", "gasLimit", "gasUsed", "timestamp", "extraData", "mixHash", "nonce", "baseFeePerGas"],
  ...["withdrawalsRoot", "blobGasUsed", "excessBlobGas", "parentBeaconBlockRoot", "requestsHash"],
] as const;
/** Those that are numbers: RLP has them without zeros in front. */
const NUMBERS: readonly string[] = [
  ...["difficulty", "number", "gasLimit", "gasUsed", "timestamp", "baseFeePerGas", "blobGasUsed", "excessBlobGas"],
];
/** Fields that every header has; each later one stands only if all before it do. */
const LEAST_FIELDS = 15;
const AT = { receiptsRoot: 5, number: 8, timestamp: 11 } as const;

/**
 * The RLP of a header as a node tells it.
 * @param block The answer to `eth_getBlockByNumber`.
 * @throws HEADER_UNKNOWN when its keccak256 is not the block's hash: the chain's headers have fields that are not known here.
 */
export function encodeHeader(block: Readonly<Record<string, unknown>>): Hex {
  const missing = FIELDS.findIndex((name) => typeof block[name] !== "string");
  const fields = FIELDS.slice(0, missing < 0 ? FIELDS.length : missing);
  const header = toRlp(fields.map((name) => rlpOf(name, block[name] as Hex)));
  if (keccak(fromHex(header)) !== block.hash) {
    throw new CairnError("HEADER_UNKNOWN", `block ${Number(block.number)}: its header has another hash`, {
      details: { block: Number(block.number) },
    });
  }
  return header;
}

/** @returns Nothing when it is not the RLP of a header. */
export function decodeHeader(header: Hex): BlockHeader | undefined {
  const fields = listOf(header);
  if (fields === undefined || fields.length < LEAST_FIELDS) return undefined;
  const [number, time] = [numberOf(fields[AT.number]), numberOf(fields[AT.timestamp])];
  const receiptsRoot = fields[AT.receiptsRoot];
  if (number === undefined || time === undefined || receiptsRoot?.length !== 66) return undefined;
  return { number, hash: keccak(fromHex(header)), time, receiptsRoot };
}

function rlpOf(name: string, value: Hex): Hex {
  return NUMBERS.includes(name) ? rlpNumber(value) : value;
}

/** A number of JSON-RPC as RLP has it: no zeros in front, and none at all for 0. */
export function rlpNumber(value: Hex): Hex {
  const digits = value.slice(2).replace(/^0+/, "");
  return `0x${digits.length % 2 === 1 ? "0" : ""}${digits}`;
}

/** The items of a flat RLP list; nothing when it is no such list, or not in its one form. */
function listOf(rlp: Hex): Hex[] | undefined {
  try {
    const items = fromRlp(rlp, "hex");
    const isFlat = Array.isArray(items) && items.every((item) => typeof item === "string");
    return isFlat && toRlp(items as Hex[]) === rlp ? (items as Hex[]) : undefined;
  } catch {
    return undefined;
  }
}

/** Six bytes at most: more than any block's number or time needs, and exact. */
function numberOf(value: Hex | undefined): number | undefined {
  if (value === undefined || value.length > 14 || value.startsWith("0x00")) return undefined;
  return value === "0x" ? 0 : Number(value);
}
