import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { parse } from "csv-parse/sync";
import type { SkipCode } from "../../../src/device/index.ts";
import { type ImportedLog, importerOf, reportImporterOf } from "../../../src/fleet/importers/index.ts";
import { DAY_S, dayOf } from "../../../src/protocol/index.ts";
import { realDataFolder } from "../../support/real-data.ts";
import { assertNear, collect, counted, type Driven, drive, metresOf } from "./support.ts";

type Row = Readonly<Record<string, string>>;

interface Folder {
  readonly log: ImportedLog;
  readonly driven: ReadonlyMap<string, Driven>;
}

/** Metres of a column in kilometres. */
function metres(row: Row | undefined, column: string): number {
  return Number(row?.[column]) * 1000;
}

function table(...path: readonly string[]): Row[] {
  return parse(readFileSync(join(...path)), { columns: true }) as Row[];
}

async function driveAll(format: string, dir: string, utcOffsetS: number): Promise<Folder> {
  const log = await importerOf(format).open(dir, { utcOffsetS });
  const driven = new Map<string, Driven>();
  for (const { id } of log.vehicles) driven.set(id, await drive(log, format, id));
  await log.close();
  return { log, driven };
}

function skips({ driven }: Folder, code: SkipCode): number {
  return [...driven.values()].reduce((sum, { skipped }) => sum + skipped[code], 0);
}

