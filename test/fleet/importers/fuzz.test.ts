import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import {
  IMPORT_REFUSAL_CODES,
  IMPORTERS,
  type ImportRefusalCode,
  REPORT_IMPORTERS,
} from "../../../src/fleet/importers/index.ts";
import { CairnError } from "../../../src/protocol/index.ts";
import {
  cabFile,
  EVENTS_HEADER,
  eventRow,
  goTrackRows,
  goTrackTable,
  mileageFile,
  POINTS_HEADER,
  speedFile,
  trackFile,
  trackPoints,
  twizyFile,
  VIN,
} from "./fixtures.ts";
import { type LogFiles, readLog, samplesOf, withLog } from "./support.ts";

/** A log of each format without a fault, to be broken. */
const WHOLE: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  cabspotting: { "new_a.txt": cabFile(40), "new_b.txt.gz": cabFile(40) },
  "speed-csv": {
    "1_1/2007-05-31.csv": speedFile("2007-05-31", 30),
    "1_2/2007-05-31.csv.gz": speedFile("2007-05-31", 30),
  },
  envirocar: {
    "a.json": trackFile("car", trackPoints("2017-04-06T08:00:00Z", 8)),
    "b.json.gz": trackFile("car", trackPoints("2017-04-06T09:00:00Z", 8)),
  },
  twizy: { "T1_06_30_2021_1.csv": twizyFile("06/30/2021", 20), "T1_07_01_2021.csv.gz": twizyFile("7/1/2021", 20) },
  "go-track": {
    "go_track_trackspoints.csv.gz": POINTS_HEADER + goTrackRows(1, "2014-09-13 07:00:00", 20),
    "go_track_tracks.csv": goTrackTable([[1, 0, 1]]),
  },
  "dmv-disengagement": {
    "2021-disengagements.csv": EVENTS_HEADER + eventRow().repeat(5),
    "2021-mileage.csv.gz": mileageFile([`ACME,AVT001,${VIN},1,5,6,11`]),
  },
};

const damage = fc.oneof(
  fc.record({ kind: fc.constant("cut" as const), at: fc.double({ min: 0, max: 1, noNaN: true }) }),
  fc.record({
    kind: fc.constant("overwrite" as const),
    at: fc.double({ min: 0, max: 1, noNaN: true }),
    bytes: fc.uint8Array({ minLength: 1, maxLength: 40 }),
  }),
  fc.record({
    kind: fc.constant("insert" as const),
    at: fc.double({ min: 0, max: 1, noNaN: true }),
    bytes: fc.oneof(
      fc.uint8Array({ minLength: 1, maxLength: 40 }),
      fc
        .constantFrom('"', "\r", "\n", "\0", ",", "{", "[[[[", "\ufeff", "NaN", "-", "1e999", '\n"', ",,,,\n")
        .map((text): Uint8Array => Buffer.from(text)),
    ),
  }),
  fc.record({
    kind: fc.constant("digit" as const),
    at: fc.double({ min: 0, max: 1, noNaN: true }),
    digit: fc.nat(9),
  }),
  fc.record({ kind: fc.constant("replace" as const), bytes: fc.uint8Array({ maxLength: 2_000 }) }),
);
type Damage = typeof damage extends fc.Arbitrary<infer Value> ? Value : never;

function hurt(bytes: Uint8Array, done: Damage): Uint8Array {
  if (done.kind === "replace") return done.bytes;
  const at = Math.floor(done.at * bytes.length);
  if (done.kind === "digit") {
    const digit = bytes.findIndex((byte, i) => i >= at && byte >= 0x30 && byte <= 0x39);
    return digit < 0 ? bytes : bytes.with(digit, 0x30 + done.digit);
  }
  if (done.kind === "cut") return bytes.subarray(0, at);
  const skipped = done.kind === "overwrite" ? done.bytes.length : 0;
  return Buffer.concat([bytes.subarray(0, at), done.bytes, bytes.subarray(at + skipped)]);
}

/** Breaks each file before or after it is packed. */
function broken(
  format: string,
  damages: readonly (readonly [file: number, packedFirst: boolean, done: Damage])[],
): LogFiles {
  const names = Object.entries(WHOLE[format] ?? {});
  return Object.fromEntries(
    names.map(([name, text], i) => {
      const own = damages.filter(([file]) => file % names.length === i);
      const pack = (bytes: Uint8Array): Uint8Array => (name.endsWith(".gz") ? gzipSync(bytes) : bytes);
      const plain = own
        .filter(([, packedFirst]) => !packedFirst)
        .reduce<Uint8Array>((bytes, [, , done]) => hurt(bytes, done), Buffer.from(text));
      return [
        name,
        own
          .filter(([, packedFirst]) => packedFirst)
          .reduce<Uint8Array>((bytes, [, , done]) => hurt(bytes, done), pack(plain)),
      ];
    }),
  );
}

async function readReports(format: string, dir: string): Promise<number> {
  const importer = REPORT_IMPORTERS.find((each) => each.format === format);
  assert.ok(importer !== undefined);
  const reports = await importer.open(dir, { pseudonymOf: (vin) => vin });
  for await (const { date } of reports.events()) assert.match(date, /^20\d\d-\d\d-\d\d$/);
  for await (const { months } of reports.cars()) for (const { autonomousM } of months) assert.ok(autonomousM > 0);
  return reports.counts.read;
}

async function readSamples(format: string, dir: string): Promise<number> {
  const { vehicles, counts } = await readLog(format, dir);
  for (const events of vehicles.values()) {
    const times = samplesOf(events).map(({ time }) => time);
    assert.deepEqual(
      times,
      times.toSorted((a, b) => a - b),
    );
    assert.ok(times.every(Number.isSafeInteger));
  }
  return counts.read;
}

/** A broken log is refused with file, line and code, and nothing else is ever thrown. */
function assertRefusal(error: unknown): "refused" {
  assert.ok(error instanceof CairnError, `not a CairnError: ${String(error)}`);
  const { file, line, code } = error.details;
  assert.ok(typeof file === "string" && file !== "", "no file");
  assert.ok(Number.isSafeInteger(line) && Number(line) >= 0, `line ${line}`);
  assert.ok(Object.hasOwn(IMPORT_REFUSAL_CODES, String(code)), `code ${code}`);
  assert.equal(error.code, IMPORT_REFUSAL_CODES[code as ImportRefusalCode].error);
  return "refused";
}

describe("broken logs", () => {
  const read = { samples: readSamples, reports: readReports };
  const formats = [
    ...IMPORTERS.map(({ format }) => ({ format, read: read.samples })),
    ...REPORT_IMPORTERS.map(({ format }) => ({ format, read: read.reports })),
  ];
  for (const { format, read } of formats) {
    test(`given any damage to ${format}, its rows are counted or it is refused with file, line and code`, {
      timeout: 120_000,
    }, async () => {
      assert.ok((await withLog(WHOLE[format] ?? {}, (dir) => read(format, dir))) > 0);
      const outcomes = new Set<string>();
      const damages = fc.array(fc.tuple(fc.nat(9), fc.boolean(), damage), { minLength: 1, maxLength: 4 });
      await fc.assert(
        fc.asyncProperty(damages, async (given) => {
          const outcome = await withLog(broken(format, given), (dir) => read(format, dir)).then(
            () => "read",
            assertRefusal,
          );
          outcomes.add(outcome);
        }),
        { seed: 20_080_519, numRuns: 120 },
      );
      assert.deepEqual([...outcomes].sort(), ["read", "refused"]);
    });
  }
});
