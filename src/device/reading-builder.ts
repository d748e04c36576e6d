import {
  CairnError,
  DROP_S,
  dropOf,
  dropStart,
  type Hex,
  type PayloadOpening,
  payloadOf,
  type Reading,
  SampleWriter,
} from "../protocol/index.ts";
import {
  checkRule,
  type DistanceRule,
  MAX_ODOMETER_M,
  measureStep,
  type Point,
  readPoint,
  SKIP_CODES,
  type SkipCode,
} from "./distance.ts";
import { effectiveMask, letOut, MILEAGE_MASK, maskOf, TAKEOVERS_MASK } from "./filter.ts";
import type { RawSample } from "./raw-sample.ts";

/** A reading that is ready to be signed, and what opens its payload. */
export interface BuiltReading {
  readonly reading: Reading;
  readonly opening: PayloadOpening;
}

export interface ReadingBuilderOptions {
  readonly vehicle: Hex;
  /** First second of day 0, unix seconds. Nothing before it makes a reading. */
  readonly genesis: number;
  readonly distance: DistanceRule;
  /** The owner's consent for mining at a time, unix seconds: a category mask, 0 for none. */
  readonly consentMaskAt: (time: number) => number;
  /** 32 bytes for the payload of the reading with that sequence: fresh and random, save in simulations. */
  readonly saltOf: (sequence: number) => Hex;
  /** The last sequence that was used; 0 in a new car. */
  readonly sequence?: number;
  /** Where the odometer stands, metres. 0 in a new car; with the rule `odometer` the first sample tells if it is higher. */
  readonly odometerM?: number;
  /**
   * What a sample does whose time goes back or is not whole, or whose distance signal is impossible: `skip` counts it
   * and goes on, as a car must; `throw` is for logs that ought to be clean.
   */
  readonly onBadSample?: "skip" | "throw";
}

interface Segment {
  readonly startedAt: number;
  readonly odometerStart: number;
  /** What was consented to: one mask over the whole segment. */
  readonly consented: number;
  readonly writer: SampleWriter;
  left: number;
  takeovers: number;
}

interface Previous {
  readonly sample: RawSample;
  readonly time: number;
  readonly point: Point;
  readonly mask: number;
  written: boolean;
}

/** Samples kept of one drop: ten a second. Bounds the memory of a device. */
const MAX_SAMPLES_PER_READING = 10 * DROP_S;
const MAX_TAKEOVERS = 65_535;
const NONE: readonly BuiltReading[] = [];

/**
 * Turns samples into readings, one at a time (docs/protocol.md, section 5). A reading lies inside one drop, so inside
 * one day, and inside one state of consent: it is cut exactly at the edge, and distance is shared over the cut in
 * proportion to time. Metres are whole differences of one running odometer, so nothing is lost to rounding. Standing
 * makes no reading. It holds the samples of one drop at most.
 */
export class ReadingBuilder {
  readonly #options: ReadingBuilderOptions;
  readonly #skipped = Object.fromEntries(Object.keys(SKIP_CODES).map((code) => [code, 0])) as Record<SkipCode, number>;
  #sequence: number;
  /** Running distance with its fraction, metres. */
  #odometerM: number;
  #segment: Segment | undefined;
  #previous: Previous | undefined;
  #pendingTakeovers = 0;
  #tripEnded = true;
  #tripOff = false;

  /** @throws ARGUMENT_INVALID when the distance rule, the odometer or the sequence is out of bounds. */
  constructor(options: ReadingBuilderOptions) {
    checkRule(options.distance);
    const { odometerM = 0, sequence = 0 } = options;
    if (!(odometerM >= 0 && odometerM <= MAX_ODOMETER_M) || !(Number.isSafeInteger(sequence) && sequence >= 0)) {
      throw new CairnError("ARGUMENT_INVALID", `an odometer of ${odometerM} m, a sequence of ${sequence}`);
    }
    this.#options = options;
    this.#sequence = sequence;
    this.#odometerM = odometerM;
  }

