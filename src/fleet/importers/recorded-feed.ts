import { type FeedEvent, isMark, type SampleFeed } from "../feed.ts";
import type { ImportedVehicle } from "./importer.ts";

/**
 * The feed of a recorded vehicle: it reads as far as it is asked for, and one event further.
 * @param vehicle A vehicle of a log that stays open while the feed is used.
 */
export function recordedFeed(vehicle: ImportedVehicle): SampleFeed {
  let samples: AsyncIterator<FeedEvent> | undefined;
  let held: FeedEvent | undefined;
  let ended = false;
  const read = async (time: number): Promise<FeedEvent[]> => {
    const events: FeedEvent[] = [];
    samples ??= vehicle.samples();
    for (;;) {
      if (held === undefined) {
        const { done, value } = await samples.next();
        if (done) {
          ended = true;
          return events;
        }
        held = value;
      }
      if (!isMark(held) && held.time > time) return events;
      events.push(held);
      held = undefined;
    }
  };
  return {
    until: (time) => (ended || (held !== undefined && !isMark(held) && held.time > time) ? [] : read(time)),
  };
}
