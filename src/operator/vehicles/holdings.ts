import type { Hex } from "../../protocol/codec/bytes.ts";
import type { Db } from "../store/open.ts";

/** Vehicles of the first cohort, by order of registration: the angel round. */
const ANGEL_ROUND = 3_000;

/** Whether an account held a vehicle at a moment; by final blocks, so the moment must not be after the last of them. */
export async function heldVehicleAt(db: Db, account: Hex, time: number): Promise<boolean> {
  const row = await db
    .selectFrom("chain_tenures")
    .select("vehicle")
    .where("account", "=", account)
    .where("since", "<=", time)
    .where((eb) => eb.or([eb("until", "=", 0), eb("until", ">", time)]))
    .limit(1)
    .executeTakeFirst();
  return row !== undefined;
}

/** The cohort that an account's vehicles give it: a rank belongs to the account of the vehicle's pairing, for good. */
export interface Cohort {
  readonly account: Hex;
  /** Those that it paired, by rank of registration. */
  readonly vehicles: readonly { readonly vehicle: Hex; readonly rank: number }[];
  /** Whether one of them is among the first 3,000. */
  readonly angel: boolean;
}

export async function readCohort(db: Db, account: Hex): Promise<Cohort> {
  const vehicles = await db
    .selectFrom("chain_vehicles")
    .select(["vehicle", "rank"])
    .where("first_account", "=", account)
    .orderBy("rank")
    .execute();
  return { account, vehicles, angel: vehicles.some(({ rank }) => rank <= ANGEL_ROUND) };
}
