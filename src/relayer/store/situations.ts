import type { Hex } from "../../protocol/codec/bytes.ts";
import type { PURPOSE } from "../../protocol/codec/codes.ts";
import { consentPlace } from "../../protocol/codec/consent-versions.ts";
import { chunksOf } from "../../storage/chunks.ts";
import type { ConsentPeriod } from "../domain/consents.ts";
import type { DeviceKeyPeriod, HoldingPeriod, VehicleSituation } from "../domain/intake.ts";
import type { Db } from "./open.ts";
import type { ChainConsentsTable } from "./schema-chain.ts";

/** The device keys of vehicles, oldest first; a vehicle that is not registered is absent. */
export async function loadKeys(db: Db, vehicles: readonly Hex[]): Promise<Map<Hex, DeviceKeyPeriod[]>> {
  const keys = new Map<Hex, DeviceKeyPeriod[]>();
  for (const chunk of chunksOf(vehicles)) {
    const rows = await db.selectFrom("chain_keys").selectAll().where("vehicle", "in", chunk).orderBy("id").execute();
    for (const { vehicle, x, y, from_time, until_time } of rows) {
      const key = { x, y, from: from_time, until: until_time };
      const others = keys.get(vehicle);
      if (others === undefined) keys.set(vehicle, [key]);
      else others.push(key);
    }
  }
  return keys;
}

type Tenure = Omit<HoldingPeriod, "since">;

/** Accounts that held vehicles until they moved, oldest first; a vehicle that never followed a move is absent. */
async function loadTenures(db: Db, vehicles: readonly Hex[]): Promise<Map<Hex, Tenure[]>> {
  const tenures = new Map<Hex, Tenure[]>();
  const rows = await db
    .selectFrom("chain_tenures")
    .selectAll()
    .where("vehicle", "in", vehicles)
    .orderBy("id")
    .execute();
  for (const { vehicle, account, until } of rows) {
    tenures.set(vehicle, [...(tenures.get(vehicle) ?? []), { account, until }]);
  }
  return tenures;
}

/** Each holder begins where the one before ends, the first with the pairing. */
function holdersOf(since: number, tenures: readonly Tenure[]): HoldingPeriod[] {
  return tenures.map((tenure, at) => ({ ...tenure, since: tenures[at - 1]?.until ?? since }));
}

/** What final blocks and accepted readings say of vehicles; one that is not registered is absent. */
export async function loadSituations(db: Db, vehicles: readonly Hex[]): Promise<Map<Hex, VehicleSituation>> {
  const keys = await loadKeys(db, vehicles);
  const situations = new Map<Hex, VehicleSituation>();
  for (const chunk of chunksOf(vehicles)) {
    const rows = await db
      .selectFrom("chain_vehicles")
      .leftJoin("vehicle_states", "vehicle_states.vehicle", "chain_vehicles.vehicle")
      .select(["chain_vehicles.vehicle", "account", "since", "until", "sequence", "ended_at", "odometer_end"])
      .where("chain_vehicles.vehicle", "in", chunk)
      .execute();
    const tenures = await loadTenures(db, chunk);
    for (const row of rows) {
      const { account, since, until, sequence, ended_at, odometer_end } = row;
      const hasLast = sequence !== null && ended_at !== null && odometer_end !== null;
      situations.set(row.vehicle, {
        keys: keys.get(row.vehicle) ?? [],
        holders: account === null ? [] : holdersOf(since, [...(tenures.get(row.vehicle) ?? []), { account, until }]),
        last: hasLast ? { sequence, endedAt: ended_at, odometerEnd: odometer_end } : undefined,
      });
    }
  }
  return situations;
}

/** Whom a consent is given, and what for. */
export interface ConsentScope {
  readonly recipient: Hex;
  readonly purpose: (typeof PURPOSE)[keyof typeof PURPOSE];
}

/** The periods of accounts' consents, oldest first. */
export async function loadConsents(
  db: Db,
  accounts: readonly Hex[],
  { recipient, purpose }: ConsentScope,
): Promise<Map<Hex, ConsentPeriod[]>> {
  const consents = new Map<Hex, ConsentPeriod[]>();
  for (const chunk of chunksOf(accounts)) {
    const rows = await db
      .selectFrom("chain_consents")
      .selectAll()
      .where("account", "in", chunk)
      .where("recipient", "=", recipient)
      .where("purpose", "=", purpose)
      .orderBy("version")
      .execute();
    for (const row of rows) {
      const others = consents.get(row.account);
      if (others === undefined) consents.set(row.account, [consentPeriod(row)]);
      else others.push(consentPeriod(row));
    }
  }
  return consents;
}

/** A stored consent as the protocol's rules take it. */
function consentPeriod(row: ChainConsentsTable): ConsentPeriod {
  const { version, categories, granted, expires, revoked, replaced } = row;
  return { version, categories, granted, expires, revoked, replaced };
}

/** What is known of accounts' consents for one scope: {@link loadConsents}. */
type KnownConsents = ReadonlyMap<Hex, readonly ConsentPeriod[]>;

/**
 * Accounts whose signed withdrawals final blocks do not have: those that wait, and those that the contract has refused. The owner
 * holds a receipt for either, so it binds until the chain has it, or another grant in the place of the one that it withdraws, or a
 * later grant.
 */
export async function accountsWithdrawing(
  db: Db,
  accounts: readonly Hex[],
  { recipient, purpose }: ConsentScope,
  known: KnownConsents,
): Promise<Set<Hex>> {
  const scope = `:${recipient}:${purpose}:`;
  const withdrawing = new Set<Hex>();
  for (const chunk of chunksOf(accounts)) {
    const rows = await db
      .selectFrom("intents")
      .select(["account", "effect"])
      .where("account", "in", chunk)
      .where("kind", "=", "ConsentWithdrawal")
      .where("state", "!=", "done")
      .execute();
    for (const { account, effect } of rows) {
      if (!effect.includes(scope)) continue;
      const version = Number(effect.slice(effect.lastIndexOf(":") + 1));
      const head = versionOf(known.get(account));
      if (consentPlace(head) < consentPlace(version) || head === version - 1) withdrawing.add(account);
    }
  }
  return withdrawing;
}

/** The version of a consent in final blocks: a withdrawal's is the one after its grant's. */
function versionOf(periods: readonly ConsentPeriod[] = []): number {
  const newest = periods.at(-1);
  if (newest === undefined) return 0;
  return newest.revoked === 0 ? newest.version : newest.version + 1;
}

/** Signed releases that are not final yet: vehicle → chain time of receipt. */
export async function vehiclesReleasing(db: Db): Promise<Map<Hex, number>> {
  const rows = await db
    .selectFrom("intents")
    .select(["effect", "received_at"])
    .where("state", "in", ["queued", "sent"])
    .where("kind", "=", "VehicleRelease")
    .execute();
  return new Map(rows.map(({ effect, received_at }) => [effect.slice("release:".length) as Hex, received_at]));
}
