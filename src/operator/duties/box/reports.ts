import { reach } from "../../../chain/client.ts";
import { drawRulesOf, readSeason } from "../../../chain/read/mine-box.ts";
import { type BoxProof, proveBox } from "../../../protocol/box-proof.ts";
import type { Hex } from "../../../protocol/codec/bytes.ts";
import { missesAfter, type TierOdds, tierOdds } from "../../../protocol/draws.ts";
import { CairnError } from "../../../protocol/errors.ts";
import { dropOf } from "../../../protocol/schedule.ts";
import type { DutyContext } from "../../duty.ts";
import { type BoxTerms, parseTerms } from "./terms.ts";

/** Seasons, and requests of an account, of one answer. */
const SEASONS_A_PAGE = 20;
const REQUESTS_A_PAGE = 100;

interface SeasonRow {
  readonly season: number;
  readonly terms: string;
  readonly vetoed: number;
  readonly closed: number;
  readonly forced_from: number | null;
}

/** Seasons, newest first. @param before Only those with a lower number. */
export async function reportSeasons(context: DutyContext, before: number) {
  const rows = await context.store.db
    .selectFrom("chain_box_seasons")
    .selectAll()
    .where("season", "<", before)
    .orderBy("season", "desc")
    .limit(SEASONS_A_PAGE)
    .execute();
  return { seasons: await Promise.all(rows.map((row) => reportOf(context, row))) };
}

/** One season. @throws NOT_FOUND, CHAIN_UNREACHABLE. */
export async function reportSeason(context: DutyContext, season: number) {
  const row = await context.store.db
    .selectFrom("chain_box_seasons")
    .selectAll()
    .where("season", "=", season)
    .executeTakeFirst();
  if (row === undefined) throw new CairnError("NOT_FOUND", `season ${season}`);
  return reportOf(context, row);
}

async function reportOf(context: DutyContext, row: SeasonRow) {
  const { budget, prizes, ...terms } = parseTerms(row.terms);
  const odds = tierOdds(prizes.map(({ weight }) => weight));
  const now = await readSeason(context.client, context.deployment, row.season);
  return {
    ...{ season: row.season, state: stateOf(context, row, terms) },
    ...(row.forced_from === null ? {} : { forcedFromDrop: row.forced_from }),
    ...terms,
    budget: String(budget),
    budgetLeft: String(now?.budgetLeft ?? 0n),
    vouchersLeft: now?.vouchersLeft ?? 0,
    linksLeft: now?.linksLeft ?? 0,
    boxesWaiting: now?.pending ?? 0,
    tiers: prizes.map(({ amount, ...prize }, tier) => ({
      ...{ tier, ...prize, amount: String(amount) },
      odds: odds[tier] as TierOdds,
    })),
  };
}

function stateOf(
  { deployment, snapshot }: DutyContext,
  { vetoed, closed, forced_from }: SeasonRow,
  { firstDrop, endDrop }: Pick<BoxTerms, "firstDrop" | "endDrop">,
): string {
  if (vetoed === 1) return "vetoed";
  if (forced_from !== null) return "forced";
  if (closed === 1) return "closed";
  const drop = dropOf(deployment.genesis, snapshot()?.head.time ?? 0);
  return drop < firstDrop ? "announced" : drop < endDrop ? "open" : "over";
}

/** An account's requests, newest first, with what they won. @param before Only those of boxes with a lower number. */
export async function reportBoxes({ store }: DutyContext, account: Hex, before: number) {
  const rows = await requestsOf(store.db)
    .where("request.account", "=", account)
    .where("request.first_box", "<", before)
    .orderBy("request.first_box", "desc")
    .limit(REQUESTS_A_PAGE)
    .execute();
  const claim = await store.db
    .selectFrom("chain_box_claims")
    .select("units")
    .where("account", "=", account)
    .executeTakeFirst();
  return {
    account,
    waitingUnits: claim?.units ?? "0",
    requests: rows.map((row) => ({
      ...{ season: row.season, firstBox: row.first_box, count: row.count, salt: row.salt },
      ...{ drop: row.drop_no, block: row.block, transaction: row.tx },
      state: row.tiers !== null ? "opened" : isDrawn(row) ? "drawn" : "waiting",
      ...(row.tiers === null ? {} : { tiers: JSON.parse(row.tiers) as number[] }),
      ...(row.opened_tx === null ? {} : { openedBy: row.opened_tx }),
    })),
  };
}

/** What an opened box's tier follows from. @throws NOT_FOUND when there is no such box or it is not opened. */
export async function reportProof(context: DutyContext, account: Hex, number: number): Promise<BoxProof> {
  const { db } = context.store;
  const rows = await requestsOf(db)
    .where("request.account", "=", account)
    .where("request.first_box", "<=", number)
    .orderBy("request.first_box")
    .execute();
  const row = rows.at(-1);
  if (row === undefined || number >= row.first_box + row.count) throw new CairnError("NOT_FOUND", `box ${number}`);
  const won = rows
    .filter(({ season }) => season === row.season)
    .flatMap(({ tiers, first_box }) =>
      (JSON.parse(tiers ?? "[]") as number[]).map((tier, k) => ({ box: first_box + k, tier })),
    );
  const tier = won.find(({ box }) => box === number)?.tier;
  if (tier === undefined) throw new CairnError("NOT_FOUND", `box ${number} is not opened`);
  const terms = parseTerms(row.terms);
  const earlier = won.filter(({ box }) => box < number).map((box) => box.tier);
  return proveBox({
    ...{ account, number, season: row.season, drop: row.drop_no, requestBlock: row.block, salt: row.salt, tier },
    rules: drawRulesOf(terms),
    misses: missesAfter(earlier, terms.guaranteedTier),
    ...(row.link === null || row.position === null
      ? {}
      : {
          draw: {
            tip: terms.tip,
            position: row.position,
            link: row.link,
            blockHash: await hashAfter(context, row.block),
          },
        }),
  });
}

function requestsOf(db: DutyContext["store"]["db"]) {
  return db
    .selectFrom("chain_box_requests as request")
    .innerJoin("chain_box_seasons as season", "season.season", "request.season")
    .leftJoin("chain_box_reveals as reveal", (join) =>
      join.onRef("reveal.season", "=", "request.season").onRef("reveal.drop_no", "=", "request.drop_no"),
    )
    .selectAll("request")
    .select(["season.terms", "season.forced_from", "reveal.link", "reveal.position"]);
}

function isDrawn(row: { link: Hex | null; forced_from: number | null; drop_no: number }): boolean {
  return row.link !== null || (row.forced_from !== null && row.forced_from <= row.drop_no);
}

async function hashAfter({ client }: DutyContext, block: number): Promise<Hex> {
  return (await reach(client.getBlock({ blockNumber: BigInt(block + 1) }))).hash;
}
