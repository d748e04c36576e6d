import type { SignalName } from "../protocol/index.ts";

/**
 * A row of signals as the car has them: anything may be in it. Units are in the names; `time` is whole unix seconds;
 * `takeovers` and `appActions` count what happened since the sample before.
 */
export type RawSample = { readonly time: number; readonly [field: string]: unknown } & {
  readonly [name in SignalName]?: number;
};
