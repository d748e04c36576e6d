import type { EventOf } from "../../chain/read/events.ts";
import { type Hex, lowerHex } from "../../protocol/codec/bytes.ts";
import type { Tx } from "./open.ts";

/** Applies what the registry says: vehicles, their keys, their one pairing and who held them in it. */
export async function applyVehicle(tx: Tx, event: EventOf<"vehicleRegistry">): Promise<void> {
  switch (event.name) {
    case "VehicleRegistered": {
      const { vehicle, rank, keyX, keyY } = event.args;
      await tx
        .insertInto("chain_vehicles")
        .values({ vehicle, rank, account: null, since: 0, until: 0, release: "none" })
        .execute();
      return addKey(tx, { vehicle, x: keyX, y: keyY }, event.time);
    }
    case "DeviceKeyRotated": {
      const { vehicle, keyX, keyY } = event.args;
      await endKey(tx, vehicle, event.time);
      return addKey(tx, { vehicle, x: keyX, y: keyY }, event.time);
    }
    case "DeviceKeyRevoked":
      return endKey(tx, event.args.vehicle, event.time);
    case "VehiclePaired":
      return setVehicle(tx, event.args.vehicle, {
        account: lowerHex(event.args.account),
        since: event.time,
        until: 0,
        release: "none",
      });
    case "ReleaseRequested":
      return setVehicle(tx, event.args.vehicle, { release: "requested" });
    case "ReleaseContested":
      return setVehicle(tx, event.args.vehicle, { release: "contested" });
    case "ReleaseRejected":
      return setVehicle(tx, event.args.vehicle, { release: "none" });
    case "VehicleFollowed": {
      const { vehicle, account, to } = event.args;
      await tx
        .insertInto("chain_tenures")
        .values({ vehicle, account: lowerHex(account), until: event.time })
        .execute();
      return setVehicle(tx, vehicle, { account: lowerHex(to) });
    }
    case "VehicleReleased":
      return setVehicle(tx, event.args.vehicle, { until: event.time, release: "none" });
  }
}

async function setVehicle(
  tx: Tx,
  vehicle: Hex,
  values: { account?: Hex; since?: number; until?: number; release?: "none" | "requested" | "contested" },
): Promise<void> {
  await tx.updateTable("chain_vehicles").set(values).where("vehicle", "=", vehicle).execute();
}

async function addKey(tx: Tx, key: { vehicle: Hex; x: Hex; y: Hex }, time: number): Promise<void> {
  await tx
    .insertInto("chain_keys")
    .values({ ...key, from_time: time, until_time: 0 })
    .execute();
}

async function endKey(tx: Tx, vehicle: Hex, time: number): Promise<void> {
  await tx
    .updateTable("chain_keys")
    .set({ until_time: time })
    .where("vehicle", "=", vehicle)
    .where("until_time", "=", 0)
    .execute();
}
