/** Bits of a category mask (docs/protocol.md 1.5). */
export const CATEGORY = {
  mileage: 0,
  drivingBehaviour: 1,
  takeovers: 2,
  battery: 3,
  location: 4,
  driverState: 5,
  charging: 6,
  appActivity: 7,
} as const;
export type Category = keyof typeof CATEGORY;

/** Categories that always need a consent of their own. */
export const SENSITIVE_CATEGORIES = ["location", "driverState"] as const satisfies readonly Category[];

export const PURPOSE = { productIteration: 1, brand: 2, thirdParty: 3, ownEvidence: 4 } as const;
export type Purpose = keyof typeof PURPOSE;

/** First field of every leaf. */
export const LEAF_KIND = { mileage: 1, use: 2, award: 3, metres: 4, stones: 5, vote: 6, round: 7 } as const;

/** The mask of some categories. */
export function categoryMask(categories: readonly Category[]): number {
  return categories.reduce((mask, category) => mask | (1 << CATEGORY[category]), 0);
}

/** The categories of a mask, in order of their bits. */
export function categoriesOf(mask: number): Category[] {
  return (Object.keys(CATEGORY) as Category[]).filter((category) => (mask >> CATEGORY[category]) & 1);
}

export const ALL_CATEGORIES_MASK = 0xff;

/** Seconds of a drop, drops of a day, units of a stone (docs/protocol.md 1.1, 1.2). */
export const DROP_S = 600;
export const DROPS_PER_DAY = 144;
export const DAY_S = DROP_S * DROPS_PER_DAY;
export const UNITS_PER_STONE = 1_000_000_000n;

/** Units that prizes may give in all: 30 % of 300,000,000 stones (docs/protocol.md 8.2). */
export const DRAWING_POOL_UNITS = 90_000_000n * UNITS_PER_STONE;
/** Kinds of prizes, by their numbers in the contract (docs/protocol.md 9.1). */
export const PRIZE_KINDS = ["nothing", "stones", "crystals", "voucher"] as const;

/** Fastest mean speed that a reading may imply, m/s (docs/protocol.md 5.3). */
export const MAX_SPEED_MPS = 70;

/** States of an exclusion, by their numbers in the contract (docs/protocol.md 13.3). */
export const EXCLUSION_STATES = ["none", "stands", "appealed", "upheld", "lifted"] as const;
export type ExclusionState = (typeof EXCLUSION_STATES)[number];

/** Why an account can be excluded: the codes 1 to 5, in this order. */
export const EXCLUSION_REASONS = [
  "false-readings",
  "tampering",
  "several-accounts",
  "authority",
  "other-breach",
] as const;
