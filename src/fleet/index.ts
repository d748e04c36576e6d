/**
 * Where readings come from without a real car: a seeded simulator over standard driving cycles, and recorded logs. Both
 * end in signed readings, made by the very code that runs in a car.
 */
export type { Delivery } from "./fleet.ts";
export { ownerSamplesKey, ownerSecret, type VehicleIdentity, vehicleIdentity } from "./identity.ts";
export { MISCHIEF, type MischiefKind } from "./mischief.ts";
export { createRecordedFleet, type RecordedFleet, type RecordedVehicle } from "./recorded-fleet.ts";
export {
  createSimulatedFleet,
  type SimulatedFleet,
  type SimulatedFleetOptions,
  type SimulatedVehicle,
} from "./simulator.ts";
