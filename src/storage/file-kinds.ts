import {
  AWARD_COLUMNS,
  type AwardRow,
  DAY_COLUMNS,
  type DayRow,
  DROP_COLUMNS,
  type DropRow,
  ROUND_COLUMNS,
  type RoundRow,
  VOTE_COLUMNS,
  type VoteRow,
} from "../protocol/codec/rows.ts";

/** A column of a published file, and the field of a row that stands in it. */
export interface Column<F> {
  readonly field: F;
  readonly column: string;
  readonly type: "uint" | "bytes20" | "bytes32";
}

/** A kind of published file: how its rows stand in it (docs/published-files.md). */
export interface FileKind<R> {
  /** Name of the table through which its rows pass on their way into a file. */
  readonly table: string;
  /** Its columns in order; each row's salt and hash stand after them. */
  readonly columns: readonly Column<keyof R>[];
  /** Fields that are bigint in a row, because they can be above 2^53. */
  readonly wide: ReadonlySet<keyof R>;
}

const drop: FileKind<DropRow> = { table: "drop_rows", columns: DROP_COLUMNS, wide: new Set() };
const award: FileKind<AwardRow> = {
  table: "award_rows",
  columns: AWARD_COLUMNS,
  wide: new Set(["accountCrystalsAfter"]),
};
const day: FileKind<DayRow> = {
  table: "day_rows",
  columns: DAY_COLUMNS,
  wide: new Set(["stones", "crystals", "prefixStones", "prefixCrystals"]),
};
const vote: FileKind<VoteRow> = { table: "vote_rows", columns: VOTE_COLUMNS, wide: new Set(["weight"]) };
const round: FileKind<RoundRow> = { table: "round_rows", columns: ROUND_COLUMNS, wide: new Set(["weight"]) };

/** Every kind of published file. */
export const FILE_KINDS = { drop, award, day, vote, round } as const;
