import type { Hex } from "../../../protocol/codec/bytes.ts";
import { hashWords } from "../../../protocol/codec/keccak.ts";
import { hashChain } from "../../../protocol/draws.ts";
import type { Db } from "../../store/open.ts";

/** A hash chain as it is kept. Whoever knows the last link knows all of them. */
export interface KeptChain {
  readonly tip: Hex;
  readonly lastLink: Hex;
  readonly links: number;
}

/** All chains that are kept. */
export async function readChains(db: Db): Promise<KeptChain[]> {
  const rows = await db.selectFrom("box_chains").selectAll().orderBy("tip").execute();
  return rows.map(({ tip, last_link, links }) => ({ tip, lastLink: last_link, links }));
}

/** Keeps chains; what is kept already stays as it is. */
export async function insertChains(db: Db, chains: readonly KeptChain[]): Promise<void> {
  for (const { tip, lastLink, links } of chains) {
    await db
      .insertInto("box_chains")
      .values({ tip, last_link: lastLink, links })
      .onConflict((conflict) => conflict.doNothing())
      .execute();
  }
}

/** Finds the links of seasons. They stay in here until it is time to reveal them. */
export class Links {
  readonly #db: Db;
  /** The chain of one season at a time: each link by its hash. */
  #unfolded: { readonly tip: Hex; readonly byHash: ReadonlyMap<Hex, Hex> } | undefined;

  constructor(db: Db) {
    this.#db = db;
  }

  /** Whether a season's chain is kept, and no earlier season has used it up. */
  async has(season: number): Promise<boolean> {
    return (await this.#read(season)) !== undefined;
  }

  /**
   * The link that a season reveals next.
   * @param tip The last one that was revealed, or what the season committed to.
   * @returns Undefined when its chain is not kept, or at its end.
   */
  async next(season: number, tip: Hex): Promise<Hex | undefined> {
    const chain = await this.#read(season);
    if (chain === undefined) return undefined;
    if (this.#unfolded?.tip !== chain.tip) {
      const { links } = hashChain(chain.lastLink, chain.links);
      this.#unfolded = { tip: chain.tip, byHash: new Map(links.map((link) => [hashWords([link]), link])) };
    }
    return this.#unfolded.byHash.get(tip);
  }

  async #read(season: number): Promise<KeptChain | undefined> {
    const row = await this.#db
      .selectFrom("chain_box_seasons")
      .innerJoin("box_chains", "box_chains.tip", "chain_box_seasons.tip")
      .select(["box_chains.tip", "last_link", "links"])
      .where("season", "=", season)
      // The links of a chain that served another season may be public: whoever knows them chooses a salt that wins.
      .where(({ not, exists, selectFrom }) =>
        not(
          exists(
            selectFrom("chain_box_seasons as earlier")
              .select("earlier.season")
              .whereRef("earlier.tip", "=", "chain_box_seasons.tip")
              .where("earlier.season", "<", season),
          ),
        ),
      )
      .executeTakeFirst();
    return row && { tip: row.tip, lastLink: row.last_link, links: row.links };
  }
}
