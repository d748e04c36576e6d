import type { Hex } from "../../protocol/codec/bytes.ts";
import { LEAF_KIND } from "../../protocol/codec/codes.ts";
import { type DayRow, dataDigest, hashDayRow, ROW_SALT_KIND } from "../../protocol/codec/rows.ts";
import { DayTrees } from "../../protocol/day-trees.ts";
import { deriveSalt } from "../../protocol/salts.ts";
import { emittedOn } from "../../protocol/schedule.ts";
import { dayPot, dayShare } from "../../protocol/shares.ts";
import type { RuleSet } from "./rules.ts";

/** An account with an index, as it stands before the day's shares. */
export interface DayAccount {
  readonly address: Hex;
  readonly key: Hex;
  /** Metres counted so far, this day's included. */
  readonly metres: number;
  readonly headLeaf: Hex;
  /** Units settled before this day. */
  readonly stones: bigint;
  /** Crystals awarded so far, this day's included. */
  readonly crystals: bigint;
  readonly headAward: Hex;
  /** w: metres in the window that ends with this day. */
  readonly windowM: number;
}

/** What a day is closed with. */
export interface DayInput {
  readonly day: number;
  /** All accounts with an index, in order of index. */
  readonly accounts: readonly DayAccount[];
  readonly rules: Pick<RuleSet, "maxUnitsPerMetre">;
  readonly dayKey: Hex;
}

/** A row of the day's file with its salt and hash. */
interface ClosedDayRow {
  readonly row: DayRow;
  readonly rowSalt: Hex;
  readonly rowHash: Hex;
}

/** A closed day: what is settled on chain, and the rows behind it. */
export interface ClosedDay {
  readonly day: number;
  readonly rows: readonly ClosedDayRow[];
  readonly stonesRoot: Hex;
  readonly metresRoot: Hex;
  readonly totalStones: bigint;
  readonly totalCrystals: bigint;
  readonly totalMetres: number;
  /** Digest of the day's file; 0 when it has no rows. */
  readonly digest: Hex;
  /** dataDigest of the settling call. */
  readonly dataDigest: Hex;
}

/** The accounts with the day's shares added to their stones (docs/protocol.md 7.1). */
export function shareDay(input: DayInput): DayAccount[] {
  const windowM = input.accounts.reduce((sum, account) => sum + account.windowM, 0);
  const pot = dayPot(emittedOn(input.day), windowM, input.rules.maxUnitsPerMetre);
  return input.accounts.map((account) => ({
    ...account,
    stones: account.stones + dayShare(pot, account.windowM, windowM),
  }));
}

/**
 * Lays out a day's rows, prefixes and trees from accounts that have their shares (docs/protocol.md 7.2, 12.1). Depends on
 * nothing else, so that a stopped process can lay out the same rows again.
 */
export function layOutDay(day: number, dayKey: Hex, accounts: readonly Omit<DayAccount, "windowM">[]): ClosedDay {
  let prefixMetres = 0;
  let prefixStones = 0n;
  let prefixCrystals = 0n;
  const rows = accounts.map((account, index): ClosedDayRow => {
    const row: DayRow = {
      day,
      index,
      account: account.address,
      metres: account.metres,
      headLeaf: account.headLeaf,
      metresSalt: deriveSalt(account.key, LEAF_KIND.metres, day, index),
      prefixMetres,
      metresPrefixSalt: deriveSalt(dayKey, LEAF_KIND.metres, day, index),
      stones: account.stones,
      crystals: account.crystals,
      headAward: account.headAward,
      stonesSalt: deriveSalt(account.key, LEAF_KIND.stones, day, index),
      prefixStones,
      prefixCrystals,
      stonesPrefixSalt: deriveSalt(dayKey, LEAF_KIND.stones, day, index),
    };
    prefixMetres += account.metres;
    prefixStones += account.stones;
    prefixCrystals += account.crystals;
    const rowSalt = deriveSalt(account.key, ROW_SALT_KIND.day, day, index);
    return { row, rowSalt, rowHash: hashDayRow(row, rowSalt) };
  });
  const trees = new DayTrees(rows.map(({ row }) => row));
  const digest = DayTrees.digest(rows.map(({ rowHash }) => rowHash));
  return {
    day,
    rows,
    stonesRoot: trees.stones.root,
    metresRoot: trees.metres.root,
    totalStones: prefixStones,
    totalCrystals: prefixCrystals,
    totalMetres: prefixMetres,
    digest,
    dataDigest: dataDigest([digest]),
  };
}
