import type { RelayerStatus } from "../relayer-api.ts";

/** A moment in which a simulated programme acts. */
export interface Moment {
  /** Chain time, unix seconds: a day's noon. */
  readonly time: number;
  readonly day: number;
  readonly status: RelayerStatus;
}

/**
 * Something besides driving that plays in a simulated programme. What its next step is follows from the state on the chain
 * and from the day, so that one seed gives one course.
 */
export interface Scenario {
  /** Sets up before genesis. @param time Chain time, unix seconds. */
  prepare(time: number): Promise<void>;
  /** Takes the day's steps. */
  step(moment: Moment): Promise<void>;
  /** Whether the programme need not go on for its sake. @param day The day that begins. */
  isOver(day: number): Promise<boolean>;
}
