import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { importerOf } from "../../../src/fleet/importers/index.ts";
import { trackFile, trackPoints } from "./fixtures.ts";
import { counted, drive, importFiles, metresOf, refusedWith, samplesOf, withLog } from "./support.ts";

const MORNING = trackPoints("2017-04-06T19:29:55Z", 10);
const driven = (files: Record<string, string>) =>
  withLog(files, async (dir) => drive(await importerOf("envirocar").open(dir, { utcOffsetS: 0 }), "envirocar", "car"));

describe("envirocar", () => {
  test("given a point, gives OBD speed, position and time", async () => {
    const point = { time: "2017-04-06T19:29:55Z", kmh: 36, at: [7.65, 51.93] };
    const { vehicles } = await importFiles("envirocar", { "t.json": trackFile("car", [point]) });
    const time = Date.UTC(2017, 3, 6, 19, 29, 55) / 1000;
    assert.deepEqual(vehicles.get("car"), [
      { time, speedMps: 10, latitudeDeg: 51.93, longitudeDeg: 7.65 },
      { mark: "trip-ends" },
    ]);
  });

  test("given tracks of a car in files of any name, gives them in order of time, each with its end", async () => {
    const files = {
      "a.json.gz": trackFile("car", trackPoints("2017-04-07T08:00:00Z", 2)),
      "b.json.gz": trackFile("car", trackPoints("2017-04-06T08:00:00Z", 2)),
    };
    const { vehicles } = await importFiles("envirocar", files);
    assert.deepEqual(
      vehicles.get("car")?.map((event) => ("mark" in event ? event.mark : new Date(event.time * 1000).getUTCDate())),
      [6, 6, "trip-ends", 7, 7, "trip-ends"],
    );
  });

  test("given one trip twice under two ids, counts it once", async () => {
    const files = { "58e6990c.json": trackFile("car", MORNING), "58e69a37.json": trackFile("car", MORNING) };
    const { vehicles, counts } = await importFiles("envirocar", files);
    assert.equal(samplesOf(vehicles.get("car")).length, MORNING.length);
    assert.deepEqual(counted(counts.skipped), { TRIP_DELIVERED_TWICE: 1 });
  });

  test("given one trip under two cars, counts it once", async () => {
    const files = { "a.json": trackFile("car", MORNING), "b.json": trackFile("other", MORNING) };
    const { vehicles, counts } = await importFiles("envirocar", files);
    assert.deepEqual([...vehicles.keys()], ["car"]);
    assert.deepEqual(counted(counts.skipped), { TRIP_DELIVERED_TWICE: 1 });
  });

  test("given a trip that begins while another of its car goes on, counts it and keeps the first", async () => {
    const late = trackPoints("2017-04-06T19:30:10Z", 20);
    const { vehicles, counts } = await importFiles("envirocar", {
      "a.json": trackFile("car", MORNING),
      "b.json": trackFile("car", late),
    });
    assert.equal(samplesOf(vehicles.get("car")).length, MORNING.length);
    assert.deepEqual(counted(counts.skipped), { TRIP_OVERLAPS: 1 });
  });

  test("given points in one second, the device counts the further one", async () => {
    const points = [...MORNING.slice(0, 3), ...MORNING.slice(2)];
    const { skipped, readings } = await driven({ "a.json": trackFile("car", points) });
    assert.deepEqual(counted(skipped), { SAME_SECOND: 1 });
    assert.equal(metresOf(readings), 450);
  });

  test("given a point without speed, the device counts it and goes by the others", async () => {
    const points = MORNING.map((point, i) => (i === 4 ? { ...point, kmh: undefined } : point));
    const { skipped, readings } = await driven({ "a.json": trackFile("car", points) });
    assert.deepEqual(counted(skipped), { SIGNAL_MISSING: 1 });
    assert.equal(metresOf(readings), 450);
  });

  test("given an interval of over a minute, the device counts no metre over it", async () => {
    const points = [...MORNING, ...trackPoints("2017-04-06T19:33:00Z", 10)];
    const { skipped, readings } = await driven({ "a.json": trackFile("car", points) });
    assert.deepEqual(counted(skipped), { GAP_TOO_LONG: 1 });
    assert.equal(metresOf(readings), 900);
  });

  test("given points that are none, counts them and keeps the others", async () => {
    const odd = [
      { time: "2017-04-31T10:00:00Z", kmh: 1 },
      { time: "2017-04-06T19:31:00", kmh: 1 },
      { time: "2017-04-06T19:31:00Z", kmh: "fast" },
    ];
    const { counts } = await importFiles("envirocar", { "a.json": trackFile("car", [...MORNING, ...odd]) });
    assert.deepEqual(counted(counts.skipped), { CLOCK_INVALID: 2, ROW_INVALID: 1 });
    assert.equal(counts.read, MORNING.length);
  });

  test("given a position that the Earth does not have, leaves it out and keeps the speed", async () => {
    const points = MORNING.map((point, i) => (i === 4 ? { ...point, at: [1555.6, 51] } : point));
    const { vehicles, counts } = await importFiles("envirocar", { "a.json": trackFile("car", points) });
    assert.equal(samplesOf(vehicles.get("car"))[4]?.longitudeDeg, undefined);
    assert.equal(samplesOf(vehicles.get("car"))[4]?.speedMps, 10);
    assert.deepEqual(counted(counts.noted), { POSITION_LEFT_OUT: 1 });
  });

  test("given a track without points, counts the file", async () => {
    const { counts } = await importFiles("envirocar", {
      "a.json": trackFile("car", MORNING),
      "b.json": trackFile("car", []),
    });
    assert.deepEqual(counted(counts.skipped), { FILE_EMPTY: 1 });
  });

  test("when a file was cut off, refuses it at the line where it ends", async () => {
    const files = { "a.json": trackFile("car", MORNING).replaceAll("},", "},\n").slice(0, 700) };
    const { file, line, code } = await refusedWith(importFiles("envirocar", files), "SAMPLES_INVALID");
    assert.deepEqual({ file, code }, { file: "a.json", code: "JSON_BROKEN" });
    assert.equal(line, (files["a.json"] ?? "").split("\n").length);
  });

  test("when a file is not a track, refuses it", async () => {
    for (const text of ["[]", "null", '{"features":[]}', trackFile(7, MORNING), trackFile("", MORNING)]) {
      const details = await refusedWith(importFiles("envirocar", { "a.json": text }), "SAMPLES_INVALID");
      assert.deepEqual(details, { file: "a.json", line: 1, code: "FILE_NOT_OF_FORMAT" });
    }
  });
});
