import type { EventOf } from "../../chain/read/events.ts";
import { type Hex, lowerHex } from "../../protocol/codec/bytes.ts";
import type { Mirror } from "../duty.ts";
import type { Tx } from "../store/open.ts";

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
      const row = { vehicle: lowerHex(args.vehicle), rank: args.rank, first_account: null, since: null, until: null };
      await tx.insertInto("chain_vehicles").values(row).execute();
      return;
    }
    case "VehiclePaired": {
      const [vehicle, account] = [lowerHex(args.vehicle), lowerHex(args.account)];
      await changeVehicle(tx, vehicle, { first_account: account, since: time, until: 0 });
      return beginTenure(tx, { vehicle, account, since: time });
    }
    case "VehicleFollowed": {
      await endTenure(tx, lowerHex(args.vehicle), time);
      return beginTenure(tx, { vehicle: lowerHex(args.vehicle), account: lowerHex(args.to), since: time });
    }
    case "VehicleReleased": {
      await changeVehicle(tx, lowerHex(args.vehicle), { until: time });
      return endTenure(tx, lowerHex(args.vehicle), time);
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
