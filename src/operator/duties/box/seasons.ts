import { readNextReveal, readSeason, type SeasonRecord } from "../../../chain/read/mine-box.ts";
import { DROP_S } from "../../../protocol/codec/codes.ts";
import { dropOf, dropStart } from "../../../protocol/schedule.ts";
import type { ChainSnapshot, DutyContext } from "../../duty.ts";
import { refusalOf, type Sender } from "../../sender.ts";
import type { Links } from "./chains.ts";

/** A drop can be revealed until so long after its end, and so many blocks after its first request (docs/protocol.md 9.3). */
const REVEAL_WITHIN_S = 3_600;
const REVEAL_WITHIN_BLOCKS = 8_000;

/**
 * The contract's words for "somebody else has done it" and "in a block or two": the chain is looked at again.
 * TooEarly comes from nodes that try a call as if in the block that is there already.
 */
const NOT_NOW: ReadonlySet<string> = new Set([
  "MineBox_NotNext",
  "MineBox_TooEarly",
  "MineBox_TooLate",
  "MineBox_NotLate",
  "MineBox_SeasonNotOver",
]);

/** Leads seasons through their drops to their end. */
export class Seasons {
  readonly #context: DutyContext;
  readonly #links: Links;
  /** Seasons of which an alert stands. */
  #alerted: readonly number[] = [];

  constructor(context: DutyContext, links: Links) {
    this.#context = context;
    this.#links = links;
  }

  /** Reveals, forces or closes what is due. @returns Whether anything was. */
  async step(snapshot: ChainSnapshot, sender: Sender): Promise<boolean> {
    const { client, deployment } = this.#context;
    const seasons = await this.#current();
    await this.#forgetAlerts(seasons);
    for (const season of seasons) {
      const record = await readSeason(client, deployment, season);
      // Not in this chain any more: the blocks that held it are gone.
      if (record === undefined) continue;
      const next = record.forced ? undefined : await readNextReveal(client, deployment, season);
      await this.#alert(record, next);
      const changed =
        next === undefined
          ? await this.#close(record, snapshot, sender)
          : await this.#lead(record, next, snapshot, sender);
      if (changed) return true;
    }
    return false;
  }

  /** Seasons of final blocks that are not closed, and the newest one, of which it is said how it ended. */
  async #current(): Promise<number[]> {
    const { db } = this.#context.store;
    const rows = await db
      .selectFrom("chain_box_seasons")
      .select("season")
      .where("vetoed", "=", 0)
      .where(({ or, eb, selectFrom }) =>
        or([
          eb("closed", "=", 0),
          eb(
            "season",
            "=",
            selectFrom("chain_box_seasons").select((inner) => inner.fn.max("season").as("newest")),
          ),
        ]),
      )
      .orderBy("season")
      .execute();
    return rows.map(({ season }) => season);
  }

  /** A drop waits for its link. */
  async #lead(record: SeasonRecord, drop: number, snapshot: ChainSnapshot, sender: Sender): Promise<boolean> {
    const { season, tip } = record;
    if (await this.#isLate(season, drop, snapshot))
      return this.#try(() => sender.send("mineBox", "forceSeason", [season]));
    // Requests and the hashes that they are drawn with must stay as they are once the link is known. The drop's last request
    // lies before its end, so a final block from then on makes both final.
    if (snapshot.final.time < this.#endOf(drop)) return false;
    const link = await this.#links.next(season, tip);
    if (link === undefined) return false;
    return this.#try(() => sender.send("mineBox", "revealDrop", [season, drop, link]));
  }

  async #isLate(season: number, drop: number, { head }: ChainSnapshot): Promise<boolean> {
    if (head.time > this.#endOf(drop) + REVEAL_WITHIN_S) return true;
    const first = await this.#context.store.db
      .selectFrom("chain_box_requests")
      .select((eb) => eb.fn.min("block").as("block"))
      .where("season", "=", season)
      .where("drop_no", "=", drop)
      .executeTakeFirst();
    return first?.block != null && head.number > first.block + REVEAL_WITHIN_BLOCKS;
  }

  /** Nothing waits for a link: what the season did not give is freed once it is over and opened. */
  async #close(record: SeasonRecord, { head }: ChainSnapshot, sender: Sender): Promise<boolean> {
    const { season, endDrop, pending } = record;
    const isOver = dropOf(this.#context.deployment.genesis, head.time) >= endDrop && pending === 0;
    if (!isOver || (await this.#isClosed(season))) return false;
    return this.#try(() => sender.send("mineBox", "closeSeason", [season]));
  }

  async #isClosed(season: number): Promise<boolean> {
    const { db } = this.#context.store;
    const row = await db
      .selectFrom("chain_box_seasons")
      .select("closed")
      .where("season", "=", season)
      .executeTakeFirst();
    return row?.closed === 1;
  }

  /** @returns Whether the chain took the call; not, when it is done already or not to be done yet. */
  async #try(send: () => Promise<void>): Promise<boolean> {
    try {
      await send();
      return true;
    } catch (error) {
      if (NOT_NOW.has(refusalOf(error) ?? "")) return false;
      throw error;
    }
  }

  #endOf(drop: number): number {
    return dropStart(this.#context.deployment.genesis, drop) + DROP_S;
  }

  async #alert(record: SeasonRecord, next: number | undefined): Promise<void> {
    const { season } = record;
    const problem = await this.#problemOf(record, next);
    if (problem === undefined) {
      this.#context.alerts.clear(subjectOf(season));
    } else {
      this.#context.alerts.raise(subjectOf(season), problem);
      if (!this.#alerted.includes(season)) this.#alerted = [...this.#alerted, season];
    }
  }

  async #problemOf(
    { season, forced, forcedFrom }: SeasonRecord,
    next: number | undefined,
  ): Promise<string | undefined> {
    if (forced)
      return `forced: drop ${forcedFrom} was not revealed in time, and every open box takes the guaranteed tier`;
    if ((await this.#isClosed(season)) || (await this.#links.has(season))) return undefined;
    const until = next === undefined ? "" : `; at ${this.#endOf(next) + REVEAL_WITHIN_S} it is forced`;
    return `its hash chain is not in the store, or served another season: restore it from the backup${until}`;
  }

  async #forgetAlerts(current: readonly number[]): Promise<void> {
    for (const season of this.#alerted) {
      if (!current.includes(season)) this.#context.alerts.clear(subjectOf(season));
    }
    this.#alerted = this.#alerted.filter((season) => current.includes(season));
  }
}

function subjectOf(season: number): string {
  return `season ${season}`;
}
