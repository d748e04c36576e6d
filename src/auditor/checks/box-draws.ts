import type { Hex } from "../../protocol/codec/bytes.ts";
import type { AuditContext, Check } from "../context.ts";
import { BoxCourse, type BoxSeason, boxSeed } from "../hash/boxes.ts";
import { blobHex, type Cell, type Value } from "../store/database.ts";

/**
 * Every opened box won what its drop's link, the hash of the block after its request and the account's own salt draw, within the
 * guarantee; boxes of a forced season won the guaranteed tier (docs/protocol.md 9.3). A step after a wrong one is judged from
 * what was opened.
 */
export const boxDraws: Check = {
  name: "box draws",
  async run(context) {
    const { database } = context;
    const seasons = await readSeasons(context);
    const courses = new Map<string, BoxCourse>();
    const won: Cell[][] = [];
    for (const row of await openings(context)) {
      const opening = openingOf(row);
      const season = seasons.get(opening.season);
      if (season === undefined || !opening.isFirst || opening.tiers.length !== opening.count) {
        const actual = `${opening.tiers.length} boxes of season ${opening.season}`;
        report(context, opening, { number: opening.firstBox, expected: `${opening.count} boxes once`, actual });
        continue;
      }
      const name = `${opening.season} ${opening.account}`;
      const course = courses.get(name) ?? new BoxCourse(season);
      courses.set(name, course);
      won.push(...judge(context, opening, { season, course }));
    }
    await database.append("box_won", won);
    return { subjects: won.length };
  },
};

interface Opening {
  readonly account: Hex;
  readonly firstBox: number;
  readonly tiers: readonly number[];
  /** Of the request; 0 when there is none. */
  readonly count: number;
  readonly season: number;
  readonly salt: bigint;
  readonly forced: boolean;
  /** Undefined when the drop was not revealed before. */
  readonly seed: Uint8Array | undefined;
  readonly isFirst: boolean;
  readonly block: number;
  readonly tx: Hex;
}

async function readSeasons({ database }: AuditContext): Promise<Map<number, BoxSeason>> {
  const rows = await database.rows(
    `SELECT s.season, s.guarantee, s.guaranteed_tier, list(t.weight ORDER BY t.tier) AS weights
     FROM season s JOIN ev_tier t USING (season) GROUP BY ALL`,
  );
  return new Map(
    rows.map((row) => [
      Number(row.season),
      {
        weights: (row.weights as Value[]).map(Number),
        guarantee: Number(row.guarantee),
        guaranteedTier: Number(row.guaranteed_tier),
      },
    ]),
  );
}

/** Every opening in order, beside its request, the link of its drop if that was public, and the hash it is drawn with. */
function openings({ database }: AuditContext): Promise<Record<string, Value>[]> {
  return database.rows(
    `WITH e AS (SELECT seq, block, tx, account, first_box, list(tier ORDER BY nth) AS tiers FROM ev_box GROUP BY ALL),
       o AS (SELECT *, row_number() OVER (PARTITION BY account, first_box ORDER BY seq) AS nth FROM e)
     SELECT o.*, coalesce(r.count, 0) AS count, coalesce(r.season, 0) AS season, coalesce(r.salt, 0) AS salt, v.link, h.hash,
       coalesce(s.forced_seq < o.seq AND r.drop_no >= s.forced_drop, false) AS forced
     FROM o LEFT JOIN box_request r ON r.account = o.account AND r.first_box = o.first_box AND r.seq < o.seq
     LEFT JOIN season s ON s.season = r.season
     LEFT JOIN ev_reveal v ON v.season = r.season AND v.drop_no = r.drop_no AND v.seq < o.seq
     LEFT JOIN block_hash h ON h.block = r.block + 1 ORDER BY o.seq`,
  );
}

function openingOf(row: Record<string, Value>): Opening {
  const isDrawn = row.link !== null && row.hash !== null;
  return {
    account: blobHex(row.account),
    firstBox: Number(row.first_box),
    tiers: (row.tiers as Value[]).map(Number),
    count: Number(row.count),
    season: Number(row.season),
    salt: row.salt as bigint,
    forced: row.forced === true,
    seed: isDrawn ? boxSeed(blobHex(row.link), blobHex(row.hash)) : undefined,
    isFirst: row.nth === 1n,
    block: Number(row.block),
    tx: blobHex(row.tx),
  };
}

/** Judges each box of an opening. @returns Rows of `box_won`. */
function judge(
  context: AuditContext,
  opening: Opening,
  { season, course }: { season: BoxSeason; course: BoxCourse },
): Cell[][] {
  const { account, salt, seed, forced, tiers, firstBox } = opening;
  if (!forced && seed === undefined) {
    report(context, opening, { number: firstBox, expected: "no opening before the reveal", actual: "an opening" });
  }
  return tiers.map((tier, k) => {
    const number = firstBox + k;
    const drawn = forced
      ? ({ tier: season.guaranteedTier, by: "force" } as const)
      : course.draw({ seed: seed ?? new Uint8Array(32), account, salt, number });
    if (tier !== drawn.tier && (forced || seed !== undefined)) {
      const isBroken = drawn.by === "guarantee" && tier > season.guaranteedTier;
      const code = isBroken ? "BOX_GUARANTEE_BROKEN" : "BOX_DRAW_WRONG";
      report(context, opening, { code, number, expected: `tier ${drawn.tier}`, actual: `tier ${tier}` });
    }
    course.follow(tier);
    return [opening.season, tier, drawn.by];
  });
}

function report(
  { findings }: AuditContext,
  { account, block, tx }: Opening,
  fault: {
    code?: "BOX_DRAW_WRONG" | "BOX_GUARANTEE_BROKEN";
    number: number;
    expected: string;
    actual: string;
  },
): void {
  const { code = "BOX_DRAW_WRONG", number, expected, actual } = fault;
  findings.add({ code, subject: `account ${account} box ${number}`, expected, actual, block, transaction: tx });
}
