import { type ItemDocument, type MilestoneDocument, STARTING_ITEMS } from "../../operator/index.ts";
import { UNITS_PER_STONE } from "../../protocol/index.ts";

/** Milestones that a new programme begins with. */
export const STARTING_MILESTONES: readonly MilestoneDocument[] = [
  {
    type: "cairn.milestone/1",
    id: "five-thousand-kilometres",
    title: { zh: "一年五千公里", en: "Five thousand kilometres in a year" },
    description: { zh: "连续一年内行驶五千公里。", en: "Five thousand counted kilometres within a year." },
    rule: { kind: "metres", metres: 5_000_000, withinDays: 365 },
  },
  {
    type: "cairn.milestone/1",
    id: "three-years",
    title: { zh: "三年同行", en: "Three years together" },
    description: { zh: "持有一辆车满三年。", en: "Holding one car for three years." },
    rule: { kind: "days", days: 1_096 },
  },
];

/** What an item of a new programme costs in stones, and what it asks for. */
export interface StartingItem {
  readonly text: ItemDocument;
  /** Units of 1e-9 stone. */
  readonly price: bigint;
  readonly stock: number;
  /** Its place among {@link STARTING_MILESTONES}. */
  readonly milestone: number;
}

const STONES = [3_000n, 12_000n] as const;
const STOCK = 1_000;

/** The catalogue of a new programme: each upgrade asks for the milestone at its place. */
export const LISTED_ITEMS: readonly StartingItem[] = STONES.map((stones, i) => ({
  ...{ text: STARTING_ITEMS[i] as ItemDocument, price: stones * UNITS_PER_STONE, stock: STOCK, milestone: i },
}));
