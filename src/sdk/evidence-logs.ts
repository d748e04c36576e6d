import { pad } from "viem";
import { type PlacedLog, readFilteredLogs } from "../chain/read/logs.ts";
import type { EvidenceContract, EvidenceDeployment, EvidenceSubject } from "../evidence/index.ts";
import { decodeEvent, topicsOf } from "../evidence/programme-events.ts";
import { type Hex, lowerHex } from "../protocol/index.ts";
import type { SdkContext } from "./context.ts";

/** Of whom and what evidence needs the events. */
export interface EventSubject {
  readonly vehicle: EvidenceSubject["vehicle"];
  readonly accounts: ReadonlySet<Hex>;
  readonly receiptKeys: ReadonlySet<Hex>;
  readonly drops: ReadonlySet<number>;
}

/** Contracts whose events name in their first topic whom they are about. */
const ABOUT_SOMEBODY: readonly EvidenceContract[] = ["rules", "consentRegistry", "vehicleRegistry", "accountMoves"];

/**
 * The logs of the programme that evidence about a subject rests on, up to a block: asked of the chain, never of the relayer.
 * @param onBlock Called with the last block that was looked at.
 * @throws CHAIN_UNREACHABLE.
 */
export async function readEvidenceLogs(
  { chain, deployment }: Pick<SdkContext, "chain" | "deployment">,
  subject: EventSubject,
  toBlock: number,
  onBlock: (block: number) => void,
): Promise<PlacedLog[]> {
  const range = { fromBlock: deployment.firstBlock, toBlock };
  const addressOf = (name: EvidenceContract) => deployment.contracts[name];
  const named = [subject.vehicle, ...[...subject.accounts, ...subject.receiptKeys].map((address) => pad(address))];
  const [own, anchorings] = await Promise.all([
    readFilteredLogs(
      chain,
      { addresses: ABOUT_SOMEBODY.map(addressOf), topics: [ABOUT_SOMEBODY.flatMap(topicsOf), named] },
      range,
      onBlock,
    ),
    readFilteredLogs(chain, { addresses: [addressOf("dropAnchor")], topics: [topicsOf("dropAnchor")] }, range),
  ]);
  return [...own, ...anchorings].filter((log) => concerns(deployment, subject, log));
}

function concerns(
  deployment: EvidenceDeployment,
  { vehicle, accounts, receiptKeys, drops }: EventSubject,
  log: PlacedLog,
) {
  const event = decodeEvent(deployment, log);
  if (event === undefined) return false;
  const { eventName, args } = event;
  if (eventName === "DropsAnchored") return touches(drops, Number(args.firstDrop), args.roots.length);
  if (eventName === "DropsSuperseded") {
    return touches(drops, Number(args.firstDrop), Number(args.nextDrop - args.firstDrop));
  }
  if (eventName === "ReceiptKeySet") return receiptKeys.has(lowerHex(args.key));
  if ("vehicle" in args) return args.vehicle === vehicle;
  const isMining = !("recipient" in args) || (lowerHex(args.recipient) === deployment.operator && args.purpose === 1);
  return accounts.has(lowerHex(args.account)) && isMining;
}

function touches(drops: ReadonlySet<number>, first: number, count: number): boolean {
  return [...drops].some((drop) => first <= drop && drop < first + count);
}
