import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { DAY_S, DROP_S, type Reading, ZERO_HASH } from "../../src/protocol/index.ts";
import type { ConsentPeriod } from "../../src/relayer/domain/consents.ts";
import {
  checkShape,
  checkState,
  type IntakeMoment,
  type MiningConsent,
  type VehicleSituation,
} from "../../src/relayer/domain/intake.ts";
import { addressOf } from "./support/keys.ts";
import { carOf, readingOf } from "./support/owners.ts";
import { GENESIS } from "./support/programme.ts";

const car = carOf("one", "alice");
const START = GENESIS + 3 * DROP_S;
const reading = readingOf(car, { sequence: 5, startedAt: START, endedAt: START + 100 });

const vehicle: VehicleSituation = {
  keys: [{ x: car.device.x, y: car.device.y, from: GENESIS, until: 0 }],
  holders: [{ account: addressOf("alice"), since: GENESIS, until: 0 }],
  last: { sequence: 4, endedAt: START, odometerEnd: 1_000 },
};
const grant: ConsentPeriod = { version: 1, categories: 1, granted: GENESIS, expires: 0, revoked: 0, replaced: 0 };
const consent: MiningConsent = { periods: [grant], withdrawalPending: false };
const moment: IntakeMoment = { genesis: GENESIS, chainTime: START + 200, drop: 3, readingMaxAgeS: 604_800 };

/** Two accounts of one pairing: the vehicle follows from Alice's to Bob's. */
const followedAt = (time: number) => [
  { account: addressOf("alice"), since: GENESIS, until: time },
  { account: addressOf("bob"), since: time, until: 0 },
];

describe("a reading by itself", () => {
  const cases: readonly [string, Partial<Reading>, string | undefined][] = [
    ["when nothing is wrong", {}, undefined],
    ["when the payload is zero", { payload: ZERO_HASH }, "READING_PAYLOAD_ZERO"],
    ["when a category is unknown", { categories: 256 + 1 }, "READING_CATEGORY_UNKNOWN"],
    ["when the mask is above 32 bits", { categories: 2 ** 40 + 1 }, "READING_CATEGORY_UNKNOWN"],
    ["when mileage is not in the mask", { categories: 2 }, "READING_WITHOUT_MILEAGE"],
    ["when it ends when it begins", { endedAt: START }, "READING_INTERVAL_EMPTY"],
    ["when it begins before genesis", { startedAt: GENESIS - 1 }, "READING_BEFORE_GENESIS"],
    ["when it ends a second after midnight", { endedAt: GENESIS + DAY_S + 1 }, "READING_ACROSS_DAYS"],
    ["when it ends at midnight", { endedAt: GENESIS + DAY_S }, undefined],
    ["when the odometer runs backwards", { odometerEnd: 999 }, "READING_ODOMETER_BACKWARDS"],
    ["when the odometer stands still", { odometerEnd: 1_000 }, undefined],
    ["when the mean speed is 70 m/s", { odometerEnd: 8_000 }, undefined],
    ["when the mean speed is above 70 m/s", { odometerEnd: 8_001 }, "READING_TOO_FAST"],
  ];
  for (const [title, change, expected] of cases) {
    test(title, () => assert.equal(checkShape({ ...reading, ...change }, GENESIS), expected));
  }
});