  /** The last sequence that was used. */
  get sequence(): number {
    return this.#sequence;
  }

  /** Where the odometer stands, metres with a fraction. A device that starts again is given it back. */
  get odometerM(): number {
    return this.#odometerM;
  }

  /** How many samples or steps did not count, by code. */
  get skipped(): Readonly<Record<SkipCode, number>> {
    return this.#skipped;
  }

  /**
   * Takes the next sample.
   * @returns Readings that it completed: those of drops that ended at or before it, or of a drive that a gap ended.
   * @throws SAMPLES_INVALID for a bad sample when `onBadSample` is `throw`.
   */
  push(sample: RawSample): readonly BuiltReading[] {
    const { distance, consentMaskAt } = this.#options;
    const { time } = sample;
    const previous = this.#previous;
    if (!Number.isSafeInteger(time) || time < 0) return this.#refuse("TIME_INVALID", sample);
    if (previous !== undefined && time < previous.time) return this.#refuse("TIME_BACKWARDS", sample);
    const point = readPoint(distance, sample);
    if (point === "VALUE_INVALID") return this.#refuse(point, sample);
    const mask = effectiveMask(consentMaskAt(time));
    if (point === "SIGNAL_MISSING") {
      this.#skipped.SIGNAL_MISSING++;
      if (!this.#tripOff) this.#keepTakeovers(sample, mask);
      return NONE;
    }
    if (previous === undefined && distance.from === "odometer") {
      // A device that starts again did not watch what the odometer has gone on since.
      this.#odometerM = Math.max(this.#odometerM, point.a);
    }
    // Within one second there is no speed to judge a step by: the way is measured from the second's first sample on.
    const sameSecond = previous?.time === time;
    if (sameSecond) this.#skipped.SAME_SECOND++;
    const current: Previous = { sample, time, point: sameSecond ? previous.point : point, mask, written: false };
    this.#previous = current;
    const watched = !this.#tripEnded;
    this.#tripEnded = false;
    if (previous === undefined) return NONE;
    const step = measureStep(distance, previous.point, current.point, time - previous.time, watched);
    if (step.skip !== undefined) this.#skipped[step.skip]++;
    if (!step.cut) return this.#drive(previous, current, step.metres);
    const finished = this.#close(previous.time);
    if (watched) this.#noteAlone(previous);
    this.#odometerM += step.unseenM;
    return finished;
  }

  /**
   * Time goes on without samples: completes the open reading once no later sample can lengthen it, so that it does not
   * wait in the car for the next drive.
   * @param now Unix seconds.
   */
  rest(now: number): readonly BuiltReading[] {
    const previous = this.#previous;
    if (previous === undefined || now - previous.time <= this.#options.distance.maxGapS) return NONE;
    return this.#close(previous.time);
  }

  /** Ends the trip: completes the open reading and switches a trip that was off on again for the next. */
  endTrip(): readonly BuiltReading[] {
    const previous = this.#previous;
    const finished = previous === undefined ? NONE : this.#close(previous.time);
    if (previous !== undefined && !this.#tripEnded) this.#noteAlone(previous);
    this.#tripEnded = true;
    this.#tripOff = false;
    return finished;
  }

  /** The per-trip switch: from now to the trip's end nothing leaves, not even what is open. The odometer goes on. */
  switchTripOff(): void {
    this.#tripOff = true;
    this.#segment = undefined;
    this.#pendingTakeovers = 0;
  }

  #refuse(code: SkipCode, sample: RawSample): readonly BuiltReading[] {
    if (this.#options.onBadSample === "throw") {
      throw new CairnError("SAMPLES_INVALID", SKIP_CODES[code], { details: { code, time: sample.time } });
    }
    this.#skipped[code]++;
    return NONE;
  }

  #noteAlone(previous: Previous): void {
    if (!previous.written && !this.#tripOff && previous.mask !== 0) this.#skipped.SAMPLE_ALONE++;
  }

  /** Drives from one sample to the next, cutting at drop edges and where the consent changes. */
  #drive(previous: Previous, current: Previous, metres: number): readonly BuiltReading[] {
    const { genesis } = this.#options;
    const from = previous.time;
    const startM = this.#odometerM;
    // Only what is consented to at both ends may leave: a withdrawal in between must not be overrun.
    const mask = this.#tripOff || from < genesis ? 0 : previous.mask & current.mask;
    const finished: BuiltReading[] = [];
    if (this.#segment !== undefined && this.#segment.consented !== mask) finished.push(...this.#close(from));
    if (mask !== 0) {
      this.#segment ??= this.#open(from, mask);
      if (!previous.written) this.#write(this.#segment, previous);
      let edge = dropStart(genesis, dropOf(genesis, from) + 1);
      for (; edge <= current.time; edge += DROP_S) {
        this.#odometerM = startM + (metres * (edge - from)) / (current.time - from);
        // What happened up to the edge belongs to the drop that ends there.
        if (edge === current.time) this.#write(this.#segment, current);
        finished.push(...this.#close(edge));
        if (edge < current.time) this.#segment = this.#open(edge, mask);
      }
    }
    this.#odometerM = startM + metres;
    if (this.#segment !== undefined && !current.written) this.#write(this.#segment, current);
    return finished;
  }

  #open(startedAt: number, consented: number): Segment {
    const odometerStart = Math.floor(this.#odometerM);
    const writer = new SampleWriter(startedAt);
    return { startedAt, odometerStart, consented, writer, left: MILEAGE_MASK, takeovers: 0 };
  }

  #write(segment: Segment, current: Previous): void {
    current.written = true;
    if (segment.writer.count >= MAX_SAMPLES_PER_READING) {
      this.#skipped.SAMPLE_LIMIT++;
      return;
    }
    const { time, values } = letOut(current.sample, segment.consented);
    // The reading and its samples tell one distance, whatever signal it was measured by.
    const sample = { time, values: { ...values, odometerM: Math.floor(this.#odometerM) } };
    segment.writer.write(sample);
    segment.left |= maskOf(sample);
    if ((segment.consented & TAKEOVERS_MASK) === 0) return;
    const takeovers = this.#pendingTakeovers + (values.takeovers ?? 0);
    this.#pendingTakeovers = 0;
    if (takeovers > 0) segment.left |= TAKEOVERS_MASK;
    segment.takeovers = Math.min(MAX_TAKEOVERS, segment.takeovers + takeovers);
  }

  /** Takeovers of a sample without distance are told with the next that has it, if they may be told at all. */
  #keepTakeovers(sample: RawSample, mask: number): void {
    if ((mask & TAKEOVERS_MASK) === 0) return;
    this.#pendingTakeovers = Math.min(
      MAX_TAKEOVERS,
      this.#pendingTakeovers + (letOut(sample, mask).values.takeovers ?? 0),
    );
  }

  #close(endedAt: number): readonly BuiltReading[] {
    const segment = this.#segment;
    if (segment === undefined) return NONE;
    this.#segment = undefined;
    if (endedAt === segment.startedAt) {
      this.#pendingTakeovers += segment.takeovers;
      return NONE;
    }
    const odometerEnd = Math.floor(this.#odometerM);
    if (odometerEnd === segment.odometerStart && segment.takeovers === 0) return NONE;
    const sequence = ++this.#sequence;
    const opening = { salt: this.#options.saltOf(sequence), samples: segment.writer.finish() };
    const reading: Reading = {
      vehicle: this.#options.vehicle,
      sequence,
      startedAt: segment.startedAt,
      endedAt,
      odometerStart: segment.odometerStart,
      odometerEnd,
      takeovers: segment.takeovers,
      categories: segment.left,
      payload: payloadOf(opening),
    };
    return [{ reading, opening }];
  }
}
