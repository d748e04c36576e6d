import { decodeEventLog, type Hex, parseAbi, toEventSelector } from "viem";
import type { EvidenceContract, EvidenceDeployment } from "./file.ts";
import type { ReceiptLog } from "./receipt-trie.ts";

/** The events on which evidence rests, by the contract that emits them (docs/protocol.md, sections 2 to 6). */
const EVIDENCE_EVENTS = {
  rules: parseAbi(["event ReceiptKeySet(address indexed key, uint40 from, uint40 until)"]),
  consentRegistry: parseAbi([
    "event ConsentGranted(address indexed account, address indexed recipient, uint16 indexed purpose, uint64 categories, uint40 expires, uint32 notice, uint40 version, bytes32 recordHash)",
    "event ConsentWithdrawn(address indexed account, address indexed recipient, uint16 indexed purpose, uint40 version)",
  ]),
  vehicleRegistry: parseAbi([
    "event VehicleRegistered(bytes32 indexed vehicle, uint32 rank, bytes32 keyX, bytes32 keyY)",
    "event DeviceKeyRotated(bytes32 indexed vehicle, bytes32 keyX, bytes32 keyY)",
    "event DeviceKeyRevoked(bytes32 indexed vehicle)",
    "event VehiclePaired(bytes32 indexed vehicle, address indexed account)",
    "event VehicleFollowed(bytes32 indexed vehicle, address indexed account, address indexed to)",
    "event VehicleReleased(bytes32 indexed vehicle, address indexed account)",
  ]),
  dropAnchor: parseAbi([
    "event DropsAnchored(uint256 indexed firstDrop, bytes32[] roots, bytes32 dataDigest)",
    "event DropsSuperseded(uint256 indexed firstDrop, uint256 nextDrop)",
  ]),
  accountMoves: parseAbi(["event AccountMoved(address indexed account, address indexed to)"]),
} as const;

type Events = typeof EVIDENCE_EVENTS;
type DecodedOf<C extends EvidenceContract> = ReturnType<typeof decodeEventLog<Events[C]>>;

/** A log of one of these contracts, decoded: `eventName` narrows `args`. */
export type EvidenceEvent = { [C in EvidenceContract]: DecodedOf<C> }[EvidenceContract];

/** First topics of the events of a contract. */
export function topicsOf(contract: EvidenceContract): Hex[] {
  return EVIDENCE_EVENTS[contract].map((event) => toEventSelector(event));
}

/**
 * Decodes a log.
 * @returns Nothing when it is none of these events, or of another contract.
 */
export function decodeEvent(
  { contracts }: Pick<EvidenceDeployment, "contracts">,
  { address, topics, data }: ReceiptLog,
): EvidenceEvent | undefined {
  const names = Object.keys(EVIDENCE_EVENTS) as EvidenceContract[];
  const contract = names.find((name) => contracts[name].toLowerCase() === address.toLowerCase());
  if (contract === undefined) return undefined;
  try {
    return decodeEventLog({
      abi: EVIDENCE_EVENTS[contract],
      topics: topics as [Hex],
      data,
      strict: true,
    }) as EvidenceEvent;
  } catch {
    // Another event of that contract.
    return undefined;
  }
}