describe("a reading in the state of its time", () => {
  const cases: readonly [
    string,
    {
      reading?: Partial<Reading>;
      vehicle?: Partial<VehicleSituation>;
      consent?: MiningConsent;
      moment?: Partial<IntakeMoment>;
    },
    string | undefined,
  ][] = [
    ["when nothing is wrong", {}, undefined],
    ["when it ends at chain time", { moment: { chainTime: START + 100 } }, undefined],
    ["when it ends after chain time", { moment: { chainTime: START + 99 } }, "READING_FROM_FUTURE"],
    ["when it is as old as the rules allow", { moment: { drop: 4, readingMaxAgeS: DROP_S - 100 } }, undefined],
    ["when it is a second older", { moment: { drop: 4, readingMaxAgeS: DROP_S - 101 } }, "READING_TOO_OLD"],
    ["when its sequence was used", { reading: { sequence: 4 } }, "READING_SEQUENCE_OLD"],
    ["when sequences are left out", { reading: { sequence: 400 } }, undefined],
    ["when it begins before the last one ended", { reading: { startedAt: START - 1 } }, "READING_OVERLAPS"],
    [
      "when the odometer is below the last one's end",
      { reading: { odometerStart: 999 } },
      "READING_ODOMETER_BACKWARDS",
    ],
    ["given no earlier reading, when the odometer begins anywhere", { vehicle: { last: undefined } }, undefined],
    ["when the vehicle is not paired", { vehicle: { holders: [] } }, "READING_VEHICLE_UNPAIRED"],
    [
      "when it was paired a second after it began",
      { vehicle: { holders: [{ account: addressOf("alice"), since: START + 1, until: 0 }] } },
      "READING_VEHICLE_UNPAIRED",
    ],
    [
      "when it was released as it ended",
      { vehicle: { holders: [{ account: addressOf("alice"), since: START, until: START + 100 }] } },
      undefined,
    ],
    [
      "when it was released a second before it ended",
      { vehicle: { holders: [{ account: addressOf("alice"), since: START, until: START + 99 }] } },
      "READING_VEHICLE_UNPAIRED",
    ],
    ["when the vehicle followed a move as it ended", { vehicle: { holders: followedAt(START + 100) } }, undefined],
    [
      "when the vehicle followed a move a second before it ended",
      { vehicle: { holders: followedAt(START + 99) } },
      "READING_VEHICLE_UNPAIRED",
    ],
    ["when the vehicle followed a move as it began", { vehicle: { holders: followedAt(START) } }, undefined],
    [
      "when there was never a consent",
      { consent: { periods: [], withdrawalPending: false } },
      "READING_CONSENT_MISSING",
    ],
    [
      "when a signed withdrawal waits",
      { consent: { periods: [grant], withdrawalPending: true } },
      "READING_CONSENT_WITHDRAWN",
    ],
    [
      "when the consent was withdrawn after the reading",
      { consent: { periods: [{ ...grant, revoked: START + 150 }], withdrawalPending: false } },
      "READING_CONSENT_WITHDRAWN",
    ],
    [
      "when the consent began a second late",
      { consent: { periods: [{ ...grant, granted: START + 1 }], withdrawalPending: false } },
      "READING_CONSENT_MISSING",
    ],
    [
      "when the consent has expired by now",
      { consent: { periods: [{ ...grant, expires: START + 200 }], withdrawalPending: false } },
      "READING_CONSENT_MISSING",
    ],
    [
      "when two grants join without a gap",
      {
        consent: {
          periods: [
            { ...grant, replaced: START + 50 },
            { ...grant, version: 7, granted: START + 50 },
          ],
          withdrawalPending: false,
        },
      },
      undefined,
    ],
    [
      "when the second grant covers less",
      {
        reading: { categories: 3 },
        consent: {
          periods: [
            { ...grant, categories: 3, replaced: START + 50 },
            { ...grant, version: 7, granted: START + 50 },
          ],
          withdrawalPending: false,
        },
      },
      "READING_CONSENT_MISSING",
    ],
    [
      "given a late reading, when consent was given again only after its drop began",
      {
        moment: { drop: 5, chainTime: GENESIS + 5 * DROP_S + 100 },
        consent: {
          periods: [
            { ...grant, revoked: START + 300 },
            { ...grant, version: 5, granted: GENESIS + 5 * DROP_S + 1 },
          ],
          withdrawalPending: false,
        },
      },
      "READING_CONSENT_MISSING",
    ],
  ];
  for (const [title, change, expected] of cases) {
    test(title, () => {
      const code = checkState(
        { ...reading, ...change.reading },
        { ...vehicle, ...change.vehicle },
        change.consent ?? consent,
        { ...moment, ...change.moment },
      );
      assert.equal(code, expected);
    });
  }
});
