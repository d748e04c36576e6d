import { privateKeyToAccount } from "viem/accounts";
import type { RuleSet } from "../../src/chain/write/rule-set.ts";
import { deviceKeyFromSeed } from "../../src/device/signer.ts";
import type { Hex } from "../../src/protocol/codec/bytes.ts";
import { DAY_S } from "../../src/protocol/codec/codes.ts";

/** Genesis. */
export const MIDNIGHT = 1_750_003_200;
export const HOUR_S = 3_600;
/** Consent to mileage and driving behaviour. */
export const MASK = 0b11;
/** Days that a run lasts. */
export const DAYS = 3;
/** Small numbers, so that caps and windows bind within a few days. */
export const RULES: RuleSet = {
  dailyCapM: 20_000,
  windowDays: 2,
  maxUnitsPerMetre: 5_000_000_000n,
  challengeWindowS: HOUR_S,
  noticeS: DAY_S,
  redemptionDelayDays: 0,
  readingMaxAgeS: DAY_S,
  receiptDeadlineS: 2 * DAY_S,
  objectionS: HOUR_S,
  maxFulfilmentS: DAY_S,
  pushIntervalDays: 1,
  maxCrystalsPerDay: 1_000,
  maxRegistrationsPerDay: 10,
};

const fill = (byte: string): Hex => `0x${byte.repeat(20)}`;
export const ROLES = {
  admin: fill("01"),
  relayer: fill("02"),
  guardian: fill("03"),
  manufacturer: fill("04"),
  operator: fill("05"),
  catalogue: fill("06"),
  arbiter: fill("07"),
  rules: fill("08"),
  overseer: fill("0a"),
  standby: fill("0b"),
  attester: fill("0c"),
  recovery: fill("0d"),
  excluder: fill("0e"),
  treasurer: fill("0f"),
  curator: fill("10"),
} as const;
/** Whom the owners' consents name. */
export const RECIPIENT = fill("09");
export const DEPLOYER_KEY: Hex = `0x${"11".repeat(32)}`;
export const RECEIPT_KEY: Hex = `0x${"22".repeat(32)}`;
export const RECEIPT_SIGNER = privateKeyToAccount(RECEIPT_KEY);
export const TASK_SIGNER = privateKeyToAccount(`0x${"44".repeat(32)}`);
/** Somebody whose signature means nothing. */
export const STRANGER = privateKeyToAccount(`0x${"33".repeat(32)}`);

/** Tasks as they are defined before genesis, numbered from 1: one for a sign-in each day, one for feedback. */
export const TASKS = [
  { crystals: 10, perDay: 1, fromDay: 1, untilDay: 0, contentHash: `0x${"a1".repeat(32)}` },
  { crystals: 5, perDay: 2, fromDay: 1, untilDay: 30, contentHash: `0x${"a2".repeat(32)}` },
] as const;
/** Somebody who has no car and does tasks all the same. */
export const VISITOR = fill("d4");

/** Three cars; their owners' addresses are not in the order of the cars. */
export const CARS = [makeCar(0, "c3"), makeCar(1, "a1"), makeCar(2, "b2")] as const;
export type Car = ReturnType<typeof makeCar>;

function makeCar(number: number, owner: string) {
  return {
    vehicle: `0x${`${number + 1}e`.repeat(32)}` as Hex,
    account: fill(owner),
    key: deviceKeyFromSeed(Buffer.from(`dishonest producer car ${number}`)),
  };
}
