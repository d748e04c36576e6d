import { join } from "node:path";
import { dayFilePath } from "../../protocol/codec/rows.ts";
import { DayTrees } from "../../protocol/day-trees.ts";
import { CairnError } from "../../protocol/errors.ts";
import { Recent } from "../../service/recent.ts";
import { FILE_KINDS } from "../../storage/file-kinds.ts";
import type { ParquetFiles } from "../../storage/parquet.ts";
import { readDay } from "../store/days.ts";
import type { Db } from "../store/open.ts";

/** Days whose trees are kept in memory. */
const DAYS_KEPT = 4;

/** The trees of closed days, made again from their published files when somebody asks. */
export class DayCache {
  readonly #kept = new Recent<number, DayTrees>(DAYS_KEPT);
  readonly #parts: { filesDir: string; parquet: ParquetFiles; db: Db };

  constructor(parts: { filesDir: string; parquet: ParquetFiles; db: Db }) {
    this.#parts = parts;
  }

  /** @throws NOT_FOUND when the day is not closed, UNEXPECTED when its file is not what was settled. */
  get(day: number): Promise<DayTrees> {
    return this.#kept.get(day, () => this.#load(day));
  }

  async #load(day: number): Promise<DayTrees> {
    const { filesDir, parquet, db } = this.#parts;
    const row = await readDay(db, day);
    if (row === undefined || row.published === 0) throw new CairnError("NOT_FOUND", `day ${day} is not closed`);
    if (row.accounts === 0) return new DayTrees([]);
    const trees = new DayTrees(await parquet.read(FILE_KINDS.day, join(filesDir, dayFilePath(day))));
    if (trees.stones.root !== row.stones_root || trees.metres.root !== row.metres_root) {
      throw new CairnError("UNEXPECTED", `the file of day ${day} does not give its roots`);
    }
    return trees;
  }
}
