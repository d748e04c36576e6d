import type { EventOf } from "../../chain/read/events.ts";
import type { Hex } from "../../protocol/codec/bytes.ts";
import type { Mirror } from "../duty.ts";
import type { Tx } from "../store/open.ts";

const lower = (hex: string): Hex => hex.toLowerCase() as Hex;

/** Who held which vehicle when: for eligibility, cohorts and milestones. */
export const vehicleMirror: Mirror = {
  async apply(tx, events) {
    for (const event of events) if (event.contract === "vehicleRegistry") await applyVehicle(tx, event);
  },
  async clear(tx) {
    await tx.deleteFrom("chain_vehicles").execute();
    await tx.deleteFrom("chain_tenures").execute();
  },
};

async function applyVehicle(tx: Tx, event: EventOf<"vehicleRegistry">): Promise<void> {
  const { name, args, time } = event;
  switch (name) {
    case "VehicleRegistered": {
      const row = { vehicle: lower(args.vehicle), rank: args.rank, first_account: null, since: null, until: null };
      await tx.insertInto("chain_vehicles").values(row).execute();
      return;
    }
    case "VehiclePaired": {
      const [vehicle, account] = [lower(args.vehicle), lower(args.account)];
      await changeVehicle(tx, vehicle, { first_account: account, since: time, until: 0 });
      return beginTenure(tx, { vehicle, account, since: time });
    }
    case "VehicleFollowed": {
      await endTenure(tx, lower(args.vehicle), time);
      return beginTenure(tx, { vehicle: lower(args.vehicle), account: lower(args.to), since: time });
    }
    case "VehicleReleased": {
      await changeVehicle(tx, lower(args.vehicle), { until: time });
      return endTenure(tx, lower(args.vehicle), time);
    }
  }
}

async function changeVehicle(
  tx: Tx,
  vehicle: Hex,
  values: { first_account?: Hex; since?: number; until?: number },
): Promise<void> {
  await tx.updateTable("chain_vehicles").set(values).where("vehicle", "=", vehicle).execute();
}

async function beginTenure(tx: Tx, tenure: { vehicle: Hex; account: Hex; since: number }): Promise<void> {
  await tx
    .insertInto("chain_tenures")
    .values({ ...tenure, until: 0 })
    .execute();
}

async function endTenure(tx: Tx, vehicle: Hex, until: number): Promise<void> {
  await tx.updateTable("chain_tenures").set({ until }).where("vehicle", "=", vehicle).where("until", "=", 0).execute();
}
