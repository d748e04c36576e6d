import type { Hex, P256PublicKey } from "../protocol/index.ts";
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
  const roots = new Map<number, Hex>();
  const keys: (Interval & { key: P256PublicKey })[] = [];
  const tenures: (Interval & { account: Hex })[] = [];
  const consents = new Map<Hex, ConsentInterval[]>();
  const receiptKeys = new Map<Hex, Interval>();

  for (const { event, time } of events) {
    if ("vehicle" in event.args && event.args.vehicle === vehicle) followVehicle(event, time);
    else if ("recipient" in event.args) followConsent(event, time);
    else if (event.eventName === "ReceiptKeySet") followReceiptKey(event.args);
    else if (event.eventName === "DropsAnchored") anchor(Number(event.args.firstDrop), event.args.roots);
    else if (event.eventName === "DropsSuperseded") forget(Number(event.args.firstDrop), Number(event.args.nextDrop));
  }

  function followVehicle({ eventName, args }: EvidenceEvent, time: number): void {
    if (eventName === "VehicleRegistered" || eventName === "DeviceKeyRotated") {
      end(keys.at(-1), time);
      keys.push({ key: { x: args.keyX, y: args.keyY }, from: time, until: FOREVER });
    } else if (eventName === "DeviceKeyRevoked") {
      end(keys.at(-1), time);
    } else if (eventName === "VehiclePaired") {
      tenures.push({ account: lower(args.account), from: time, until: FOREVER });
    } else if (eventName === "VehicleFollowed") {
      end(tenures.at(-1), time);
      tenures.push({ account: lower(args.to), from: time, until: FOREVER });
    } else if (eventName === "VehicleReleased") {
      end(tenures.at(-1), time);
    }
  }

  function followConsent({ eventName, args }: EvidenceEvent, time: number): void {
    if (eventName !== "ConsentGranted" && eventName !== "ConsentWithdrawn") return;
    if (lower(args.recipient) !== operator || args.purpose !== MINING) return;
    const account = lower(args.account);
    const own = consents.get(account) ?? [];
    consents.set(account, own);
    end(own.at(-1), time);
    if (eventName === "ConsentWithdrawn") return;
    own.push({ categories: Number(args.categories), from: time, until: args.expires === 0 ? FOREVER : args.expires });
  }

  function followReceiptKey({ key, from, until }: { key: Hex; from: number; until: number }): void {
    receiptKeys.set(lower(key), { from, until: until === 0 ? FOREVER : until });
  }

  function anchor(first: number, anchored: readonly Hex[]): void {
    for (const [at, root] of anchored.entries()) roots.set(first + at, root);
  }

  function forget(first: number, next: number): void {
    for (const drop of [...roots.keys()]) if (first <= drop && drop < next) roots.delete(drop);
  }

  return {
    rootOf: (drop) => roots.get(drop),
    deviceKeyAt: (time) => keys.findLast((held) => holds(held, time))?.key,
    isOwnerThroughout: (account, from, to) =>
      tenures.some((tenure) => tenure.account === account && tenure.from <= from && to <= tenure.until),
    isConsented: (account, categories, from, to) => covers(consents.get(account) ?? [], categories, from, to),
    isReceiptKey: (key, time) => {
      const held = receiptKeys.get(key);
      return held !== undefined && holds(held, time);
    },
  };
}

/** Whether consents that join without a gap cover an interval that is not empty. */
function covers(consents: readonly ConsentInterval[], categories: number, from: number, to: number): boolean {
  let covered = from;
  while (covered < to) {
    const record = consents.findLast((consent) => holds(consent, covered));
    if (record === undefined || (record.categories & categories) !== categories) return false;
    covered = record.until;
  }
  return from < to;
}

function holds({ from, until }: Interval, time: number): boolean {
  return from <= time && time < until;
}

function end(interval: Interval | undefined, time: number): void {
  if (interval !== undefined) interval.until = Math.min(interval.until, time);
}

function lower(address: Hex): Hex {
  return address.toLowerCase() as Hex;
}
