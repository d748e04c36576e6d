import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { goTrackRows, goTrackTable, POINTS_HEADER } from "./fixtures.ts";
import { counted, importFiles, refusedWith, samplesOf } from "./support.ts";

const CAR = 1;
const BUS = 2;
const POINTS = "go_track_trackspoints.csv.gz";
const TRACKS = "go_track_tracks.csv";
const at = (points: string, tracks: Parameters<typeof goTrackTable>[0]) =>
  importFiles(
    "go-track",
    { [POINTS]: POINTS_HEADER + points, [TRACKS]: goTrackTable(tracks) },
    { utcOffsetS: -3 * 3600 },
  );

describe("go-track", () => {
  test("given points and tracks, gives each phone its positions by the clock's offset", async () => {
    const { vehicles } = await at(goTrackRows(7, "2014-09-13 07:24:32", 1), [[7, 3, CAR]]);
    assert.deepEqual(vehicles.get("device-3"), [
      { time: Date.UTC(2014, 8, 13, 10, 24, 32) / 1000, latitudeDeg: -10.94, longitudeDeg: -37.06 },
      { mark: "trip-ends" },
    ]);
  });

  test("given tracks of several phones in turns, keeps them apart", async () => {
    const rowsOf = (track: number) => goTrackRows(track, "2014-09-13 07:00:00", 5, -10 - track).split(/(?<=\n)/);
    const [first, second] = [rowsOf(1), rowsOf(2)];
    const { vehicles } = await at(first.flatMap((row, i) => [row, second[i] ?? ""]).join(""), [
      [1, 0, CAR],
      [2, 1, CAR],
    ]);
    const latitudes = [...vehicles].map(([id, events]) => [
      id,
      samplesOf(events).map((each) => each.latitudeDeg?.toFixed(1)),
    ]);
    assert.deepEqual(latitudes, [
      ["device-0", Array(5).fill("-11.0")],
      ["device-1", Array(5).fill("-12.0")],
    ]);
  });

  test("given a bus ride, counts the trip: its phone's owner is not the vehicle's holder", async () => {
    const points = goTrackRows(1, "2014-09-13 07:00:00", 5) + goTrackRows(2, "2014-09-13 09:00:00", 5);
    const { vehicles, counts } = await at(points, [
      [1, 0, BUS],
      [2, 0, CAR],
    ]);
    assert.equal(samplesOf(vehicles.get("device-0")).length, 5);
    assert.deepEqual(counted(counts.skipped), { TRIP_OF_OTHER_VEHICLE: 1 });
  });

  test("given two recordings at once on one phone, keeps the shorter of those that begin together", async () => {
    const points = goTrackRows(1, "2014-09-13 07:00:00", 9) + goTrackRows(2, "2014-09-13 07:00:00", 5, -10.941);
    const { vehicles, counts } = await at(points, [
      [1, 0, CAR],
      [2, 0, CAR],
    ]);
    assert.equal(samplesOf(vehicles.get("device-0")).length, 5);
    assert.deepEqual(counted(counts.skipped), { TRIP_OVERLAPS: 1 });
  });

  test("given a recording that is there twice, counts it once", async () => {
    const points = goTrackRows(1, "2014-09-13 07:00:00", 5) + goTrackRows(2, "2014-09-13 07:00:00", 5);
    const { vehicles, counts } = await at(points, [
      [1, 0, CAR],
      [2, 0, CAR],
    ]);
    assert.equal(samplesOf(vehicles.get("device-0")).length, 5);
    assert.deepEqual(counted(counts.skipped), { TRIP_DELIVERED_TWICE: 1 });
  });

  test("given points of a track that the table does not have, counts them", async () => {
    const points = goTrackRows(1, "2014-09-13 07:00:00", 5) + goTrackRows(99, "2014-09-13 08:00:00", 4);
    const { counts } = await at(points, [[1, 0, CAR]]);
    assert.deepEqual(counted(counts.skipped), { TRIP_UNKNOWN: 4 });
  });

  test("given points out of order, sorts them", async () => {
    const points = goTrackRows(1, "2014-09-13 07:00:00", 5)
      .split(/(?<=\n)/)
      .reverse()
      .join("");
    const { vehicles } = await at(points, [[1, 0, CAR]]);
    const times = samplesOf(vehicles.get("device-0")).map(({ time }) => time);
    assert.deepEqual(
      times,
      times.toSorted((a, b) => a - b),
    );
    assert.equal(times.length, 5);
  });

  test("given clocks, positions and rows that cannot be, counts them", async () => {
    const odd = "-10.9,-37.0,1,2014-13-13 07:00:00\r\n-10.9,-37.0,1\r\n-110.9,-37.0,1,2014-09-13 07:05:00\r\n";
    const { counts } = await at(goTrackRows(1, "2014-09-13 07:00:00", 2) + odd, [[1, 0, CAR]]);
    assert.deepEqual(counted(counts.skipped), { CLOCK_INVALID: 1, POSITION_IMPOSSIBLE: 1, ROW_INVALID: 1 });
  });

  test("when the table of tracks is not there, refuses the log", async () => {
    const details = await refusedWith(importFiles("go-track", { [POINTS]: POINTS_HEADER }), "FILE_UNREADABLE");
    assert.deepEqual(details, { file: TRACKS, line: 0, code: "FILE_MISSING" });
  });
});
