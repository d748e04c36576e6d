import type { ProgrammeEvent } from "../../chain/read/events.ts";
import { type Hex, lowerHex } from "../../protocol/codec/bytes.ts";
import { PURPOSE } from "../../protocol/codec/codes.ts";
import type { TaskKeyPeriod } from "./award-intake.ts";
import type { ConsentPeriod } from "./consents.ts";
import type { VehicleSituation } from "./intake.ts";
import type { RulesVersion } from "./rules.ts";

/**
 * What blocks that are not final yet take away: it binds intake at once, while what they give counts once final
 * (docs/protocol.md 3.4). Values are chain times.
 */
export interface Restrictions {
  /** Accounts whose consent for mining was withdrawn. */
  readonly withdrawals: ReadonlyMap<Hex, number>;
  /** Accounts whose consent for the own evidence was withdrawn, with the version of that. */
  readonly samplesWithdrawals: ReadonlyMap<Hex, number>;
  /** Vehicles that were released, or followed their holder's move to another account. */
  readonly releases: ReadonlyMap<Hex, number>;
  /** Vehicles whose device key ended. */
  readonly keyEnds: ReadonlyMap<Hex, number>;
  /** Days with which tasks end. */
  readonly taskEnds: ReadonlyMap<number, number>;
  /** Periods that task keys are set to: until they are final, a key must hold by them and by the final one. */
  readonly taskKeys: ReadonlyMap<Hex, readonly TaskKeyPeriod[]>;
  /** Accounts that moved. */
  readonly moved: ReadonlySet<Hex>;
  /** Versions of the rules; a shorter readingMaxAgeS must hold from its first second. */
  readonly rules: readonly RulesVersion[];
}

export const NO_RESTRICTIONS: Restrictions = {
  withdrawals: new Map(),
  samplesWithdrawals: new Map(),
  releases: new Map(),
  keyEnds: new Map(),
  taskEnds: new Map(),
  taskKeys: new Map(),
  moved: new Set(),
  rules: [],
};

/** Collects what events of blocks that are not final take away. */
export function restrictionsOf(events: readonly ProgrammeEvent[], operator: Hex): Restrictions {
  const withdrawals = new Map<Hex, number>();
  const releases = new Map<Hex, number>();
  const keyEnds = new Map<Hex, number>();
  const taskEnds = new Map<number, number>();
  const taskKeys = new Map<Hex, TaskKeyPeriod[]>();
  const moved = new Set<Hex>();
  const rules: RulesVersion[] = [];
  for (const event of events) {
    if (event.name === "ConsentWithdrawn") {
      const { account, recipient, purpose } = event.args;
      const mining = recipient.toLowerCase() === operator && purpose === PURPOSE.productIteration;
      if (mining) keepFirst(withdrawals, lowerHex(account), event.time);
    } else if (event.name === "VehicleReleased" || event.name === "VehicleFollowed") {
      keepFirst(releases, event.args.vehicle, event.time);
    } else if (event.name === "DeviceKeyRevoked" || event.name === "DeviceKeyRotated") {
      keepFirst(keyEnds, event.args.vehicle, event.time);
    } else if (event.name === "TaskEnded") {
      taskEnds.set(event.args.task, event.args.untilDay);
    } else if (event.name === "TaskKeySet") {
      const { from, until } = event.args;
      const key = lowerHex(event.args.key);
      taskKeys.set(key, [...(taskKeys.get(key) ?? []), { from, until }]);
    } else if (event.name === "AccountMoved") {
      moved.add(lowerHex(event.args.account));
    } else if (event.name === "RulesScheduled") {
      rules.push({ version: Number(event.args.version), fromDay: event.args.fromDay, rules: event.args.rules });
    }
  }
  const samplesWithdrawals = samplesWithdrawalsIn(events, operator);
  return { withdrawals, samplesWithdrawals, releases, keyEnds, taskEnds, taskKeys, moved, rules };
}

/** Accounts whose consent for the own evidence was withdrawn from the operator, with the newest version of that. */
export function samplesWithdrawalsIn(events: readonly ProgrammeEvent[], operator: Hex): Map<Hex, number> {
  const versions = new Map<Hex, number>();
  for (const event of events) {
    if (event.name !== "ConsentWithdrawn") continue;
    const { account, recipient, purpose, version } = event.args;
    if (recipient.toLowerCase() !== operator || purpose !== PURPOSE.ownEvidence) continue;
    versions.set(lowerHex(account), version);
  }
  return versions;
}

function keepFirst(times: Map<Hex, number>, key: Hex, time: number): void {
  if (!times.has(key)) times.set(key, time);
}

/** A vehicle's situation with what was taken away: by blocks that are not final, and by a signed release. */
export function restrictVehicle(
  vehicle: VehicleSituation,
  ends: { keyEnd?: number | undefined; released?: number | undefined },
): VehicleSituation {
  const { keyEnd, released } = ends;
  const { keys, holders } = vehicle;
  return {
    ...vehicle,
    keys: keyEnd === undefined ? keys : keys.map((key) => (key.until === 0 ? { ...key, until: keyEnd } : key)),
    holders:
      released === undefined
        ? holders
        : holders.map((holder) => (holder.until === 0 ? { ...holder, until: released } : holder)),
  };
}

/** An account's consent periods with a withdrawal that is not final. */
export function restrictConsent(
  periods: readonly ConsentPeriod[],
  withdrawn: number | undefined,
): readonly ConsentPeriod[] {
  const newest = periods.at(-1);
  if (withdrawn === undefined || newest === undefined || newest.revoked !== 0) return periods;
  return [...periods.slice(0, -1), { ...newest, revoked: withdrawn }];
}
