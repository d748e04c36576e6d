import { Type } from "typebox";
import { type Hex, lowerHex } from "../../../protocol/codec/bytes.ts";
import type { Reading } from "../../../protocol/codec/reading.ts";
import { CairnError, REFUSAL_CODES } from "../../../protocol/errors.ts";
import type { App } from "../../../service/http/app-type.ts";
import { Bytes32, ErrorBody } from "../../../service/http/schemas.ts";
import { SAMPLES_OUTCOMES, type SamplesOutcome } from "../../intake/candidate.ts";
import { findAward } from "../../store/awards.ts";
import { findReadings } from "../../store/readings.ts";
import { findRefusal } from "../../store/refusals.ts";
import { readingReport } from "../reading-report.ts";
import { Bytes65, MAX_BODY_BYTES, ReadingsBody, Receipt } from "../schemas.ts";
import type { Services } from "../services.ts";
import { awardReport } from "./awards.ts";

const Results = Type.Object({
  results: Type.Array(
    Type.Object({
      digest: Bytes32,
      receipt: Type.Optional(Receipt),
      signature: Type.Optional(Bytes65),
      samples: Type.Optional(
        Type.Unsafe<SamplesOutcome>({
          type: "string",
          enum: [...SAMPLES_OUTCOMES],
          description: "of sealed samples that came along",
        }),
      ),
      refusal: Type.Optional(Type.String({ description: "a refusal code of docs/api.md" })),
      message: Type.Optional(Type.String()),
    }),
    { description: "one for each reading, in order: a signed receipt, or a refusal" },
  ),
});

/** `POST /v1/readings` and `GET /v1/receipts/{digest}`. */
export function readingRoutes(app: App, services: Services): void {
  app.post(
    "/v1/readings",
    {
      bodyLimit: MAX_BODY_BYTES,
      schema: {
        summary: "Deliver readings that cars have signed",
        body: ReadingsBody,
        response: { 200: Results, default: ErrorBody },
      },
    },
    async (request) => {
      const readings = request.body.readings.map(({ reading, signature, sealedSamples }) => ({
        reading: canonical(reading),
        signature: lowerHex(signature),
        sealedSamples,
      }));
      return { results: await services.intake.take(readings) };
    },
  );

  app.get(
    "/v1/receipts/:digest",
    {
      schema: {
        summary: "What became of a reading or an award, and its place in its drop",
        params: Type.Object({ digest: Bytes32 }),
      },
    },
    async (request) => readReceipt(services, lowerHex(request.params.digest)),
  );
}

function canonical(reading: Reading): Reading {
  return { ...reading, vehicle: lowerHex(reading.vehicle), payload: lowerHex(reading.payload) };
}

async function readReceipt({ db, drops }: Services, digest: Hex): Promise<object> {
  const row = (await findReadings(db, [digest])).get(digest);
  if (row === undefined) {
    const award = await findAward(db, digest);
    if (award !== undefined) return awardReport(award, await drops.get(award.drop_no));
    const refusal = await findRefusal(db, digest);
    if (refusal === undefined) throw new CairnError("NOT_FOUND", "no reading or award with this digest was delivered");
    return { refusal: { ...refusal, message: REFUSAL_CODES[refusal.code] } };
  }
  return readingReport(row, await drops.get(row.drop_no));
}
