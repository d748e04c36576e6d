import { deviceKeyFromSeed } from "../../../src/device/signer.ts";
import type { Hex } from "../../../src/protocol/codec/bytes.ts";
import { DAY_S } from "../../../src/protocol/codec/codes.ts";
import type { Planned, Scheme } from "../dishonest-books.ts";
import { CARS, type Car, HOUR_S, MIDNIGHT } from "../dishonest-cast.ts";
import type { DishonestProducer } from "../dishonest-producer.ts";
import { corruptionsOf } from "./corruption.ts";

const [CAR, SECOND, THIRD] = CARS;
/** The drop of everybody's first trip on day 0, and of the second. */
const [DROP, NEXT] = [48, 60];
const DAY_1 = MIDNIGHT + DAY_S;
/** The third car's odometer after its trips of day 1. */
const THIRD_AFTER_DAY_1 = 10_000 + 6 * 6_001;

/** What can be false about a reading. */
export const READINGS = corruptionsOf("a reading", { means: "books", by: "relayer" }, [
  {
    when: "a signature is forged",
    scheme: replacing({ car: SECOND, trip: 0 }, (planned) => ({
      ...planned,
      signature: deviceKeyFromSeed(Buffer.from("the key of a forger")).signDigest(planned.digest),
    })),
    finds: [["READING_SIGNATURE_INVALID", `drop ${DROP} index 1`]],
  },
  {
    when: "a signature has a high s",
    by: "car",
    scheme: replacing({ car: SECOND, trip: 0 }, (planned) => ({ ...planned, signature: withHighS(planned.signature) })),
    finds: [["READING_SIGNATURE_NOT_LOW", `drop ${DROP} index 1`]],
  },
  {
    when: "a reading from after a withdrawal is put into a drop",
    scheme: adding((producer) =>
      producer.planned(THIRD, {
        startedAt: DAY_1 + 13 * HOUR_S + 60,
        odometerStart: THIRD_AFTER_DAY_1,
        odometerEnd: THIRD_AFTER_DAY_1,
      }),
    ),
    finds: [["READING_CONSENT_MISSING", "drop 223 index 0"]],
  },
  {
    when: "a reading reaches into the time after a withdrawal",
    scheme: adding((producer) =>
      producer.planned(THIRD, {
        startedAt: DAY_1 + 13 * HOUR_S - 60,
        odometerStart: THIRD_AFTER_DAY_1,
        odometerEnd: THIRD_AFTER_DAY_1,
      }),
    ),
    finds: [["READING_CONSENT_MISSING", "drop 222 index 0"]],
  },
  {
    when: "a covered reading is taken into a drop that begins without consent",
    scheme: altered(THIRD, 5, {}, 144 + 81),
    finds: [["READING_CONSENT_NOT_STANDING", "drop 225 index 0"]],
  },
  {
    when: "a reading holds a category that was not consented to",
    scheme: altered(SECOND, 0, { categories: 0b111 }),
    finds: [["READING_CONSENT_MISSING", `drop ${DROP} index 1`]],
  },
  {
    when: "a reading is counted for an account that does not hold the vehicle",
    scheme: replacing({ car: SECOND, trip: 0 }, (planned) => ({ ...planned, account: THIRD.account })),
    finds: [["READING_ACCOUNT_WRONG", `drop ${DROP} index 1`]],
  },
  {
    when: "a reading names a vehicle that nobody registered",
    scheme: adding((producer) =>
      producer.planned({ ...CAR, vehicle: `0x${"f0".repeat(32)}` }, { startedAt: DAY_1 + 13 * HOUR_S }),
    ),
    finds: [
      ["READING_VEHICLE_UNPAIRED", "drop 222 index 0"],
      ["READING_KEY_INVALID", "drop 222 index 0"],
    ],
  },
  {
    when: "readings of a sold car go on being counted for the seller",
    meanwhile: async (day, producer) => {
      if (day !== 2) return;
      await producer.moveTo(MIDNIGHT + 2 * DAY_S + 11 * HOUR_S);
      const release = { vehicle: CAR.vehicle, account: CAR.account, deadline: 0 };
      await producer.send(CAR.account, "vehicleRegistry", "releaseVehicle", [release]);
    },
    finds: [["READING_VEHICLE_UNPAIRED", "drop 360 index 0"]],
  },
  {
    when: "a reading is signed by a key that was revoked",
    means: "transaction",
    by: "manufacturer",
    meanwhile: async (day, producer) => {
      if (day !== 2) return;
      await producer.moveTo(MIDNIGHT + 2 * DAY_S + 11 * HOUR_S);
      await producer.send("manufacturer", "vehicleRegistry", "revokeDeviceKey", [CAR.vehicle]);
    },
    finds: [["READING_KEY_INVALID", "drop 360 index 0"]],
  },
  {
    when: "a reading is counted twice",
    scheme: (producer) => ({
      plan: (plan) => [...plan, { ...(plan[0] as Planned), drop: 49 }].map((planned) => ({ ...planned, producer })),
    }),
    finds: [["READING_DOUBLED", "drop 49 index 0"]],
  },
  {
    when: "a sequence falls",
    by: "car",
    scheme: altered(CAR, 1, { sequence: 1 }),
    finds: [["READING_SEQUENCE_OLD", `drop ${NEXT} index 0`]],
  },
  {
    when: "a reading begins before the last one ended",
    scheme: altered(CAR, 1, { startedAt: MIDNIGHT + 8 * HOUR_S + 500 }),
    finds: [["READING_OVERLAPS", `drop ${NEXT} index 0`]],
  },
  {
    when: "an odometer was turned back",
    by: "car",
    scheme: altered(CAR, 1, { odometerStart: 10_000 }),
    finds: [["READING_ODOMETER_BACKWARDS", `drop ${NEXT} index 0`]],
  },
  {
    when: "a speed is impossible",
    by: "car",
    scheme: altered(CAR, 0, { startedAt: MIDNIGHT + 8 * HOUR_S + 500 }),
    finds: [["READING_TOO_FAST", `drop ${DROP} index 0`]],
  },
  {
    when: "a reading's mask names a category that does not exist",
    scheme: altered(CAR, 0, { categories: 0b1_0000_0011 }),
    finds: [
      ["READING_CATEGORY_UNKNOWN", `drop ${DROP} index 0`],
      ["READING_CONSENT_MISSING", `drop ${DROP} index 0`],
    ],
  },
  {
    when: "a reading is without mileage",
    scheme: altered(CAR, 0, { categories: 0b10 }),
    finds: [["READING_WITHOUT_MILEAGE", `drop ${DROP} index 0`]],
  },
  {
    when: "a payload is zero",
    scheme: altered(CAR, 0, { payload: `0x${"00".repeat(32)}` }),
    finds: [["READING_PAYLOAD_ZERO", `drop ${DROP} index 0`]],
  },
  {
    when: "a reading ends after its drop",
    scheme: altered(CAR, 0, {}, DROP - 1),
    finds: [["READING_FROM_FUTURE", `drop ${DROP - 1} index 0`]],
  },
  {
    when: "a reading is too old",
    // The car's last one: later ones would make its sequence old as well.
    scheme: () => ({
      plan: (plan) =>
        plan
          .filter(({ account, drop }) => account !== CAR.account || drop < 288)
          .map((planned) =>
            planned.account === CAR.account && planned.drop === 216 ? { ...planned, drop: 375 } : planned,
          ),
    }),
    finds: [["READING_TOO_OLD", "drop 375 index 0"]],
  },
  {
    when: "a reading spans midnight",
    scheme: adding((producer) =>
      producer.planned(CAR, { startedAt: DAY_1 - 60, odometerStart: 31_003, odometerEnd: 31_003 }),
    ),
    finds: [["READING_ACROSS_DAYS", "drop 144 index 0"]],
  },
  {
    when: "a reading lasts no time",
    scheme: adding((producer) =>
      producer.planned(CAR, {
        startedAt: DAY_1 - 60,
        endedAt: DAY_1 - 60,
        odometerStart: 31_003,
        odometerEnd: 31_003,
      }),
    ),
    finds: [["READING_INTERVAL_EMPTY", "drop 143 index 0"]],
  },
  {
    when: "a reading begins before genesis",
    scheme: adding((producer) =>
      producer.planned(CAR, { startedAt: MIDNIGHT - 60, sequence: 1, odometerStart: 9_000, odometerEnd: 9_000 }),
    ),
    finds: [["READING_BEFORE_GENESIS", "drop 0 index 0"]],
  },
]);

/** A scheme that replaces the reading at a place of the plan. */
function replacing(at: { car: Car; trip: number }, change: (planned: Planned, producer: DishonestProducer) => Planned) {
  return (producer: DishonestProducer): Scheme => ({
    plan: (plan) => {
      const target = plan.filter(({ account }) => account === at.car.account)[at.trip];
      return plan.map((planned) => (planned === target ? change(planned, producer) : planned));
    },
  });
}

/** A reading with other contents, signed by its car as it then is. */
function altered(car: Car, trip: number, facts: Partial<Planned["reading"]>, drop?: number) {
  return replacing({ car, trip }, ({ reading, drop: own }, producer) =>
    producer.planned(car, { ...reading, ...facts }, drop ?? own),
  );
}

/** A scheme that adds one reading to a plan. */
function adding(make: (producer: DishonestProducer) => Planned) {
  return (producer: DishonestProducer): Scheme => ({ plan: (plan) => [...plan, make(producer)] });
}

/** The other of the two signatures that verify: (r, n - s). */
function withHighS(signature: Hex): Hex {
  const order = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;
  const s = order - BigInt(`0x${signature.slice(66)}`);
  return `${signature.slice(0, 66) as Hex}${s.toString(16).padStart(64, "0")}`;
}
