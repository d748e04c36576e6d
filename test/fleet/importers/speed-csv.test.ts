import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { importerOf } from "../../../src/fleet/importers/index.ts";
import { SPEED_HEADER, speedFile } from "./fixtures.ts";
import { counted, drive, importFiles, metresOf, refusedWith, samplesOf, withLog } from "./support.ts";

const row = (clock: string, mph: string) => `2007-05-31 ${clock},0,1,${mph},0.0\n`;

describe("speed-csv", () => {
  test("given a row, gives speed and acceleration in metres, and the time by the clock's offset", async () => {
    const files = { "4105836_2/2007-05-31.csv": `${SPEED_HEADER}2007-05-31 12:56:23,0,1,10.0,-1.0\n` };
    const { vehicles } = await importFiles("speed-csv", files, { utcOffsetS: -5 * 3600 });
    const time = Date.UTC(2007, 4, 31, 17, 56, 23) / 1000;
    assert.deepEqual(vehicles.get("4105836_2"), [{ time, speedMps: 4.4704, accelerationMps2: -0.44704 }]);
  });

  test("given the table of trips beside the days, does not read it", async () => {
    const files = { "1_1/2007-05-31.csv.gz": speedFile("2007-05-31", 5), "1_1/trips.csv.gz": "sampno,vehno\n1,1\n" };
    const { counts } = await importFiles("speed-csv", files);
    assert.equal(counts.read, 5);
    assert.deepEqual(counted(counts.skipped), {});
  });

  test("given two cars of one household on the road at once, keeps them apart", async () => {
    const day = speedFile("2007-03-28", 10);
    const { vehicles } = await importFiles("speed-csv", {
      "4115766_1/2007-03-28.csv": day,
      "4115766_2/2007-03-28.csv": day,
    });
    assert.deepEqual(
      [...vehicles].map(([id, events]) => [id, events.length]),
      [
        ["4115766_1", 10],
        ["4115766_2", 10],
      ],
    );
  });

  test("given a relative clock that falls back by a day, goes by the timestamp", async () => {
    const rows = "2007-05-31 12:00:00,100,1,10.0,0.0\n2007-05-31 12:00:01,-86299,1,10.0,0.0\n";
    const { vehicles } = await importFiles("speed-csv", { "1_1/2007-05-31.csv": SPEED_HEADER + rows });
    const [first, second] = samplesOf(vehicles.get("1_1"));
    assert.equal((second?.time ?? 0) - (first?.time ?? 0), 1);
  });

  test("given dates that no calendar has or that the file's name denies, counts them", async () => {
    const rows =
      "2007-02-30 12:00:00,0,1,10.0,0.0\n2007-06-15 12:00:00,0,1,10.0,0.0\n2007-06-01 00:00:01,0,1,10.0,0.0\n";
    const { counts } = await importFiles("speed-csv", { "1_1/2007-05-31.csv": SPEED_HEADER + rows });
    assert.deepEqual(counted(counts.skipped), { CLOCK_INVALID: 1, DATE_IMPOSSIBLE: 1 });
    assert.equal(counts.read, 1);
  });

  test("given a time that runs backwards, counts the row", async () => {
    const rows = row("12:00:05", "1.0") + row("12:00:03", "1.0") + row("12:00:06", "1.0");
    const { vehicles, counts } = await importFiles("speed-csv", { "1_1/2007-05-31.csv": SPEED_HEADER + rows });
    assert.equal(vehicles.get("1_1")?.length, 2);
    assert.deepEqual(counted(counts.skipped), { ROW_OUT_OF_ORDER: 1 });
  });

  test("given a speed that is no number, or a row that was cut off, counts it", async () => {
    const rows = `${row("12:00:00", "1.0")}${row("12:00:01", "NaN")}2007-05-31 12:00:02,0,1`;
    const { counts } = await importFiles("speed-csv", { "1_1/2007-05-31.csv": SPEED_HEADER + rows });
    assert.deepEqual(counted(counts.skipped), { ROW_INVALID: 2 });
  });

  test("given a row without speed or with a negative one, the device counts it", async () => {
    const rows = row("12:00:00", "30.0") + row("12:00:01", "") + row("12:00:02", "-4.0") + row("12:00:03", "30.0");
    const { skipped, readings } = await withLog({ "1_1/2007-05-31.csv": SPEED_HEADER + rows }, async (dir) =>
      drive(await importerOf("speed-csv").open(dir, { utcOffsetS: 0 }), "speed-csv", "1_1"),
    );
    assert.deepEqual(counted(skipped), { SIGNAL_MISSING: 1, VALUE_INVALID: 1 });
    assert.equal(metresOf(readings), Math.floor(3 * 30 * 0.44704));
  });

  test("given an interval of over five seconds, the device counts no metre over it", async () => {
    const rows = row("12:00:00", "30.0") + row("12:00:05", "30.0") + row("12:00:11", "30.0") + row("12:00:12", "30.0");
    const { skipped, readings } = await withLog({ "1_1/2007-05-31.csv": SPEED_HEADER + rows }, async (dir) =>
      drive(await importerOf("speed-csv").open(dir, { utcOffsetS: 0 }), "speed-csv", "1_1"),
    );
    assert.deepEqual(counted(skipped), { GAP_TOO_LONG: 1 });
    assert.equal(metresOf(readings), Math.floor(6 * 30 * 0.44704));
  });

  test("when a needed column is not there, refuses the file", async () => {
    const files = { "1_1/2007-05-31.csv": "timestamp,speed_kmh,accel_meters_ps\n2007-05-31 12:00:00,1,0\n" };
    const details = await refusedWith(importFiles("speed-csv", files), "SAMPLES_INVALID");
    assert.deepEqual(details, { file: "1_1/2007-05-31.csv", line: 1, code: "HEADER_MISSING" });
  });
});
