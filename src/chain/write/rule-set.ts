/** The programme's numbers (docs/protocol.md 1.6), named as in the contracts. */
export interface RuleSet {
  readonly dailyCapM: number;
  readonly windowDays: number;
  readonly maxUnitsPerMetre: bigint;
  readonly challengeWindowS: number;
  readonly noticeS: number;
  readonly redemptionDelayDays: number;
  readonly readingMaxAgeS: number;
  readonly receiptDeadlineS: number;
  readonly objectionS: number;
  readonly maxFulfilmentS: number;
  readonly pushIntervalDays: number;
  readonly maxCrystalsPerDay: number;
  readonly maxRegistrationsPerDay: number;
}

/** The published rules of the programme. */
export const DEFAULT_RULES: RuleSet = {
  dailyCapM: 200_000,
  windowDays: 30,
  maxUnitsPerMetre: 100_000n,
  challengeWindowS: 86_400,
  noticeS: 2_592_000,
  redemptionDelayDays: 90,
  readingMaxAgeS: 604_800,
  receiptDeadlineS: 3_600,
  objectionS: 604_800,
  maxFulfilmentS: 15_552_000,
  pushIntervalDays: 30,
  maxCrystalsPerDay: 1_000_000,
  maxRegistrationsPerDay: 10_000,
};
