/**
 * Where readings come from without a real car: a seeded simulator over standard driving cycles. Recorded logs have the
 * same seam, `SampleFeed`. Both end in signed readings, made by the very code that runs in a car.
 */
export type { Delivery } from "./fleet.ts";
export { ownerSecret, vehicleIdentity } from "./identity.ts";
export { MISCHIEF, type MischiefKind } from "./mischief.ts";
export {
  createSimulatedFleet,
  type SimulatedFleet,
  type SimulatedFleetOptions,
  type SimulatedVehicle,
} from "./simulator.ts";