const data = realDataFolder();
if (data !== undefined) {
  describe("sf-taxi through cabspotting and the device, all vehicles, seven days", () => {
    const dir = join(data, "trips/sf-taxi");
    const cabs = table(dir, "cabs.csv");
    const whole = driveAll("cabspotting", dir, -7 * 3600);
    /** Two taxis report under each of these, so no table can say what was driven. */
    const TWO_CARS = ["upthin", "udwadla"];

    test("given each vehicle but the two that are two cars, metres are those of cabs.csv", async () => {
      const { driven } = await whole;
      assert.equal(driven.size, 265);
      const single = cabs.filter(({ cab = "" }) => !TWO_CARS.includes(cab));
      assert.equal(single.length, 263);
      for (const row of single) {
        const own = driven.get(row.cab ?? "");
        assertNear(metresOf(own?.readings ?? []), metres(row, "km"), row.cab ?? "", { atLeastM: 100 });
      }
    });

    test("given the fleet without those two, the sum is that of cabs.csv", async () => {
      const { driven } = await whole;
      const single = cabs.filter(({ cab = "" }) => !TWO_CARS.includes(cab));
      const actual = single.reduce((sum, { cab = "" }) => sum + metresOf(driven.get(cab)?.readings ?? []), 0);
      assertNear(
        actual,
        single.reduce((sum, row) => sum + metres(row, "km"), 0),
        "the fleet",
      );
    });

    test("given the two ids of two cars, the device counts every jump between them", async () => {
      const { driven } = await whole;
      assert.equal(driven.get("upthin")?.skipped.STEP_TOO_FAST, 8_689);
      assert.equal(driven.get("udwadla")?.skipped.STEP_TOO_FAST, 1_353);
    });

    test("given all lines, every one is read, and jumps and gaps are as many as the README says", async () => {
      const { log } = await whole;
      assert.equal(log.counts.read, 1_718_495);
      assert.deepEqual(counted(log.counts.skipped), {});
      assert.deepEqual([skips(await whole, "STEP_TOO_FAST"), skips(await whole, "GAP_TOO_LONG")], [18_237, 8_727]);
    });

    test("given any reading, it lies within one of the seven days", async () => {
      const { log, driven } = await whole;
      assert.equal(log.startsAt, 1_211_180_400);
      for (const { readings } of driven.values()) {
        for (const { startedAt, endedAt } of readings) {
          assert.equal(dayOf(log.startsAt, startedAt), dayOf(log.startsAt, endedAt - 1));
          assert.ok(startedAt >= log.startsAt && endedAt <= log.startsAt + 7 * DAY_S);
        }
      }
    });
  });

  describe("chicago-1hz through speed-csv and the device", () => {
    const dir = join(data, "trips/chicago-1hz");
    const whole = driveAll("speed-csv", dir, -5 * 3600);

    test("given each vehicle and day, metres are those of vehicle_days.csv", async () => {
      const { log, driven } = await whole;
      const days = new Map<string, number>();
      for (const [id, { readings }] of driven) {
        for (const reading of readings) {
          const midnight = log.startsAt + dayOf(log.startsAt, reading.startedAt) * DAY_S - 5 * 3600;
          const key = `${id} ${new Date(midnight * 1000).toISOString().slice(0, 10)}`;
          days.set(key, (days.get(key) ?? 0) + metresOf([reading]));
        }
      }
      const expected = table(dir, "vehicle_days.csv");
      assert.equal(expected.length, 33);
      assert.deepEqual([...days.keys()].sort(), expected.map((row) => `${row.vehicle_id} ${row.local_date}`).sort());
      for (const row of expected) {
        const key = `${row.vehicle_id} ${row.local_date}`;
        assertNear(days.get(key) ?? 0, metres(row, "km"), key);
      }
    });

    test("given all rows, every one is read, and nothing is odd to the importer", async () => {
      const { log } = await whole;
      assert.equal(log.counts.read, 177_194);
      assert.deepEqual(counted(log.counts.skipped), {});
    });
  });

  describe("envirocar and the device", () => {
    const dir = join(data, "trips/envirocar");
    const whole = driveAll("envirocar", dir, 0);
    const once = table(dir, "trip_summary.csv").filter(({ flags = "" }) => !flags.includes("same_trip_as:"));

    test("given each track once, metres are those of trip_summary.csv", async () => {
      const { driven } = await whole;
      assert.equal(once.length, 77);
      for (const [id, { tripM }] of driven) {
        const own = ofVehicle(once, id);
        assert.equal(tripM.length, own.length);
        // A reading is in whole metres, which is more than 1 % of the shortest track.
        for (const [i, row] of own.entries())
          assertNear(tripM[i] ?? 0, metres(row, "distance_km"), row.trip_id ?? "", { atLeastM: 2 });
      }
      assert.equal(driven.size, 4);
    });

    test("given the two tracks that were delivered twice, counts each once more and its points not at all", async () => {
      const { log } = await whole;
      assert.deepEqual(counted(log.counts.skipped), { TRIP_DELIVERED_TWICE: 2 });
      assert.equal(log.counts.read, 29_309 - 326 - 58);
      assert.equal(skips(await whole, "SAME_SECOND"), 7);
    });
  });

  describe("twizy-ev through twizy and the device", () => {
    const dir = join(data, "trips/twizy-ev");
    const whole = driveAll("twizy", dir, 3600);
    const rows = ofVehicle(table(dir, "trip_summary.csv"), "twizy-1");

    test("given all drives, metres are those of trip_summary.csv", async () => {
      const { driven } = await whole;
      const expected = rows.reduce((sum, row) => sum + metres(row, "distance_km"), 0);
      assertNear(metresOf(driven.get("twizy-1")?.readings ?? []), expected, "the car");
    });

    test("given each drive, metres are those of trip_summary.csv less what impossible dates hide", async () => {
      const tripM = (await whole).driven.get("twizy-1")?.tripM ?? [];
      assert.equal(tripM.length, 11);
      for (const [i, row] of rows.entries()) {
        // The table places the 57 rows of this drive by their time of day; here they are left out, 1.2 % of its way.
        const part = row.trip_id === "T2_03_29_2021" ? 0.0125 : 0.01;
        assertNear(tripM[i] ?? 0, metres(row, "distance_km"), row.trip_id ?? "", { part });
      }
    });

    test("given impossible dates and longitudes, counts as many as the README says", async () => {
      const { log } = await whole;
      assert.deepEqual(counted(log.counts.skipped), { DATE_IMPOSSIBLE: 101 });
      assert.deepEqual(counted(log.counts.noted), { POSITION_LEFT_OUT: 3 });
      assert.equal(log.counts.read, 33_847 - 101);
    });
  });

  describe("go-track and the device", () => {
    const dir = join(data, "trips/go-track");
    const whole = driveAll("go-track", dir, -3 * 3600);
    const summary = table(dir, "trip_summary.csv");
    const ofCars = summary.filter(({ flags = "" }) => !/\bbus\b|overlaps:/.test(flags));

    test("given each track of a car that overlaps no other, metres are those of trip_summary.csv", async () => {
      const { driven } = await whole;
      assert.equal(ofCars.length, 41);
      let tracks = 0;
      for (const [id, { tripM }] of driven) {
        const own = ofVehicle(ofCars, id);
        tracks += own.length;
        assert.equal(tripM.length, own.length, id);
        // Phones that lie still wander by some metres: 1 % of that is less than a reading's whole metre.
        for (const [i, row] of own.entries())
          assertNear(tripM[i] ?? 0, metres(row, "distance_gps_km"), row.trip_id ?? "", { atLeastM: 2 });
      }
      assert.equal(tracks, 41);
    });

    test("given bus rides and overlapping tracks, counts as many as the README says", async () => {
      const { log } = await whole;
      const {
        TRIP_OF_OTHER_VEHICLE: bus,
        TRIP_DELIVERED_TWICE: twice,
        TRIP_OVERLAPS: overlaps,
        ...others
      } = counted(log.counts.skipped);
      assert.equal(bus, 54);
      // Of the 25 tracks that overlap, 5 are bus rides; of the other 20, 9 are the same recording again.
      assert.deepEqual([twice, overlaps], [9, 11]);
      assert.deepEqual(others, { FILE_IGNORED: 2 });
    });
  });

  describe("takeovers through dmv-disengagement", () => {
    const dir = join(data, "takeovers");
    const open = () => reportImporterOf("dmv-disengagement").open(dir, { pseudonymOf: (vin) => vin });

    test("given the disengagement reports, gives the 11,128 events of the table with their dates and initiators", async () => {
      const reports = await open();
      const events = await collect(reports.events());
      const expected = table(dir, "disengagements.csv");
      assert.equal(events.length, 11_128);
      assert.deepEqual(
        events.map(({ date, timeOfDayS = -1, initiatedBy }) => `${date} ${timeOfDayS} ${initiatedBy}`).sort(),
        expected
          .map(
            ({ date, time = "", initiated_by }) =>
              `${date} ${secondsOf(time)} ${initiated_by === "test_driver" ? "driver" : "system"}`,
          )
          .sort(),
      );
      assert.deepEqual(counted(reports.counts.skipped), {});
      assert.deepEqual(counted(reports.counts.noted), { DATE_OUTSIDE_REPORT: 12, ROW_EQUAL: 3_316, VIN_IRREGULAR: 24 });
    });

    test("given the mileage reports, gives the miles of the README and of the table, per report and in all", async () => {
      const reports = await open();
      const cars = await collect(reports.cars());
      const miles = new Map<string, number>();
      for (const { reportYear, filing, months } of cars) {
        const key = `${reportYear} ${filing.replace("-", "_")}`;
        miles.set(
          key,
          months.reduce((sum, { autonomousM }) => sum + autonomousM / 1609.344, miles.get(key) ?? 0),
        );
      }
      const expected = new Map<string, number>();
      for (const { source_file = "", filing, autonomous_miles } of table(dir, "mileage_monthly.csv")) {
        const key = `20${/(\d\d)-mileage/.exec(source_file)?.[1]} ${filing}`;
        expected.set(key, (expected.get(key) ?? 0) + Number(autonomous_miles));
      }
      assert.deepEqual([...miles.keys()].sort(), [...expected.keys()].sort());
      for (const [key, sum] of expected) assert.ok(Math.abs((miles.get(key) ?? 0) - sum) < 1, key);
      assert.equal(Math.round([...miles.values()].reduce((sum, each) => sum + each, 0)), 9_844_422);
    });

    test("given the mileage reports, they claim as many takeovers as there are events, for 1,781 cars", async () => {
      const reports = await open();
      const cars = await collect(reports.cars());
      assert.equal(
        cars.reduce((sum, { takeovers }) => sum + takeovers, 0),
        11_128,
      );
      assert.equal(new Set(cars.map(({ vehicle }) => vehicle)).size, 1_781);
      assert.deepEqual(counted(reports.counts.skipped), { CELL_EMPTY: 81, ROW_BLANK: 661 });
      const { NUMBER_REPAIRED, ...noted } = counted(reports.counts.noted);
      assert.deepEqual(noted, { TOTAL_DIFFERS: 2, VEHICLE_LISTED_TWICE: 2, VIN_IRREGULAR: 145 });
      assert.equal(NUMBER_REPAIRED, 1_058);
    });
  });
}

/** The trips of a vehicle in the order in which they are driven. */
function ofVehicle(rows: readonly Row[], id: string): Row[] {
  return rows
    .filter(({ vehicle_id }) => vehicle_id === id)
    .sort((a, b) => ((a.start_utc ?? "") < (b.start_utc ?? "") ? -1 : 1));
}

/** Seconds since midnight, or -1 where no time is given. */
function secondsOf(time: string): number {
  const [hour, minute, second] = time.split(":").map(Number);
  return time === "" ? -1 : (hour ?? 0) * 3600 + (minute ?? 0) * 60 + (second ?? 0);
}
