/**
 * What runs in the car: the on-board filter, the reading builder and the signer. It imports the protocol and nothing
 * else of ours. Start at {@link createDevice}; the parts are exported for those who build their own.
 */
export {
  decodeSamples,
  type LetOutSample,
  opensPayload,
  type PayloadOpening,
  payloadOf,
  SIGNALS,
  type Signal,
  type SignalName,
} from "../protocol/index.ts";
export { createDevice, type Device, type DeviceOptions, type DeviceReading } from "./device.ts";
export {
  type DistanceRule,
  GPS_RULE,
  greatCircleM,
  MAX_STEP_MPS,
  ODOMETER_RULE,
  SKIP_CODES,
  type SkipCode,
  SPEED_RULE,
} from "./distance.ts";
export {
  createEntitlements,
  type EntitlementStorage,
  type Entitlements,
  type EntitlementsOptions,
  type MakerKey,
  type SwitchedOn,
  type SwitchOnOutcome,
} from "./entitlements.ts";
export { effectiveMask, letOut } from "./filter.ts";
export type { RawSample } from "./raw-sample.ts";
export { type BuiltReading, ReadingBuilder, type ReadingBuilderOptions } from "./reading-builder.ts";
export {
  createSamplesKey,
  type OpenedSamples,
  openSealedSamples,
  type SamplesKey,
  type SamplesPublicKey,
  samplesKeyFromSecret,
  sealSamples,
} from "./sealed-samples.ts";
export {
  createDeviceKey,
  type DeviceKey,
  deviceKeyFromSecret,
  deviceKeyFromSeed,
  type Pairing,
  signPairing,
  signReading,
} from "./signer.ts";
