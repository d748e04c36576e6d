import { DROP_S, dropStart } from "../../protocol/index.ts";
import { formatCount, formatStones, formatTime } from "../output.ts";
import { TermsFile } from "./terms-file.ts";

const KINDS = ["nothing", "stones", "crystals", "voucher"] as const;
const PRIZE_MEMBERS = ["kind", "weight", "stones", "crystals", "item"] as const;
const MEMBERS = [
  "firstDrop",
  "endDrop",
  "priceCrystals",
  "guarantee",
  "guaranteedTier",
  "maxBoxes",
  "budgetStones",
  "vouchers",
  "links",
  "tip",
  "prizes",
] as const;

/** A tier of a season, as the contract takes it. */
interface PrizeTerms {
  readonly kind: number;
  readonly weight: number;
  readonly amount: bigint;
  readonly item: number;
}

/**
 * A season in a file.
 * @throws FILE_UNREADABLE, ARGUMENT_INVALID.
 */
export function readSeasonTerms(path: string) {
  const file = new TermsFile(path, MEMBERS);
  return {
    firstDrop: file.whole("firstDrop", 2 ** 40 - 1),
    endDrop: file.whole("endDrop", 2 ** 40 - 1),
    price: file.whole("priceCrystals", 2 ** 32 - 1),
    guarantee: file.whole("guarantee", 2 ** 16 - 1),
    guaranteedTier: file.whole("guaranteedTier", 255),
    maxBoxes: file.whole("maxBoxes", 2 ** 16 - 1),
    budget: file.stones("budgetStones", 0n),
    vouchers: file.whole("vouchers", 2 ** 32 - 1, 0),
    links: file.whole("links", 2 ** 32 - 1),
    tip: file.hash("tip"),
    prizes: file.list("prizes", PRIZE_MEMBERS).map(readPrize),
  };
}

function readPrize(file: TermsFile): PrizeTerms {
  const kind = file.word("kind", KINDS);
  return {
    kind: KINDS.indexOf(kind),
    weight: file.whole("weight", 2 ** 32 - 1),
    amount: kind === "stones" ? file.stones("stones") : kind === "crystals" ? file.wide("crystals", 64) : 0n,
    item: kind === "voucher" ? file.whole("item", 2 ** 32 - 1) : 0,
  };
}

/** A season as facts of an act: when, what it costs, and the odds of every tier. */
export function seasonFacts(terms: ReturnType<typeof readSeasonTerms>, genesis: number): (readonly [string, string])[] {
  const { firstDrop, endDrop, price, guarantee, guaranteedTier, maxBoxes, budget, vouchers, links, prizes } = terms;
  const sum = prizes.reduce((total, { weight }) => total + weight, 0);
  return [
    ["from", `drop ${firstDrop}, ${formatTime(dropStart(genesis, firstDrop))}`],
    ["to", `drop ${endDrop}, ${formatTime(dropStart(genesis, endDrop))}`],
    ["price", `${formatCount(price)} crystals a box, at most ${formatCount(maxBoxes)} boxes an account`],
    ["guarantee", guarantee === 0 ? "none" : `after ${guarantee} boxes below tier ${guaranteedTier} one of that tier`],
    ["gives at most", `${formatStones(budget)} and ${formatCount(vouchers)} vouchers`],
    ["hash chain", `${formatCount(links)} links: as many drops of ${DROP_S / 60} minutes can have requests`],
    ...prizes.map((prize, tier) => [`tier ${tier}`, `${prizeText(prize)}: ${oddsText(prize.weight, sum)}`] as const),
  ];
}

function prizeText({ kind, amount, item }: PrizeTerms): string {
  switch (KINDS[kind]) {
    case "stones":
      return formatStones(amount);
    case "crystals":
      return `${formatCount(amount)} crystals`;
    case "voucher":
      return `a voucher for item ${item}`;
    default:
      return "nothing";
  }
}

function oddsText(weight: number, sum: number): string {
  return `${weight} of ${sum}, ${((100 * weight) / sum).toFixed(4)} %`;
}
