import { Type } from "typebox";
import { lowerHex } from "../../../protocol/codec/bytes.ts";
import { CairnError } from "../../../protocol/errors.ts";
import type { App } from "../../../service/http/app-type.ts";
import { Bytes32 } from "../../../service/http/schemas.ts";
import { keepingMoment } from "../../intake/keep-samples.ts";
import type { Db } from "../../store/open.ts";
import { readSealedSamples } from "../../store/sealed-samples.ts";
import { readingReport } from "../reading-report.ts";
import { Digits } from "../schemas.ts";
import type { Services } from "../services.ts";
import { findVehicleReadings, MAX_PERIOD_S, type ReadingsQuery } from "../vehicle-readings.ts";

/** Readings of a page unless asked for, and at most: each needs the tree of its drop. */
const PAGE = 20;
const MOST_OF_PAGE = 50;

/** `GET /v1/vehicles/{vehicle}/readings`. */
export function vehicleRoutes(app: App, services: Services): void {
  app.get(
    "/v1/vehicles/:vehicle/readings",
    {
      schema: {
        summary: "A vehicle's readings of a period, with receipts, leaves, proofs and sealed samples",
        params: Type.Object({ vehicle: Bytes32 }),
        querystring: Type.Object({
          from: Digits,
          to: Digits,
          after: Type.Optional(Digits),
          limit: Type.Optional(Digits),
        }),
      },
    },
    (request) => {
      const { from, to, after = -1, limit = PAGE } = request.query;
      const vehicle = lowerHex(request.params.vehicle);
      const query = { vehicle, from: Number(from), to: Number(to), after: Number(after) };
      return readPage(services, { ...query, limit: Math.max(1, Math.min(Number(limit), MOST_OF_PAGE)) });
    },
  );
}

async function readPage({ db, drops: anchored, programme, view }: Services, query: ReadingsQuery) {
  await requireSensible(db, query);
  const rows = await findVehicleReadings(db, programme.genesis, query);
  const { drops, rows: page } = await anchored.ofPage(rows.slice(0, query.limit));
  const { snapshot } = view;
  // Before the chain was looked at, nobody knows whether their time is over.
  const sealed = snapshot === undefined ? new Map() : await readSealedSamples(db, page, keepingMoment(snapshot));
  const next = page.length < rows.length ? page.at(-1)?.sequence : undefined;
  const readings = [];
  for (const row of page) {
    const sealedSamples = sealed.get(row.digest);
    const report = { digest: row.digest, ...(await readingReport(row, drops.get(row.drop_no))) };
    readings.push(sealedSamples === undefined ? report : { ...report, sealedSamples });
  }
  return {
    readings,
    ...(next === undefined ? {} : { next }),
  };
}

async function requireSensible(db: Db, { vehicle, from, to }: ReadingsQuery): Promise<void> {
  if (from >= to) throw new CairnError("ARGUMENT_INVALID", "the period ends before it begins");
  if (to - from > MAX_PERIOD_S) {
    throw new CairnError("ARGUMENT_INVALID", "the period is longer than 31 days", { details: { most: MAX_PERIOD_S } });
  }
  const known = await db.selectFrom("chain_vehicles").select("vehicle").where("vehicle", "=", vehicle).execute();
  if (known.length === 0) throw new CairnError("NOT_FOUND", "no vehicle with this id is registered");
}
