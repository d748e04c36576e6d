import type { RawSample } from "../device/index.ts";

/** What a trip does to the device: its end, or its owner's switch. */
export interface TripMark {
  readonly mark: "trip-ends" | "trip-off";
}

/** What a car's device experiences, in order of time. */
export type FeedEvent = RawSample | TripMark;

/**
 * The seam between sources of driving and the device: a simulated car is one, a recorded log is another. A feed holds
 * no more than it was asked for, so that the memory is bounded by the fleet and not by the length of a log.
 */
export interface SampleFeed {
  /**
   * The events after those of the last call, up to and including a time.
   * @param time Unix seconds; never falls from call to call.
   */
  until(time: number): readonly FeedEvent[] | Promise<readonly FeedEvent[]>;
}

/** Whether an event is a mark and not a sample. */
export function isMark(event: FeedEvent): event is TripMark {
  return "mark" in event;
}
