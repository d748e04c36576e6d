import { access } from "node:fs/promises";
import { join } from "node:path";
import type { ChainClient } from "../../chain/client.ts";
import { readSettlement } from "../../chain/read/days.ts";
import type { Deployment } from "../../protocol/codec/deployment.ts";
import { type DayRow, dayFilePath } from "../../protocol/codec/rows.ts";
import { DayTrees } from "../../protocol/day-trees.ts";
import { CairnError } from "../../protocol/errors.ts";
import { FILE_KINDS } from "../../storage/file-kinds.ts";
import type { ParquetFiles } from "../../storage/parquet.ts";

/** Days that are kept in memory. */
const DAYS_KEPT = 4;

/** What day files are read with. */
export interface DayFilesParts {
  readonly client: ChainClient;
  readonly deployment: Deployment;
  readonly parquet: ParquetFiles;
  /** The relayer's published folder; undefined when the configuration names none. */
  readonly filesDir: string | undefined;
}

/** The rows of settled days, from the relayer's published files, believed only under the chain's roots. */
export class DayFiles {
  readonly #parts: DayFilesParts;
  /** By day and root: a vetoed day that is settled again may have other rows. */
  readonly #kept = new Map<string, readonly DayRow[]>();

  constructor(parts: DayFilesParts) {
    this.#parts = parts;
  }

  /**
   * The rows of a settled day, in order of index.
   * @param day One before day 0 has no rows.
   * @throws CONFIG_INVALID without a folder, FILE_UNREADABLE when the file is not there, STORE_DAMAGED when it does not give the
   * day's roots, CHAIN_UNREACHABLE, also when the day is not settled.
   */
  async rows(day: number): Promise<readonly DayRow[]> {
    if (day < 0) return [];
    const { client, deployment } = this.#parts;
    const { stonesRoot, metresRoot, accounts } = await readSettlement(client, deployment, day);
    if (accounts === 0) return [];
    const key = `${day} ${stonesRoot} ${metresRoot}`;
    const rows = this.#kept.get(key) ?? (await this.#read(day));
    const trees = this.#kept.has(key) ? undefined : new DayTrees(rows);
    if (trees !== undefined && (trees.stones.root !== stonesRoot || trees.metres.root !== metresRoot)) {
      throw new CairnError("STORE_DAMAGED", `the file of day ${day} does not give the day's roots`);
    }
    this.#kept.delete(key);
    this.#kept.set(key, rows);
    const [oldest] = this.#kept.keys();
    if (this.#kept.size > DAYS_KEPT && oldest !== undefined) this.#kept.delete(oldest);
    return rows;
  }

  async #read(day: number): Promise<DayRow[]> {
    const { parquet, filesDir } = this.#parts;
    if (filesDir === undefined) throw new CairnError("CONFIG_INVALID", "relayerFilesDir is not given");
    const path = dayFilePath(day);
    await access(join(filesDir, path)).catch((cause: unknown) => {
      throw new CairnError("FILE_UNREADABLE", path, { cause });
    });
    return parquet.read(FILE_KINDS.day, join(filesDir, path));
  }
}
