import { CairnError, DAY_S, MAX_SPEED_MPS } from "../protocol/index.ts";
import type { RawSample } from "./raw-sample.ts";

/**
 * How a car knows its distance. What a step may be at most is a parameter, since it depends on the log: a car's own
 * odometer every few seconds, a recorded speed every second, a taxi's position once a minute.
 */
export interface DistanceRule {
  readonly from: "odometer" | "speed" | "gps";
  /** Intervals longer than this, seconds, do not count. At most a day. */
  readonly maxGapS: number;
  /** Steps faster than this, m/s, do not count. At most {@link MAX_STEP_MPS}. */
  readonly maxSpeedMps: number;
}

/** 250 km/h: below the protocol's 70 m/s by more than rounding to whole metres can add. */
export const MAX_STEP_MPS = 250 / 3.6;

/** Largest odometer, metres: it leaves the car in 31 bits. Two million kilometres. */
export const MAX_ODOMETER_M = 2 ** 31 - 1;

/** Differences of the car's own odometer. */
export const ODOMETER_RULE: DistanceRule = { from: "odometer", maxGapS: 600, maxSpeedMps: MAX_STEP_MPS };

/** A recorded speed, integrated by trapezoids. */
export const SPEED_RULE: DistanceRule = { from: "speed", maxGapS: 5, maxSpeedMps: MAX_STEP_MPS };

/** Great-circle steps between positions, up to 160 km/h. */
export const GPS_RULE: DistanceRule = { from: "gps", maxGapS: 600, maxSpeedMps: 160 / 3.6 };

/** Why a sample or the step to it did not count. Nothing is left out without one of these. */
export const SKIP_CODES = {
  GAP_TOO_LONG: "the step lies over a gap without samples; the reading is cut there",
  ODOMETER_BACKWARDS: "the odometer shows less than before",
  SAMPLE_ALONE: "a trip of one sample has no duration and makes no reading",
  SAMPLE_LIMIT: "more samples in a drop than the device keeps",
  SAME_SECOND: "a further sample in one second: the distance is measured from the second's first",
  SIGNAL_MISSING: "the sample does not have the signal that gives the distance",
  STEP_TOO_FAST: "the step is faster than the rule allows",
  TIME_BACKWARDS: "the sample is older than the one before",
  TIME_INVALID: "the time is not a whole number of seconds",
  VALUE_INVALID: "the signal that gives the distance is not finite or impossible",
} as const;
export type SkipCode = keyof typeof SKIP_CODES;

/** Where a car was by its rule: an odometer in metres, a speed in m/s, or a position in degrees. */
export interface Point {
  readonly a: number;
  readonly b: number;
}

/** What the way from one sample to the next comes to. */
export interface Step {
  /** Metres that count. */
  readonly metres: number;
  /** Metres that the odometer shows and that nobody watched: it advances, but no reading claims them. */
  readonly unseenM: number;
  /** Whether a reading must not span this step. */
  readonly cut: boolean;
  readonly skip?: SkipCode;
}

/**
 * Checks a rule's parameters.
 * @throws ARGUMENT_INVALID when a limit is out of its bounds.
 */
export function checkRule(rule: DistanceRule): DistanceRule {
  const { maxGapS, maxSpeedMps } = rule;
  if (!(maxGapS > 0 && maxGapS <= DAY_S)) {
    throw new CairnError("ARGUMENT_INVALID", `maxGapS ${maxGapS} is not in (0, ${DAY_S}]`);
  }
  if (!(maxSpeedMps > 0 && maxSpeedMps <= MAX_STEP_MPS && MAX_STEP_MPS < MAX_SPEED_MPS)) {
    throw new CairnError("ARGUMENT_INVALID", `maxSpeedMps ${maxSpeedMps} is not in (0, ${MAX_STEP_MPS}]`);
  }
  return rule;
}

/** The point that a sample gives under a rule, or why it gives none. */
export function readPoint(rule: DistanceRule, sample: RawSample): Point | "SIGNAL_MISSING" | "VALUE_INVALID" {
  if (rule.from !== "gps") {
    const odometer = rule.from === "odometer";
    return point(
      odometer ? sample.odometerM : sample.speedMps,
      [0, odometer ? MAX_ODOMETER_M : rule.maxSpeedMps],
      0,
      [0, 0],
    );
  }
  return point(sample.latitudeDeg, [-90, 90], sample.longitudeDeg, [-180, 180]);
}

type Bounds = readonly [min: number, max: number];

function point(a: unknown, aBounds: Bounds, b: unknown, bBounds: Bounds): Point | "SIGNAL_MISSING" | "VALUE_INVALID" {
  if (a === undefined || b === undefined) return "SIGNAL_MISSING";
  return within(a, aBounds) && within(b, bBounds) ? { a, b } : "VALUE_INVALID";
}

function within(value: unknown, [min, max]: Bounds): value is number {
  return typeof value === "number" && value >= min && value <= max;
}

/**
 * Measures the way between two points.
 * @param seconds Time between them, not negative.
 * @param watched False when a trip ended between them: then nothing counts.
 */
export function measureStep(rule: DistanceRule, from: Point, to: Point, seconds: number, watched: boolean): Step {
  const metres = distance(rule, from, to, seconds);
  const tooFast = metres > rule.maxSpeedMps * seconds;
  // Only an odometer knows how far the car went unwatched; a leap of it is taken for a fault, not for a journey.
  const unseenM = rule.from === "odometer" && metres > 0 && !tooFast ? metres : 0;
  if (!watched) return { metres: 0, unseenM, cut: true };
  if (metres < 0) return { metres: 0, unseenM: 0, cut: false, skip: "ODOMETER_BACKWARDS" };
  if (seconds > rule.maxGapS) return { metres: 0, unseenM, cut: true, skip: "GAP_TOO_LONG" };
  if (tooFast) return { metres: 0, unseenM: 0, cut: false, skip: "STEP_TOO_FAST" };
  return { metres, unseenM: 0, cut: false };
}

function distance(rule: DistanceRule, from: Point, to: Point, seconds: number): number {
  switch (rule.from) {
    case "odometer":
      return to.a - from.a;
    case "speed":
      return ((from.a + to.a) / 2) * seconds;
    case "gps":
      return greatCircleM(from, to);
  }
}

/** Mean radius of the Earth, metres (IUGG). */
const EARTH_RADIUS_M = 6_371_008.8;
const RADIANS = Math.PI / 180;

/** Great-circle distance by the haversine formula, metres; `a` is the latitude and `b` the longitude, degrees. */
export function greatCircleM(from: Point, to: Point): number {
  const latitude = Math.sin(((to.a - from.a) * RADIANS) / 2) ** 2;
  const longitude = Math.sin(((to.b - from.b) * RADIANS) / 2) ** 2;
  const h = latitude + Math.cos(from.a * RADIANS) * Math.cos(to.a * RADIANS) * longitude;
  return 2 * EARTH_RADIUS_M * Math.asin(Math.sqrt(Math.min(1, h)));
}
