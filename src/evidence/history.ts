import { type Hex, lowerHex, type P256PublicKey } from "../protocol/index.ts";
import type { EvidenceEvent } from "./programme-events.ts";

/** An event and the moment of its block, in their order on the chain. */
export interface TimedEvent {
  readonly event: EvidenceEvent;
  /** Unix seconds. */
  readonly time: number;
}

/** What holds from a second up to another one, which is not included. */
interface Interval {
  readonly from: number;
  until: number;
}

/** Roots that were anchored for drops in a row; or, without roots, that those of some drops were superseded. */
interface Anchoring {
  readonly first: number;
  /** The first drop behind them. */
  readonly next: number;
  readonly roots?: readonly Hex[];
}

/** Where an account went. */
export interface Move {
  readonly to: Hex;
  /** Unix seconds. */
  readonly time: number;
}

interface ConsentInterval extends Interval {
  readonly categories: number;
}

/** The subject's history as proven events tell it: every answer is what the contracts would say, if nothing is left out. */
export interface History {
  /** The root of a drop; nothing when it is not anchored. */
  rootOf(drop: number): Hex | undefined;
  /** The vehicle's device key; nothing when none held (docs/protocol.md 4.3). */
  deviceKeyAt(time: number): P256PublicKey | undefined;
  /** Whether the account held the vehicle in every second of [from, to) (docs/protocol.md 4.3). */
  isOwnerThroughout(account: Hex, from: number, to: number): boolean;
  /** Whether the account's consent for mining covered the categories in every second of [from, to) (docs/protocol.md 3.2). */
  isConsented(account: Hex, categories: number, from: number, to: number): boolean;
  /** Whether a key signed receipts at a time. */
  isReceiptKey(key: Hex, time: number): boolean;
  /** The account's move to another one; nothing when it did not move (docs/protocol.md 2.5). */
  moveOf(account: Hex): Move | undefined;
}

const FOREVER = Number.POSITIVE_INFINITY;
/** Purpose 1: what mining needs (docs/protocol.md 1.5). */
const MINING = 1;

/**
 * Reads the history of a vehicle out of events.
 * @param events In their order on the chain; those of others do no harm.
 * @param subject `operator`: the recipient that consents for mining name.
 */
export function historyOf(
  events: readonly TimedEvent[],
  { vehicle, operator }: { readonly vehicle: Hex; readonly operator: Hex },
): History {
  const anchorings: Anchoring[] = [];
  const keys: (Interval & { key: P256PublicKey })[] = [];
  const tenures: (Interval & { account: Hex })[] = [];
  const consents = new Map<Hex, ConsentInterval[]>();
  const receiptKeys = new Map<Hex, Interval>();
  const moves = new Map<Hex, Move>();

  for (const { event, time } of events) {
    if ("vehicle" in event.args && event.args.vehicle === vehicle) followVehicle(event, time);
    else if ("recipient" in event.args) followConsent(event, time);
    else if (event.eventName === "ReceiptKeySet") followReceiptKey(event.args);
    else if (event.eventName === "DropsAnchored") anchor(Number(event.args.firstDrop), event.args.roots);
    else if (event.eventName === "DropsSuperseded") {
      anchorings.push({ first: Number(event.args.firstDrop), next: Number(event.args.nextDrop) });
    } else if (event.eventName === "AccountMoved") {
      moves.set(lowerHex(event.args.account), { to: lowerHex(event.args.to), time });
    }
  }

  function followVehicle({ eventName, args }: EvidenceEvent, time: number): void {
    if (eventName === "VehicleRegistered" || eventName === "DeviceKeyRotated") {
      end(keys.at(-1), time);
      keys.push({ key: { x: args.keyX, y: args.keyY }, from: time, until: FOREVER });
    } else if (eventName === "DeviceKeyRevoked") {
      end(keys.at(-1), time);
    } else if (eventName === "VehiclePaired") {
      tenures.push({ account: lowerHex(args.account), from: time, until: FOREVER });
    } else if (eventName === "VehicleFollowed") {
      end(tenures.at(-1), time);
      tenures.push({ account: lowerHex(args.to), from: time, until: FOREVER });
    } else if (eventName === "VehicleReleased") {
      end(tenures.at(-1), time);
    }
  }

  function followConsent({ eventName, args }: EvidenceEvent, time: number): void {
    if (eventName !== "ConsentGranted" && eventName !== "ConsentWithdrawn") return;
    if (lowerHex(args.recipient) !== operator || args.purpose !== MINING) return;
    const account = lowerHex(args.account);
    const own = consents.get(account) ?? [];
    consents.set(account, own);
    end(own.at(-1), time);
    if (eventName === "ConsentWithdrawn") return;
    own.push({ categories: Number(args.categories), from: time, until: args.expires === 0 ? FOREVER : args.expires });
  }

  function followReceiptKey({ key, from, until }: { key: Hex; from: number; until: number }): void {
    receiptKeys.set(lowerHex(key), { from, until: until === 0 ? FOREVER : until });
  }

  function anchor(first: number, roots: readonly Hex[]): void {
    anchorings.push({ first, next: first + roots.length, roots });
  }

  /** What was said of a drop last. */
  function rootOf(drop: number): Hex | undefined {
    const last = anchorings.findLast(({ first, next }) => first <= drop && drop < next);
    return last?.roots?.[drop - last.first];
  }

  return {
    rootOf,
    deviceKeyAt: (time) => keys.findLast((held) => holds(held, time))?.key,
    isOwnerThroughout: (account, from, to) =>
      tenures.some((tenure) => tenure.account === account && tenure.from <= from && to <= tenure.until),
    isConsented: (account, categories, from, to) => covers(consents.get(account) ?? [], categories, from, to),
    isReceiptKey: (key, time) => {
      const held = receiptKeys.get(key);
      return held !== undefined && holds(held, time);
    },
    moveOf: (account) => moves.get(account),
  };
}

/** Whether consents, each of which ends the one before, join without a gap over an interval that is not empty. */
function covers(consents: readonly ConsentInterval[], categories: number, from: number, to: number): boolean {
  let covered = from;
  for (const consent of consents) {
    if (covered >= to || !holds(consent, covered)) continue;
    if ((consent.categories & categories) !== categories) return false;
    covered = consent.until;
  }
  return from < to && covered >= to;
}

function holds({ from, until }: Interval, time: number): boolean {
  return from <= time && time < until;
}

function end(interval: Interval | undefined, time: number): void {
  if (interval !== undefined) interval.until = Math.min(interval.until, time);
}
