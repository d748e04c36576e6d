import { Type } from "typebox";
import { awardFilePath, dayFilePath, dropFilePath } from "../../../protocol/codec/rows.ts";
import { CairnError } from "../../../protocol/errors.ts";
import { dayStart, dropOf, dropStart } from "../../../protocol/schedule.ts";
import type { App } from "../../../service/http/app-type.ts";
import { Bytes32, ErrorBody, Units } from "../../../service/http/schemas.ts";
import { readDay } from "../../store/days.ts";
import type { Db } from "../../store/open.ts";
import type { Services } from "../services.ts";

const Ordinal = Type.String({ pattern: "^[0-9]{1,10}$" });

const Drop = Type.Object({
  drop: Type.Integer(),
  startsAt: Type.Integer(),
  endsAt: Type.Integer(),
  state: Type.String({ description: "open, closed or anchored" }),
  readings: Type.Integer(),
  awards: Type.Integer(),
  root: Type.Optional(Bytes32),
  digest: Type.Optional(Bytes32),
  file: Type.Optional(Type.String()),
  awardsDigest: Type.Optional(Bytes32),
  awardsFile: Type.Optional(Type.String()),
  transaction: Type.Optional(Bytes32),
});

const Day = Type.Object({
  day: Type.Integer(),
  startsAt: Type.Integer(),
  state: Type.String({ description: "open, closed, settled or creditable" }),
  accounts: Type.Optional(Type.Integer()),
  stonesRoot: Type.Optional(Bytes32),
  metresRoot: Type.Optional(Bytes32),
  totalStones: Type.Optional(Units),
  totalMetres: Type.Optional(Type.Integer()),
  totalCrystals: Type.Optional(Type.String()),
  dataDigest: Type.Optional(Bytes32),
  file: Type.Optional(Type.String()),
  transaction: Type.Optional(Bytes32),
  creditableAt: Type.Optional(Type.Integer()),
});

/** `GET /v1/drops/{n}` and `GET /v1/days/{d}`. */
export function dropAndDayRoutes(app: App, services: Services): void {
  app.get(
    "/v1/drops/:n",
    {
      schema: {
        summary: "A drop: ten minutes of readings",
        params: Type.Object({ n: Ordinal }),
        response: { 200: Drop, default: ErrorBody },
      },
    },
    (request) => readDropReport(services, Number(request.params.n)),
  );
  app.get(
    "/v1/days/:d",
    {
      schema: {
        summary: "A day: its totals and roots",
        params: Type.Object({ d: Ordinal }),
        response: { 200: Day, default: ErrorBody },
      },
    },
    (request) => readDayReport(services, Number(request.params.d)),
  );
}

async function readDropReport({ db, programme, view }: Services, drop: number) {
  const { genesis } = programme;
  const times = { drop, startsAt: dropStart(genesis, drop), endsAt: dropStart(genesis, drop + 1) };
  const row = await db.selectFrom("drops").selectAll().where("drop_no", "=", drop).executeTakeFirst();
  if (row === undefined) {
    const current = dropOf(genesis, view.snapshot?.head.time ?? 0);
    if (drop > current) throw new CairnError("NOT_FOUND", `drop ${drop} has not begun`);
    return {
      ...times,
      state: "open",
      readings: await countOf(db, "readings", drop),
      awards: await countOf(db, "awards", drop),
    };
  }
  const anchor = await db.selectFrom("chain_drops").selectAll().where("drop_no", "=", drop).executeTakeFirst();
  return {
    ...times,
    state: anchor === undefined ? "closed" : "anchored",
    readings: row.readings,
    awards: row.awards,
    root: row.root,
    digest: row.digest,
    ...(row.readings > 0 && row.published === 1 ? { file: dropFilePath(drop) } : {}),
    ...(row.awards > 0 ? { awardsDigest: row.awards_digest } : {}),
    ...(row.awards > 0 && row.published === 1 ? { awardsFile: awardFilePath(drop) } : {}),
    ...(anchor === undefined ? {} : { transaction: anchor.tx }),
  };
}

/** How many readings or awards an open drop has so far. */
async function countOf(db: Db, table: "readings" | "awards", drop: number): Promise<number> {
  const { count } = await db
    .selectFrom(table)
    .select((eb) => eb.fn.countAll<number>().as("count"))
    .where("drop_no", "=", drop)
    .executeTakeFirstOrThrow();
  return count;
}

async function readDayReport({ db, programme, view }: Services, day: number) {
  const startsAt = dayStart(programme.genesis, day);
  const row = await readDay(db, day);
  const chainTime = view.snapshot?.head.time ?? 0;
  if (row === undefined) {
    if (startsAt > chainTime) throw new CairnError("NOT_FOUND", `day ${day} has not begun`);
    return { day, startsAt, state: "open" };
  }
  const settled = await db.selectFrom("chain_days").selectAll().where("day", "=", day).executeTakeFirst();
  const creditable = settled !== undefined && settled.creditable_at <= chainTime;
  return {
    day,
    startsAt,
    state: settled === undefined ? "closed" : creditable ? "creditable" : "settled",
    accounts: row.accounts,
    stonesRoot: row.stones_root,
    metresRoot: row.metres_root,
    totalStones: row.total_stones,
    totalMetres: row.total_metres,
    totalCrystals: row.total_crystals,
    dataDigest: row.data_digest,
    ...(row.accounts > 0 && row.published === 1 ? { file: dayFilePath(day) } : {}),
    ...(settled === undefined ? {} : { transaction: settled.tx, creditableAt: settled.creditable_at }),
  };
}
